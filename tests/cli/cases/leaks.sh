# Every command once, from its start to its end. Under AddressSanitizer it has freed all that it took.
cp "$traces/lessons/first-fit.rep" a.rep
cp "$traces/recorded/ls.trace" a.trace
cp a.trace b.trace
"$arenascope" help | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p' | while read -r command; do
	case $command in
	demo) words='demo --help' ;;
	play) words='play --lesson buddy --print' ;;
	record | live) continue ;; # tests/record has them
	repair) words='repair a.trace' ;;
	lessons | engines) words=$command ;;
	course) words='course sheet buddy' ;;
	lab) words='lab nothing.c a.rep' ;;
	diff) words='diff a.trace b.trace' ;;
	draw) words='draw a.rep --at 20 -o a.svg' ;;
	export) words='export --html a.html a.rep' ;;
	convert) words='convert a.trace a.text' ;;
	workload) words='workload lru -n 200' ;;
	ostep) words='ostep --seed 3 -c' ;;
	*) words="$command a.trace" ;;
	esac
	echo dump >script
	status=0
	# shellcheck disable=SC2086	# words
	"$arenascope" $words >printed 2>said || status=$?
	echo "$words: status $status$(grep -h -e Sanitizer -e usage said | head -n 3)"
done
