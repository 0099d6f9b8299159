# A recorded heap is shown as it was recorded: where pymalloc is known to be right, both show the same pools.
python="$traces/recorded/python-dict.trace"
"$arenascope" placements "$python" | grep -v arena >simulated
"$arenascope" placements --engine recorded "$python" | grep -v arena | cmp - simulated && echo the same placements
for at in 20000 90007 148000; do
	"$arenascope" stats --at $at "$python" | sed -n '/^size classes/,/^$/p' >simulated
	"$arenascope" stats --at $at --engine recorded "$python" | sed -n '/^size classes/,/^$/p' | cmp - simulated &&
		grep -c . simulated
done
# It keeps its contract, and no blocks overlap.
for name in ls sqlite table cc1 python-dict; do
	"$arenascope" stats --engine recorded --check answers "$traces/recorded/$name.trace" | grep -e overlap -e no-address -e broken
done
"$arenascope" stats --engine recorded --check all "$traces/recorded/ls.trace" | sed -n '/^where/,/^$/p'
# A trace without addresses has nothing to show.
cp "$traces/lessons/first-fit.rep" "$traces/lessons/demo.rep" "$traces/lessons/cycle.rep" .
"$arenascope" stats --engine recorded first-fit.rep; echo $?
"$arenascope" play --print --engine recorded demo.rep; echo $?
"$arenascope" stats --engine recorded cycle.rep >/dev/null; echo $?
"$arenascope" play --print --compare recorded,heap first-fit.rep >/dev/null; echo $?
# One with some addresses is played as far as it has them.
printf 'a 0 24 at=0x10010\na 1 24\na 2 24 at=0x10018\nr 0 100\nf 9\nf 0\n' >partly.rep
"$arenascope" play --print --engine recorded partly.rep
# A block can be larger than the whole empty heap, which then grows both ways.
printf 'a 0 1 at=0x7f0000290000\nf 0\na 1 1048576 at=0x7f0000192010\nf 1\na 2 8 at=0x7f0000292ff0\n' >over.rep
"$arenascope" stats --engine recorded --check all over.rep >stats; echo $?; grep -E "^(reserved|regions)" stats
