"$arenascope" convert "$traces/lessons/first-fit.rep" whole.trace
size=$(wc -c <whole.trace)
head -c $((size - 45)) whole.trace >cut.trace
"$arenascope" placements cut.trace; echo $?
cp whole.trace bad.trace
printf '\377' | dd of=bad.trace bs=1 seek=$((size - 60)) conv=notrunc 2>/dev/null
"$arenascope" placements bad.trace; echo $?
"$arenascope" placements --salvage bad.trace; echo $?
head -c 30 whole.trace >head.trace
"$arenascope" info head.trace; echo $?
"$arenascope" convert "$traces/recorded/sqlite.trace" sqlite.text
"$arenascope" convert --to binary sqlite.text whole.trace
size=$(wc -c <whole.trace)
head -c $((size * 2 / 3)) whole.trace >cut.trace
"$arenascope" convert cut.trace cut.text
lines=$(grep -c '^[arf]' cut.text)
head -n -1 cut.text >part.text
[ "$lines" -gt 2500 ] && head -n "$(wc -l <part.text)" sqlite.text | cmp - part.text && echo "the first two thirds"
tail -n 1 cut.text
head -c $((size - 40)) whole.trace >unended.trace	# all but the chunk that ends it
"$arenascope" info unended.trace | sed -n '/^cut/p;/^events  /p'
# Damage further on is found when it is read: a binary trace is opened by the heads of its chunks.
awk 'BEGIN { for (i = 0; i < 40000; i++) print "a", i, i * 7919 % 60000 }' >long.text
"$arenascope" convert long.text long.trace
size=$(wc -c <long.trace)
printf '\377\377' | dd of=long.trace bs=1 seek=$((size * 2 / 3)) conv=notrunc 2>/dev/null
for command in info stats placements "play --print"; do
	# shellcheck disable=SC2086  # a command and its option
	"$arenascope" $command long.trace >lines; echo "$command: $?, $(grep -c . lines) lines"
done
"$arenascope" convert long.trace long.again; echo $?
"$arenascope" info --salvage long.trace | sed -n '/^damaged/p;/^events  /p'
printf 'end\nsettle\ndump status\ndump footer\n' >keys
"$arenascope" play --script keys --size 120x24 long.trace; echo $?
