# A freed block of its own mapping raises glibc's mmap threshold: the next ones are in the heap, below small ones.
{
	echo 'info libc glibc 2.36'
	echo 'name 0x8000000000000001 decode (img.c:3)'
	echo 'site 1 0x8000000000000001'
	echo 'name 0x8000000000000002 thumbnail (img.c:4)'
	echo 'site 2 0x8000000000000002'
	echo 'a 0 900000 site=1'
	echo 'f 0'
	for i in 1 2 3 4 5 6 7 8; do
		echo "a $i 800000 site=1"
		echo "a 1$i 4000 site=2"
	done
	for i in 1 2 3 4 5 6 7 8; do echo "f $i"; done
} >risen.rep
"$arenascope" report --engine glibc risen.rep | sed -n '/^why/,/^$/p; /^what would/,/^$/p'
# Where the program has set a threshold itself, none rises.
"$arenascope" report --engine glibc --mmap-threshold 1M risen.rep | sed -n '/^why/,/^  cause/p; /^what would/,/^$/p'
