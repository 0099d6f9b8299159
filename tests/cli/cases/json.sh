printf 'a 0 10\nf 0\nf 0\n' >t
"$arenascope" stats --format json --engine heap t
