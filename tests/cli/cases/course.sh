# The course: the list, exercises that differ by student, answers judged, a file of them graded, a lecturer's sheet.
"$arenascope" course | head -n 6
for student in anna ben; do
	"$arenascope" course ask holes --student $student
done
"$arenascope" course ask holes --student anna --trace
"$arenascope" course ask holes --student anna --trace >exercise.rep
answer=$("$arenascope" course ask holes --student anna --answer 99 | sed 's/.* it is \([0-9]*\)\..*/\1/')
"$arenascope" course ask holes --student anna --answer "$answer" --answers answers
echo "status $?"
"$arenascope" course ask minor --student anna --answer "all of them, 99" --answers answers >/dev/null
echo "status $?"
for answer in banana "" "3 4 bananas" "no idea"; do
	"$arenascope" course ask first-fit --student anna --answer "$answer" --answers answers
	echo "status $?"
done
for answer in maybe or y Yes "a yes"; do
	"$arenascope" course ask fragmentation --student anna --answer "$answer" | head -n 1 | sed 's/:.*//'
done
cat answers
echo "# whose answers they are"
"$arenascope" course ask holes --student ben --answer 3 --answers answers
echo "status $?"
"$arenascope" course ask fragmentation --answer yes --answers answers >/dev/null
cat answers
"$arenascope" course grade answers --format csv | head -n 2
"$arenascope" course grade answers --student ben --format csv | head -n 2
"$arenascope" course --student ben --answers answers | grep -cE '\[[+-]\]'
printf 'holes 3\n' >old
"$arenascope" course grade old --student ben --format csv | head -n 2
"$arenascope" course --student anna --answers answers | grep -E '\[[+-]\]'
"$arenascope" course grade answers --student anna --json
"$arenascope" course grade answers --student anna --format csv | head -n 4
echo "unknown 3" >wrong
"$arenascope" course grade wrong --set due --format csv
echo "frist-fit 3" >wrong
"$arenascope" course grade wrong --set due --format csv
"$arenascope" course grade .
"$arenascope" course ask tkaes
"$arenascope" course sheet frist-fit
echo "status $?"
"$arenascope" course grade missing
echo "status $?"
"$arenascope" course ask unknown
echo "status $?"
for lesson in region cycle buddy demo; do
	"$arenascope" course ask $lesson --student anna | tail -n 1
done
"$arenascope" course ask lru --student anna --trace | "$arenascope" play --print - | sed -n '/not found/,$p' | tail -n 18
"$arenascope" course dance now
echo "status $?"
"$arenascope" course sheet pool-unset
"$arenascope" course >course
"$arenascope" lessons --names | while read -r lesson; do
	grep -qE "^  $lesson( |$)" course || echo "not in the course: $lesson"
done

# Of the exercises that were set the score counts those only.
printf '# student anna\nfirst-fit 1\n' >set
"$arenascope" course grade set --set first-fit,pool-life --format csv
"$arenascope" course grade set --set first-fit,pool-lief

# Several files: a row for each student. A file that says no name, and a line of no exercise, are reported.
printf '# student ben\nfirst-fit 1\nbuddyy 2\npool-next 0\n' >ben
echo "due 0" >noname
"$arenascope" course grade set ben noname --set first-fit,pool-life,due
"$arenascope" course grade set ben noname --set first-fit,pool-life,due --format csv
echo "status $?"
"$arenascope" course grade set ben --student anna
# A file that cannot be read costs nobody else a mark: it is reported, and the others have their rows.
printf '# student carl\nfirst-fit \0\n' >bytes
"$arenascope" course grade missing set . bytes ben --set first-fit,pool-life --format csv
echo "status $?"
"$arenascope" course grade missing . --format csv --set first-fit
echo "status $?"
printf 'note Say.\na 0 10\nnote Ask?\na 1 10\nnote Answer.\n' >own.rep
"$arenascope" course sheet own.rep
# shellcheck disable=SC2258	# a list that ends in a comma
for exercises in "" , first-fit, first-fit,holes,first-fit; do
	"$arenascope" course grade set --set "$exercises" --format csv
	echo "status $?"
done
