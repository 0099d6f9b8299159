# Many of a kind: what would take minutes if any of it took time by the square of the number.
awk 'BEGIN { for (i = 0; i < 60000; i++) print "m", i, 4096; for (i = 0; i < 60000; i++) print "u", i * 7919 % 60000 }' >maps
"$arenascope" stats maps | grep -E '^(events|live objects|peak live objects) '
awk 'BEGIN { print "new 1 64"; print "new 2 64"; for (i = 0; i < 60000; i++) print "ref 1 2"; for (i = 0; i < 60000; i++) print "unref 1 2"
	print "unref - 2" }' >pair
"$arenascope" placements --engine heap pair | tail -n 1
# a chain that dies of one event, and takes its arenas with it: every line is there
awk 'BEGIN { for (i = 1; i <= 40000; i++) { print "new", i, 400; if (i > 1) { print "ref", i - 1, i; print "unref -", i } }; print "unref - 1" }' >chain
"$arenascope" placements chain >lines; echo $?
awk '$2 == "died" { died++ } $2 == "+arena" { mapped++ } $2 == "-arena" { returned++ } END { print died, mapped, returned }' lines
tail -n 1 lines
awk 'BEGIN { for (i = 0; i < 60000; i++) printf "%d: malloc 0x%x 16\n", i % 30000 + 1, 4096 + i * 16 }' >threads
"$arenascope" info threads | grep -E '^(threads|events) '
