# What glibc writes when a pointer is freed twice: its very words, and where it does not notice.
case_of() {
	echo "$1"
	shift
	printf 'info play --engine glibc\n%s\n' "$*" | tr ';' '\n' >double.rep
	"$arenascope" play --text double.rep | grep 'DOUBLE FREE' | sed 's/.*Nothing changed[. ]*/  /'
	"$arenascope" play --print double.rep | grep -A 1 'DOUBLE FREE' | sed '1d;s/^ */  /'
}
fill='a 0 20;a 1 20;a 2 20;a 3 20;a 4 20;a 5 20;a 6 20;a 7 20;a 8 20;f 0;f 1;f 2;f 3;f 4;f 5;f 6'
case_of 'in the tcache' 'a 0 20;f 0;f 0'
case_of 'the head of a fast bin' "$fill;f 7;f 7"
case_of 'further down in it' "$fill;f 7;f 8;f 7"
case_of 'a free chunk' 'a 0 2000;a 1 20;f 0;f 0'
case_of 'at top' 'a 0 2000;f 0;f 0'
case_of 'a mapping that is gone' 'a 0 200000;f 0;f 0'
case_of 'merged with the chunk before' 'a 0 2000;a 1 2000;a 2 20;f 0;f 1;f 1'
case_of 'in the tcache of another thread' 'a 0 20;a 1 20 thread=1;f 0 thread=1;f 0'

# realloc of a pointer that was freed, and free of an address that no allocation returned.
story_of() {
	echo "$1"
	shift
	printf 'info play --engine glibc\n%s\n' "$*" | tr ';' '\n' >misused.rep
	"$arenascope" play --print misused.rep | awk '/^ *[0-9]+  / { last = "" } { last = last $0 "\n" } END { printf "%s", last }' |
		grep -E 'POINTER|glibc|SIGSEGV|16,' | sed 's/^ */  /'
}
story_of 'resized where it is' 'a 0 20;a 1 20;f 0;r 0 24'
story_of 'resized into top' 'a 0 20;f 0;r 0 100'
story_of 'moved, from the tcache' 'a 0 20;a 1 20;f 0;r 0 100'
story_of 'moved, a free chunk' 'a 0 2000;a 1 20;f 0;r 0 3000'
story_of 'top, resized' 'a 0 2000;f 0;r 0 100'
story_of 'not a multiple of 16' 'libc break 0x5581e0c21000;a 0 20 at=0x5581e0c212a0;f ? at=0x5581e0c212a8'
story_of 'within a block' 'libc break 0x5581e0c21000;a 0 200 at=0x5581e0c212a0;f ? at=0x5581e0c212c0'
story_of 'on the stack' 'a 0 20 at=0x5581e0c212a0;f ? at=0x7ffde0c212c8'
