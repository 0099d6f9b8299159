# A Python's addresses without its arenas, from the middle of its life: compared inside of pools.
cp "$(dirname "$0")/../foreign/memray-python-10.bin" memray.bin
"$arenascope" verify --python 3.11 memray.bin
"$arenascope" verify memray.bin; echo $?

# Pools of 4 KiB at 0x7f0000000000 and after it, blocks after a header of 48 bytes.
cat >good.rep <<'END'
info python 3.8.18
f ? domain=obj at=0x7f0000000030
a 0 48 domain=obj at=0x7f0000000060
a 1 33 domain=mem at=0x7f0000000090
f 0 domain=obj at=0x7f0000000060
a 2 48 domain=obj at=0x7f0000000060
r 2 40 domain=obj at=0x7f0000000060
f 1 domain=mem at=0x7f0000000090
f 2 domain=obj at=0x7f0000000060
note The pool may have been emptied, and carved again: its chain is not known any more.
a 3 48 domain=obj at=0x7f0000000030
a 4 16 domain=obj at=0x7f0000001030
f 4 domain=obj at=0x7f0000001030
a 5 100 domain=obj at=0x7f0000001030
a 6 513 domain=obj at=0x555500000010
f 6 domain=obj at=0x555500000010
a 7 20 domain=raw at=0x555500000010
r 5 40 domain=obj at=0x7f0000000060
a 8 1 domain=obj at=0x7f0000002030
a 9 0 domain=obj at=0x555500000020
f 9 domain=obj at=0x555500000020
f ? domain=obj at=0x7f0000000fff
END
"$arenascope" verify good.rep; echo $?

# check LINES...: the good trace, and these.
check() {
	cp good.rep changed.rep
	printf '%s\n' "$@" >>changed.rep
	"$arenascope" verify --max 9 changed.rep | sed -n '/^differences/,$p'
}
echo '-- not the block that was freed last; then nothing is known of that pool'
check 'a 20 48 domain=obj at=0x7f0000000090' 'a 21 48 domain=obj at=0x7f00000000c0' \
	'f 20 domain=obj at=0x7f0000000090' 'f 21 domain=obj at=0x7f00000000c0' \
	'a 22 48 domain=obj at=0x7f0000000090' 'a 23 48 domain=obj at=0x7f00000000c0'
echo '-- a block of another class'
check 'a 20 16 domain=obj at=0x7f0000000130'
echo '-- inside of a block, in the header, past the end'
check 'a 20 48 domain=obj at=0x7f0000000068' 'a 21 16 domain=obj at=0x7f0000000010' \
	'a 22 512 domain=obj at=0x7f0000000e30'
echo '-- freed twice'
check 'f ? domain=obj at=0x7f0000001030' 'f ? domain=obj at=0x7f0000001030' \
	'a 20 100 domain=obj at=0x7f0000001030' 'a 21 100 domain=obj at=0x7f0000001030'
"$arenascope" verify --format csv --max 9 changed.rep
