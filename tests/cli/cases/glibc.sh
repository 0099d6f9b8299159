# glibc's malloc: the places of blocks, mappings, and the output of malloc_info().
cat >trace.rep <<'END'
a 0 40
a 1 100 call=calloc
f 0
a 2 2000
a 3 200000
f 2
a 4 40
f 3
r 1 5000
a 5 100 align=256
END
for release in 2.31 2.36 2.41 2.43; do
	echo "$release"
	"$arenascope" placements --engine glibc --glibc "$release" --check all trace.rep
done
"$arenascope" stats --mallinfo --malloc-info --engine glibc trace.rep
"$arenascope" play --print --engine glibc --size 100x40 trace.rep
"$arenascope" placements --engine glibc --glibc 2.36 --tcache-max 64K trace.rep
