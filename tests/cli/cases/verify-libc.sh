# A small C program by hand, on glibc 2.36: its heap begins with the tcache of the first thread, 0x290 bytes.
cat >c.rep <<'END'
info libc glibc 2.36
info break 0x55550000
a 0 24 at=0x555502a0
a 1 100 at=0x555502c0
a 2 24 at=0x55550330
f 0
f 2
a 3 20 at=0x55550330
a 4 20 at=0x555502a0
a 5 200000 at=0x7f1234500010
r 5 300000 at=0x7f1234400010
a 6 5000 at=0x55550350 align=16
f 5
a 7 200000 at=0x555516e0
f ?
f 7
a 8 24 at=0x555516e0
END
"$arenascope" verify c.rep; echo $?
"$arenascope" verify --format json c.rep
"$arenascope" placements --engine glibc --check all c.rep | tail -n 3
"$arenascope" play --print --engine glibc c.rep | grep -e '→.*heap' | head -n 2

echo "-- another size: the engine goes on from what was recorded"
sed 's/^a 6 5000/a 6 6000/' c.rep >size.rep
"$arenascope" verify size.rep; echo $?
echo "-- an address altered, and the release"
sed 's/^a 4 20 .*/a 4 20 at=0x55550390/' c.rep >altered.rep
"$arenascope" verify --max 2 altered.rep | sed -n '/^agreed/,$p'
"$arenascope" verify --format csv --max 9 altered.rep | sed -n '/^event/,$p'
"$arenascope" verify --glibc 2.41 c.rep | grep -e preset -e differences
echo "-- a call that is not in the trace, and the free of its block"
grep -v '^a 1 ' c.rep | sed 's/^f ?/f ? at=0x555502c0/' >unseen.rep
"$arenascope" verify unseen.rep; echo $?

echo "-- what moves the library beside requests, and another program"
cat >library.rep <<'END'
info libc glibc 2.36
info tunables GLIBC_TUNABLES=glibc.malloc.tcache_count=2:glibc.malloc.top_pad=0x1000 MALLOC_ARENA_MAX=3 MALLOC_TOP_PAD_=77
info break 0x55550000
a 0 24 at=0x555502a0
a 1 24 at=0x555502c0
a 2 24 at=0x555502e0
a 3 24 at=0x55550300
f 0
f 1
f 2
libc mxfast 0
a 4 100000 at=0x55550320
libc malloc_trim 0
a 5 24 at=0x7f1230000b70 thread=1
f 5 thread=1
libc thread_end thread=1
a 6 24 at=0x7f1230000b70 thread=2
f 6 thread=2
f 3
f 4
mark exec: another
libc exec 0x66660000 thread=3
a 7 24 at=0x666602a0 thread=3
END
"$arenascope" verify library.rep; echo $?
"$arenascope" placements --engine glibc --check all library.rep
"$arenascope" play --print --engine glibc library.rep | grep -A 3 -e 'malloc_trim' -e 'ends' -e 'another program'

echo "-- two threads that overlap: the recorded order is not the only one there may have been"
cat >threads.rep <<'END'
info libc glibc 2.36
info tunables GLIBC_TUNABLES=glibc.malloc.tcache_count=0
info break 0x55550000
a 0 24 at=0x555502a0
a 1 24 at=0x555502c0
a 2 24 thread=1 at=0x7f1230000b70
f 0 thread=1 at=0x555502a0
f 1 at=0x555502c0
a 3 24 at=0x555502a0
a 4 24 at=0x555502c0
END
"$arenascope" verify threads.rep; echo $?

echo "-- below a Python: blocks outside its arenas, also one that a realloc moves out of them"
cat >python.rep <<'END'
info python 3.8.18
info libc glibc 2.36
info break 0x55550000
a 0 0 domain=raw at=0x555502a0
a 1 768 domain=raw at=0x555502c0
m 2 262144 domain=arena at=0x7f1234567000
a 3 48 domain=obj at=0x7f1234567030
r 3 600 domain=obj at=0x555505d0
a 4 24 at=0x55550830
u 2 domain=arena at=0x7f1234567000
f 3 domain=obj
f 4
m 2 262144 domain=arena at=0x7f1234567000
a 5 100 domain=obj at=0x7f1234567030
END
"$arenascope" verify python.rep; echo $?
"$arenascope" verify --below heap python.rep | tail -n 1
cp "$traces/recorded/python-dict.trace" .
"$arenascope" verify --below glibc python-dict.trace; echo $?
"$arenascope" placements python.rep
"$arenascope" verify --glibc 7 c.rep; echo $?
