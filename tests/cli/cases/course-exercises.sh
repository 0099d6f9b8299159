# What each exercise asks one student: its events and its question, as they are made from the name.
for exercise in $("$arenascope" course | grep -o '\[ \] [a-z-]*' | cut -c5-); do
	echo "== $exercise"
	"$arenascope" course ask "$exercise" --student anna
	"$arenascope" course ask "$exercise" --student anna --trace | head -n 2
done
