"$arenascope" convert "$traces/lessons/first-fit.rep" whole.trace
size=$(wc -c <whole.trace)
head -c $((size - 5)) whole.trace >cut.trace
"$arenascope" placements cut.trace; echo $?
cp whole.trace bad.trace
printf '\377' | dd of=bad.trace bs=1 seek=$((size - 20)) conv=notrunc 2>/dev/null
"$arenascope" placements bad.trace; echo $?
"$arenascope" placements --salvage bad.trace; echo $?
