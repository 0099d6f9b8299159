# The answers of a report where they are seldom heard: one block, a moment of few bytes, a Python without its objects.
answers() {
	section=$1
	shift
	"$arenascope" report --rows 1 "$@" | sed -n "/^$section/,/^  [a-z ]*  /p" | sed '$d'
}
names() { # NAME...: one line of the source each, site 1 that of the first, called by the second, and so on
	sites=
	for name in "$@"; do
		sites="$sites 0x800000000000000$((${#sites} / 19 + 1))"
		echo "name ${sites##* } $name"
	done
	echo "site 1$sites"
}
program() { printf 'info program ./program\ninfo libc glibc 2.36\n'; }

# One block is "it", two are "they"; a function that is named already is not named again.
for blocks in 1 2; do
	{
		program
		names 'make (p.c:3)' 'fill (p.c:9)' 'main (p.c:20)'
		seq $blocks | sed 's/.*/a & 100000 site=1/'
	} >$blocks.rep
	answers 'who keeps' --whatif never $blocks.rep
done

# Live objects of 200 bytes may be in CPython's free lists for the most part, larger ones are not.
for size in 200 201; do
	{
		echo 'info python 3.9.2'
		names 'load (svc.py:4)'
		seq 3000 | sed "s/.*/a & $size site=1 domain=obj/"
	} >python.rep
	answers 'what would' python.rep
done

# Nothing of a variable was tried.
{
	echo 'info python 3.9.2'
	names 'load (svc.py:4)'
	seq 3000 | awk '{ printf "a %d 500 site=1 domain=obj at=0x%x\n", $1, 268435456 + $1 * 512 }'
	echo '#: census blocks=3000 bytes=1536000 step=512'
	echo '#: owner 1 blocks=3000 bytes=1536000 items=3000 type=dict name=svc.rows'
	seq 3000 | awk '{ printf "#: kept 1 %x\n", 268435456 + $1 * 512 }'
} >variable.rep
"$arenascope" report --whatif never variable.rep | sed -n '/^what would/,/^$/p'

# What is freed shortly before the end was never to be had before.
{
	program
	names 'make (p.c:3)' 'main (p.c:20)'
	seq 4000 | sed 's/.*/a & 4000 site=1/'
	seq 1000 1200 | sed 's/^/f /'
	echo 'mark main() returned'
} >late.rep
"$arenascope" report --engine glibc --whatif never late.rep | sed -n '/^what would/,/^$/p'

# The objects of some Pythons are not in their traces.
for python in '3.7.9' '3.13.0t' '3.11.7'; do
	{
		printf 'info python %s\ninfo recorder arenascope 0.1.0\ninfo libc glibc 2.36\n' "$python"
		names 'load (svc.py:4)'
		seq 1000 | sed 's/.*/a & 5000 site=1 domain=raw/'
	} >objects.rep
	answers 'who keeps' --whatif never objects.rep
done
