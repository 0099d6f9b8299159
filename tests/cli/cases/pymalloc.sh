printf 'a 0 1\na 1 512\na 2 513\na 3 0\nf 0\nr 1 400\nr 1 100\nr 2 10\nf 2\nf 9\n' >t
"$arenascope" placements --python 3.11 t
"$arenascope" placements --python classic --arenas heap t
"$arenascope" stats --debugmallocstats --python 3.8 t
"$arenascope" stats --debugmallocstats --engine heap t; echo $?
# Arenas as the system places them: one pool of each is lost to alignment where pools are larger than a page, or malloc has them.
seq 0 2050 | sed 's/.*/a & 512/' >many
for place in "--python 3.11" "--python 3.11 --arena-bases unaligned" "--python 3.8 --arena-bases unaligned" \
	"--python classic --arenas heap" "--python classic --arenas heap --arena-bases unaligned"; do
	echo "$place"
	# shellcheck disable=SC2086  # places are words
	"$arenascope" stats --debugmallocstats --engine pymalloc $place many | grep -E 'arenas allocated current|arena alignment'
done
