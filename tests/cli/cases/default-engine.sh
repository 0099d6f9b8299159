# Without an engine, the one that fits is used: a recorded program that is not a Python never had a pymalloc.
engine() { "$arenascope" stats "$@" | sed -n 's/^engine  *//p'; }
engine "$traces/recorded/ls.trace"
engine "$traces/recorded/python-dict.trace"
engine --engine pymalloc "$traces/recorded/ls.trace"
engine --python 3.8 "$traces/recorded/ls.trace"
engine --heap-fit best "$traces/recorded/ls.trace"
engine "$traces/lessons/buddy.rep"
echo "a 0 16" >hand.rep
engine hand.rep
printf '13: malloc 0xb4000010 40\n13: free 0xb4000010\n' >android.txt
engine android.txt
printf "info python 3.11.2\na 0 16 domain=obj at=0x1000\n" >python.rep
engine python.rep
printf 'a 0 16 domain=obj at=0x1000\n' >objects.rep
engine objects.rep
# The preset is that of the recorded release: 3.7.2 aligned to 8 bytes.
for release in 3.7.2 3.7.9; do
	printf 'info python %s\na 0 17\na 1 17\n' "$release" >release.rep
	engine release.rep
	"$arenascope" placements release.rep
done
