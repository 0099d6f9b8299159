# The variables of a method that is left go in order, the oldest first, also those of one object.
printf 'enter f\nnew 0 16\nnew 1 16\nref - 0\nleave\n' >t.rep
"$arenascope" placements --engine heap t.rep
# A finaliser has dropped what a variable refers to, before the method is left.
printf 'enter f\nnew 0 16\nnew 1 16 gc finalizer thread=2\nwhen 1 unref - 0\nunref - 1 thread=2\nleave\n' >t.rep
"$arenascope" play --print --engine budget t.rep | sed -n '/^ *4 /,$p' | grep -v hole
