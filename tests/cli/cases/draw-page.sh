# The pages of a lecture's text that does not fit, as pictures: each ends with a sentence.
for page in 1 2 3 4; do
	"$arenascope" draw --lecture --at 25 --size 40x12 --page $page "$traces/lessons/cycle.rep" -o - |
		sed -n 's/.*>\(page [0-9] of [0-9]\)<.*/\1/p; s/<[^>]*>//g; /^ *The collector freed/p; /^ *Generation 2/p'
done
"$arenascope" draw --lecture --at 25 --size 40x12 --page 5 "$traces/lessons/cycle.rep" -o - 2>&1
"$arenascope" draw --lecture --at 25 --page 0 "$traces/lessons/cycle.rep" -o - 2>&1
