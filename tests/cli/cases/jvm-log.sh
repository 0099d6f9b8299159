# What a real Java virtual machine's collector did, by its log: where its spaces lie, which of them fill and empty.
foreign=$(dirname "$0")/../foreign
cp "$foreign/jvm.log" gc.log
"$arenascope" convert gc.log gc.rep
# The order of the spaces is that of our engine: each by its lowest address, a survivor once for each of the two.
sed -n 's/^name \(0x[0-9a-f]*\) /\1 /p' gc.rep >names
awk 'FNR == NR { name["site=" substr($1, 3)] = $2; next } $1 == "a" { print $4, name[$6] }' names gc.rep | sort -u |
	awk '!seen[$1]++ { print $2 }' >real
"$arenascope" dump --format csv "$traces/lessons/generational-heap.rep" 2>/dev/null |
	awk -F, '$1 == "generational" && $3 == "heap" { sub(/ [01]$/, "", $2); print $2 }' | grep -v metaspace >ours
cat real
cmp real ours && echo the same order
# A survivor that fills empties the other one, at each minor collection that kept something.
grep -E '^(mark|[af] .*at=0xff4)' gc.rep
# It opens where the blocks lie, and says who has them.
"$arenascope" info gc.log | sed -n '/^played/p; /^form/p'
# Cut anywhere, it is read as far as it goes; other lines of Java's are not of this form.
head -c 5000 gc.log >cut.log
"$arenascope" convert cut.log cut.rep && tail -1 cut.rep
printf '[0.1s][info][gc] Using G1\n[0.2s][info][gc,start] GC(0) Pause Young (Normal)\n' >g1.log
"$arenascope" info g1.log
printf '[x] GC(99999999999999999999) eden space used [0x5, 0x1, 0x3)\n[1e999s] GC(1)   eden space 1K, 1%% used [0xffffffffffffffff, 0xffffffffffffffff, 0x0)\n' >odd.log
"$arenascope" convert odd.log - --from jvm_log
