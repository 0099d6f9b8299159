# The textbook's exercises: two known answers, the questions alone, and what is refused.
"$arenascope" ostep -H 4 -a 4 -n 5 -c
"$arenascope" ostep -A +10,+20,+10,+30,-0,-1,-2 -C -l INSERT-FRONT -c
"$arenascope" ostep -n 3
"$arenascope" ostep -S 20 -A +30,+10,-1
for flags in "-p NEXT" "-a 0" "-a x" "-P 0" "-A +0" "-A +30,+10,-0 -S 20" "-A +5,*3" "-S 0" "-s 1.5"; do
	# shellcheck disable=SC2086  # flags are words
	"$arenascope" ostep $flags >/dev/null
	echo "$flags: $?"
done
"$arenascope" placements --engine heap --ostep "$traces/lessons/first-fit.rep" | head -n 5
# The operations as a trace: played, they end with the same free list.
"$arenascope" ostep -c -p FIRST -n 8 -H 4 -a 4 -o t | tail -3 && cat t
"$arenascope" stats t | grep -E '^(events|live)'
printf 'seek end\ndump heap\n' >keys
"$arenascope" play --script keys --size 100x24 t | grep 'free list'
# Shown at once; without a terminal that is in words. What is wrong is said before.
"$arenascope" ostep --play -S 40 -A +10,+20,-0,+5
"$arenascope" ostep --play -A +10,x; echo $?
