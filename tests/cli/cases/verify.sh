# A small Python by hand: arenas of 64 pools at their real bases, blocks of 48 bytes after a header of 48.
cat >good.rep <<'END'
info python 3.8.18
a 0 20 at=0x55550010
m 1 262144 domain=arena at=0x7f1234567000
a 2 48 domain=obj at=0x7f1234567030
a 3 40 domain=mem at=0x7f1234567060
a 4 600 domain=obj at=0x55550100
a 5 48 domain=raw at=0x55550400
r 4 100 domain=obj at=0x55550100
f 3 domain=mem at=0x7f1234567060
a 6 33 domain=obj at=0x7f1234567060
r 2 500 domain=obj at=0x7f1234568030
f ? domain=raw at=0x55559999
f 6 domain=obj at=0x7f1234567060
f 2 domain=obj at=0x7f1234568030
u 1 domain=arena at=0x7f1234567000
END
"$arenascope" verify good.rep; echo $?
"$arenascope" verify --format json good.rep
# The same as a binary trace, and as the viewer plays it.
"$arenascope" convert good.rep good.trace 2>/dev/null
"$arenascope" verify good.trace | tail -n 1
"$arenascope" play --print good.rep --expert | grep -e '→' -e 'mapped at'

# A real one, recorded from CPython 3.11.2.
"$arenascope" verify "$traces/recorded/python-dict.trace" | sed 1d

echo "-- one address altered"
sed 's/^a 6 33 domain=obj at=.*/a 6 33 domain=obj at=0x7f1234567090/' good.rep >altered.rep
"$arenascope" verify altered.rep; echo $?
"$arenascope" verify --format csv --max 9 altered.rep
echo "-- an event lost"
grep -v '^f 3' good.rep >lost.rep
"$arenascope" verify lost.rep | sed -n '/^differences/,$p'
echo "-- an allocation lost"
grep -v '^a 3' good.rep >lost2.rep
"$arenascope" verify lost2.rep | sed -n '/^differences/,$p'
echo "-- a size over the border of its class"
sed 's/^a 3 40/a 3 64/' good.rep >larger.rep
"$arenascope" verify larger.rep | sed -n '/^differences/,$p'
echo "-- small enough for pymalloc, but below"
sed 's/^a 3 40 .*/a 3 40 domain=mem at=0x55551000/' good.rep >below.rep
"$arenascope" verify below.rep | sed -n '/^differences/,$p'
echo "-- an arena more, one less, one kept"
sed '/^a 6/i m 7 262144 domain=arena at=0x7f1234667000' good.rep >more.rep
"$arenascope" verify more.rep | sed -n '/^differences/,$p'
grep -v '^m 1' good.rep | sed '$a m 9 262144 domain=arena at=0x7f1234567000' >less.rep
"$arenascope" verify less.rep | sed -n '/^differences/,$p'
{ grep -v '^u 1' good.rep; echo "a 7 16 domain=obj at=0x7f1234567030"; } >kept.rep
"$arenascope" verify kept.rep | sed -n '/^differences/,$p'

echo "-- an arena given back by a realloc: told before or behind it; not by another"
{ grep -v -e '^f 2' -e '^u 1' good.rep; echo "r 2 1000 domain=obj at=0x55551000"; echo "u 1 domain=arena at=0x7f1234567000"; } >behind.rep
"$arenascope" verify behind.rep | tail -n 1
{ grep -v -e '^f 2' -e '^u 1' good.rep; echo "u 1 domain=arena at=0x7f1234567000"; echo "r 2 1000 domain=obj at=0x55551000"; } >before.rep
"$arenascope" verify before.rep | tail -n 1
{ grep -v -e '^u 1' good.rep | sed '/^r 2/i u 1 domain=arena at=0x7f1234567000'; } >early.rep
"$arenascope" verify early.rep | sed -n '/^differences/,$p'

echo "-- two interpreters, each with an allocator of its own; one ends and gives its arenas back at once"
cat >two.rep <<'END'
info python 3.13.0
m 0 1048576 domain=arena at=0x7f1200000000
a 1 48 domain=obj at=0x7f1200000030
m 2 1048576 domain=arena at=0x7f1300000000
a 3 48 domain=obj at=0x7f1300000030
a 4 48 domain=obj at=0x7f1200000060
a 5 48 domain=obj at=0x7f1300000060
a 6 900 domain=obj at=0x55551000
r 5 600 domain=obj at=0x55552000
f 3 domain=obj at=0x7f1300000030
a 7 40 domain=obj at=0x7f1300000030
a 8 33 domain=obj at=0x7f1300000060 thread=1
u 2 domain=arena at=0x7f1300000000
f 6 domain=obj at=0x55551000
f 1 domain=obj at=0x7f1200000030
a 9 33 domain=obj at=0x7f1200000030
END
"$arenascope" verify two.rep | grep -e allocators -e differences
sed 's/^a 8 33 .*/a 8 33 domain=obj at=0x7f1300000090 thread=1/' two.rep >two-altered.rep
"$arenascope" verify two-altered.rep | sed -n '/^allocators/,$p'
sed 's/3.13.0/3.11.2/' two.rep >one.rep
"$arenascope" verify one.rep | sed -n '/^allocators/,/^  The/p'

echo "-- what cannot be compared"
cp "$traces/lessons/first-fit.rep" lesson.rep
cp "$traces/recorded/sqlite.trace" c-level.trace
"$arenascope" verify lesson.rep; echo $?
"$arenascope" verify --python 3.8 lesson.rep; echo $?
"$arenascope" verify --python 3.11 c-level.trace; echo $?
grep -v arena good.rep | sed '1s/^/info recorder arenascope 0.1.0\n/' >no-arena.rep
"$arenascope" verify no-arena.rep; echo $?
sed 's/3.8.18/3.99.1/' good.rep >future.rep
"$arenascope" verify future.rep; echo $?
"$arenascope" verify; echo $?
"$arenascope" verify --python 4 good.rep; echo $?
