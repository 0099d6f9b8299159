cat >t <<'END'
new 1 64 gc
new 2 48 gc
new 3 28 finalizer=resurrects
ref 1 2
ref 2 1
ref 2 3
weak 5 1 callback=3
unref - 3
unref - 1
unref - 2
collect 0
unref - 9
f 3
a 3 10
unref 5 1
ref 5 3
new 3 100
unref - 3
END
"$arenascope" placements --engine heap --heap-header 0 t
"$arenascope" play --print --engine heap --heap-header 0 t
"$arenascope" play --print --expert --engine heap --heap-header 0 t | sed -n '/collect/,/^ *1[12] /p'
"$arenascope" stats --engine heap t | sed '/^where/,$d'
"$arenascope" convert --to binary t u && "$arenascope" convert --to text u - | cmp - t && "$arenascope" info u | sed 1d
"$arenascope" play --until 'object 3' --print --engine heap t | tail -n 3
printf 'name 0x1234 make (graph.c:3)\nname 0x9999 drop (graph.c:9)\nsite 1 0x1234\nsite 2 0x9999\n' >s
printf 'new 1 10 gc site=1\nnew 2 20 site=1\nref 1 2 site=2\nunref - 2 site=2\nunref - 1 site=2\n' >>s
"$arenascope" play --print --engine budget s | grep -E ' → | by '
"$arenascope" info s | sed -n '/call sites/,$p'
# One list holds 1,800 objects of 512 bytes in five arenas: dropping it is one event, in which 1,801 objects die.
awk 'BEGIN { print "new 1 64"; for (i = 2; i < 1802; i++) printf "new %d 512\nref 1 %d\nunref - %d\n", i, i, i; print "unref - 1" }' >many
"$arenascope" stats --engine pymalloc --python classic many | sed -n '/^what/,/^$/p'
# The same objects with the collectors of two releases; freezing, and what the process had before.
printf 'gc others 100\nnew 1 10 gc\nref 1 1\nunref - 1\ngc freeze\ncollect\ngc thresholds 1 0 9\ngc unfreeze\nnew 2 9 gc\nnew 3 9 gc\n' >g
for collector in 3.9 3.12; do
	"$arenascope" play --print --engine budget --collector $collector g | sed -n '/other objects\|freeze/p; /Objects that were/,$p'
done
"$arenascope" convert --to binary g b && "$arenascope" convert --to text b - | cmp - g
# What a finaliser does is noted, and done in its middle.
printf 'new 1 10 gc finalizer\nnew 2 9\nwhen 1 unref - 2\nwhen 1 ref 2 2\nunref - 1\n' >w
"$arenascope" play --print --engine budget w | sed -n '/ends/,$p'
"$arenascope" convert --to binary w b && "$arenascope" convert --to text b - | cmp - w
"$arenascope" play --print --collector 3.7 g
