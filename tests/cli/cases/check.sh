# An engine under its contract plays as it does without, and breaks it in no lesson.
for trace in "$traces"/lessons/*.rep "$traces/recorded/python-dict.trace"; do
	name=$(basename "$trace")
	"$arenascope" stats "$trace" >plain 2>/dev/null
	"$arenascope" stats --check answers "$trace" 2>&1 | cmp - plain || echo "$name differs"
	"$arenascope" placements "$trace" >plain
	"$arenascope" placements --check answers "$trace" 2>&1 | cmp - plain || echo "$name differs"
done
"$arenascope" play --print --check all "$traces/lessons/first-fit.rep" >checked
"$arenascope" play --print "$traces/lessons/first-fit.rep" | cmp - checked && echo the same
"$arenascope" stats --check all "$traces/lessons/mistakes.rep" | grep -c broken
"$arenascope" stats --check all "$traces/lessons/pool-life.rep" | grep -c broken
"$arenascope" stats --check some "$traces/lessons/pool-life.rep"; echo $?
"$arenascope" stats --help | grep -e --check
