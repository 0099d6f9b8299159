# What a real Java virtual machine's collector did, by its log: where its spaces lie, which of them fill and empty.
foreign=$(dirname "$0")/../foreign
cp "$foreign/jvm.log" gc.log
cp "$foreign/jvm-parallel.log" parallel.log
cp "$foreign/jvm-plain.log" plain.log
# At each moment at which the log describes its spaces they are as it says: a line for each, its base, what is used, what
# is committed.
described()	# LOG
{
	sed -n 's/^.* \(eden\|from\|to\|the\|object\) *space .*\[ *\(0x[^,]*\), *\(0x[^,]*\),.*\(0x[^,)]*\))$/\2 \3 \4/p
		s/^.*\] \(GC([0-9]*) \)\?Heap \(before\|after\|Before\|After\) .*/--/p; s/^.*\] Heap$/--/p' "$1" |
		while read -r base top end; do
			[ "$base" != -- ] || { echo --; continue; }
			echo "$((base)) $((top - base)) $((end - base))"
		done
}
# The same by arenascope, at the caption that follows what a description says; events are numbered from 0.
shown()	# LOG
{
	"$arenascope" convert "$1" said.rep 2>/dev/null
	awk '!/^(info|name|site)/ { events++ } /^note (Before|After) GC|^note At exit/ { print events - 1 }' said.rep |
		while read -r event; do
			echo --
			"$arenascope" dump --at "$event" --format csv "$1" 2>/dev/null |
				awk -F, '$1 == "spaces" && $3 == "heap" && $2 != "metaspace" { print $4, $6, $5 }' |
				while read -r base used bytes; do echo "$((base)) $used $bytes"; done
		done
}
in_order()	# of each description, the lines by address
{
	awk '/^--/ { moment++; next } { print moment, $0 }' | sort -k1,1n -k2,2n
}
for log in gc parallel; do
	described $log.log | in_order >real
	shown $log.log | in_order >ours
	tail -n 1 real | awk '{ print $1, "moments" }'
	cmp real ours && echo "$log.log: each space, its base, use and size, as the log says at each of them"
done
# Of a log without addresses, the sums: it says how much the heap had before and after each collection, to a MiB.
"$arenascope" convert plain.log said.rep
grep '^note' said.rep
# The order of the spaces is that of our engine.
"$arenascope" dump --format csv gc.log 2>/dev/null |
	awk -F, '$1 == "spaces" && $3 == "heap" { sub(/ [01]$/, "", $2); print $2 }' >real
"$arenascope" dump --format csv "$traces/lessons/generational-heap.rep" 2>/dev/null |
	awk -F, '$1 == "generational" && $3 == "heap" { sub(/ [01]$/, "", $2); print $2 }' | grep -v metaspace >ours
cat real
cmp real ours && echo the same order
# A survivor that fills empties the other one, at each minor collection that kept something.
"$arenascope" convert gc.log gc.rep
grep -E '^(mark|[af] .*at=0xff4)' gc.rep
# It opens as the log has it, and reports speak of a virtual machine's heap.
"$arenascope" info gc.log | sed -n '/^played/p; /^form/p'
"$arenascope" play --print parallel.log 2>/dev/null | sed -n '2,16p'
"$arenascope" report parallel.log
"$arenascope" stats --check all parallel.log | sed -n '/^spaces$/,$p'
"$arenascope" stats --check all plain.log | sed -n '/^spaces$/,$p'
! { "$arenascope" report parallel.log; "$arenascope" play --print parallel.log; } 2>&1 | grep -E 'holes|malloc|librar'
# Cut anywhere, it is read as far as it goes; other lines of Java's are not of this form.
head -c 5000 gc.log >cut.log
"$arenascope" convert cut.log cut.rep && tail -1 cut.rep
for bytes in 1000 1500 2100 2700 3300 3900 4500; do
	head -c $bytes parallel.log >cut.log
	"$arenascope" stats --check all cut.log >cut.txt 2>&1 || { cat cut.txt; echo "cut at $bytes"; }
done
printf '[0.1s][info][gc] Using G1\n[0.2s][info][gc,start] GC(0) Pause Young (Normal)\n' >g1.log
"$arenascope" info g1.log
printf '[x] GC(99999999999999999999) eden space used [0x5, 0x1, 0x3)\n[1e999s] GC(1)   eden space 1K, 1%% used [0xffffffffffffffff, 0xffffffffffffffff, 0x0)\n' >odd.log
"$arenascope" convert odd.log - --from jvm_log
# Whatever a log says, nothing breaks: spaces that overlap, that are as large as can be, that are not whole pages.
cat >odd.log <<'END'
[0.1s] GC(0) Heap before GC
[0.1s] GC(0)   eden space 1K, 1% used [0x1000, 0x2000, 0xffffffffffffffff)
[0.1s] GC(0)   from space 1K, 1% used [0x3000, 0x3100, 0x4000)
[0.1s] GC(0)   to   space 1K, 1% used [0x3800, 0x3800, 0x5000)
[0.1s] GC(0)   the space 1K, 1% used [0x9001, 0x9003, 0x9010)
[0.1s] GC(0)  Metaspace       used 125K, committed 18014398509481983K, reserved 1K
[0.2s] GC(0) Heap after GC
[0.2s] GC(0)   eden space 1K, 1% used [0x1000, 0x1000, 0x2000)
[0.2s] GC(0)   from space 1K, 1% used [0x3000, 0x3000, 0x9000)
[0.2s] GC(0)  Metaspace       used 1K, committed 4K, reserved 1K
END
"$arenascope" stats --check all odd.log | sed -n '/^spaces$/,$p'
# A virtual machine that still runs has not said where its spaces are.
head -n 15 plain.log >running.log
"$arenascope" stats --check all running.log | sed -n '/^spaces$/,$p'
