# The end of the main arena goes back by malloc_trim(); that of a thread's arena does not. What is said is of the arenas at stake.
queue() {
	i=$2
	while [ "$i" -lt "$3" ]; do
		echo "a $i 3000 site=1 thread=$1"
		[ $((i % 5)) -ne 2 ] || echo "a $((10000 + i)) 40 site=2 thread=$1"
		i=$((i + 1))
	done
	while [ "$i" -gt "$2" ]; do
		i=$((i - 1))
		echo "f $i thread=$1"
	done
}
names='name 0x8000000000000001 push (queue.c:22)\nname 0x8000000000000002 note (queue.c:13)\nsite 1 0x8000000000000001\nsite 2 0x8000000000000002\n'
{
	printf '%b' "$names"
	echo 'a 9000 40'
	queue 1 0 500
} >thread.rep
{
	cat thread.rep
	queue 0 500 1000
} >both.rep
for file in thread.rep both.rep; do
	"$arenascope" report --engine glibc --whatif never $file | sed -n '/^who keeps/,/^  cause/p'
done

# Where it was recorded, it is not known whose arena a heap is.
printf 'info libc glibc 2.36\na 0 3000 at=0x5550000002a0\na 1 40 at=0x555000000e60\na 2 3000 at=0x7f0000000ba0\na 3 40 at=0x7f0000001760\nf 0\nf 2\n' >recorded.rep
"$arenascope" report --engine recorded --whatif never recorded.rep | sed -n '/^who keeps/,/^  made/p'

# Fast chunks that only have the end of a thread's arena above them: malloc_trim() merges them, and returns nothing. Those of the main arena go back.
fast() {
	i=0
	while [ $i -lt 8000 ]; do
		echo "a $i 100 site=1 thread=$1"
		i=$((i + 1))
	done
	i=0
	while [ $i -lt 8000 ]; do
		echo "f $i thread=$1"
		i=$((i + 1))
	done
}
for thread in 0 1; do
	{
		printf '%b' "$names"
		printf 'a 9000 40 thread=0\na 9001 40 site=2 thread=1\n'
		fast $thread
	} >fast.rep
	"$arenascope" report --engine glibc --whatif never fast.rep | sed -n -e '/^malloc_trim/p' -e '/^why it is/,/^  cause/p'
done

# As recorded, free memory at the end of a heap is a thread's where the system maps memory: malloc_trim() leaves it.
for base in 555 7f0; do
	printf 'info libc glibc 2.36\na 0 40 at=0x%s0000002a0\na 1 100000 at=0x%s0000002d0\nf 1\n' $base $base >end.rep
	"$arenascope" report --engine recorded --whatif never end.rep | grep -e '^held' -e '^malloc_trim' -e 'malloc_trim(0)'
done

# What one arena for all threads would come to is a model's, which is said where it would help.
"$arenascope" report --engine glibc --whatif always both.rep | sed -n '/^what would help/,/^$/p'
"$arenascope" whatif --engine glibc both.rep | grep -e ^reserve -e arena-max
