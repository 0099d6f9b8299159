# What a trace asks for that cannot be, or looks so: the sentence of each fault, and how often it came.
in_words() {
	"$arenascope" play --print --engine heap --heap-size 512 "$1" | grep "^ \{0,8\}[0-9]"
	"$arenascope" stats --format csv --engine heap --heap-size 512 "$1" | sed -n "/^fault/,\$p"
}
cat >blocks.rep <<'END'
f -1
f 7
f ? at=0x7000
r 8 30
r 9 30 old=0x7100
a 1 20
a 1 40
a 2 10
f 2 size=12
f 2
a 3 10
f 2
f 3
f 3
a 4 0
r 1 0
a ? 50 failed
r 4 60 failed
a 5 600
r 5 700
f 5
a 6 100
use read 6 +100
use write 6 -1
f 6
use read 6
use read 99
use hit 99 key=1
END
cat >objects.rep <<'END'
new 1 40 gc
new 1 40
new 2 30
ref 1 2
unref 2 1
ref 1 9
ref 9 1
weak 3 1
ref 3 2
unref 3 1
weak 4 9
weak 3 1
f 1
r 1 50
a 1 20
leave thread=3
when 1 unref 1 2
unref - 2
unref - 2
END
in_words blocks.rep
in_words objects.rep

# Where blocks are as they were recorded: without an address, and over another.
printf 'info libc glibc 2.36\na 0 100 at=0x5000\na 1 100\na 2 100 at=0x5040\nf 1\nf 2\n' >places.rep
"$arenascope" play --print --engine recorded places.rep | grep '^ \{0,8\}[0-9]'
