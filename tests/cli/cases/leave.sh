# The variables of a method that is left go in order, the oldest first, also those of one object.
printf 'enter f\nnew 0 16\nnew 1 16\nref - 0\nleave\n' >t.rep
"$arenascope" placements --engine heap t.rep
