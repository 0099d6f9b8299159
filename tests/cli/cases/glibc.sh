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
# The heap of a second thread is 64 MiB of addresses; what is held of it is what has memory.
printf 'a 0 1000 thread=1\na 1 1000 thread=2\na 2 90000 thread=2\na 3 90000 thread=2\nf 3 thread=2\nf 2 thread=2\nlibc exec 0\na 4 10\n' >threads
for at in 1 3 5 6 7 end; do
	"$arenascope" stats --engine glibc --check all --at "$at" threads | grep -E '^(held|  glibc)'
done
"$arenascope" placements --engine glibc --glibc 2.36 --tcache-max 64K trace.rep
