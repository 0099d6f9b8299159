printf 'a 0 1\na 1 512\na 2 513\na 3 0\nf 0\nr 1 400\nr 1 100\nr 2 10\nf 2\nf 9\n' >t
"$arenascope" placements --python 3.11 t
"$arenascope" placements --python classic --arenas heap t
"$arenascope" stats --debugmallocstats --python 3.8 t
"$arenascope" stats --debugmallocstats --engine heap t; echo $?
