# Several marks of one name are told apart by a number; those of the recorder are no stations of what only grew.
awk 'BEGIN {
	print "info program t\nmark attached to process 7"
	for (i = 0; i < 4; i++) {
		printf "site %d 0x1000\na %d 100 site=1\na %d 50 site=1\nf %d\n", i + 1, 2 * i, 2 * i + 1, 2 * i + 1
		print "mark " (i == 3 ? "served#2" : "served")
	}
	print "a 100 10 site=1"
}' | awk '!/^site/ || !seen[$2]++ && $2 == 1' >marks.rep
for at in served 'served#1' 'served#2' 'served#3' 'served#4' 'served#0' 'served#' '#1' end; do
	echo "== $at"
	"$arenascope" stats --at "$at" marks.rep | grep -e '^moment' -e '^at the' -e '^events  ' -e '^live objects'
done
"$arenascope" report marks.rep | sed -n -e '/^marks/p' -e '/^suspected/,/^$/p'
printf 'seek served#3\nprint event\n' >s.script
"$arenascope" play --script s.script marks.rep >/dev/null; echo $?
