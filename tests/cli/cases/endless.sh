# A stream that is not a trace is refused, even if it never ends.
"$arenascope" info /dev/zero; echo $?
yes hello | "$arenascope" info -; echo $?
tr '\000' a </dev/zero | "$arenascope" info -; echo $?
{ echo 'a 0 16'; yes '# no event'; } | head -n 100000 | "$arenascope" placements --engine heap -
{ yes '# no event' | head -n 100000; echo 'f zero'; } | "$arenascope" info -; echo $?
# So is a script or a configuration that is none: in bounded memory, with the line.
lesson=$traces/lessons/budget.rep
for file in /dev/zero /; do
	"$arenascope" play --script "$file" "$lesson"; echo $?
	"$arenascope" play --config "$file" --script /dev/null "$lesson" 2>&1 | head -n 1
done
tr '\000' a </dev/zero | "$arenascope" play --script - "$lesson"; echo $?
