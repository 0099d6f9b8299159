# The format that a name implies, and the messages about it.
cp "$traces/lessons/first-fit.rep" t.rep
for out in a.trace a.bin a.rep a.txt a.text a.other trace x.tracer; do
	"$arenascope" convert t.rep "$out"
	"$arenascope" info "$out" | sed -n 's/^form  */  is /p' >&2
done
"$arenascope" convert a.trace b.other
"$arenascope" convert a.trace b.trace
"$arenascope" convert --to binary a.trace b.rep
"$arenascope" convert --to text a.trace b.bin
"$arenascope" convert a.bin - >there-and-back
"$arenascope" convert t.rep - | cmp - there-and-back && echo the same
"$arenascope" convert --to xml t.rep b.bin; echo $?
"$arenascope" convert t.rep nowhere/b.bin; echo $?
"$arenascope" convert t.rep .; echo $?
