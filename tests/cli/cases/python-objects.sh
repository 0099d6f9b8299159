# A Python that has no pymalloc, or whose requests for objects went past the recorder, as those of one before 3.8 do, is played in the C library.
head='info recorder arenascope 0.1.0\ninfo libc glibc 2.36\ninfo break 0x555555559000\n'
c='a 0 100 call=malloc at=0x5555555592a0\na 1 30 call=malloc domain=raw at=0x555555559310\nf 0 call=free at=0x5555555592a0\n'
stack='m 2 16384 call=mmap domain=arena at=0x7ffff7fc0000\n' # a piece of the interpreter's stack
arena='m 3 1048576 call=mmap domain=arena at=0x7ffff7800000\n'
object='a 4 40 call=malloc domain=obj at=0x7ffff7800030\n'
trace() { # NAME VERSION EVENTS
	# shellcheck disable=SC2059
	printf "info python $2\n$head$c$3" >"$1.rep"
}
trace malloc 3.11.7 "$stack"
trace hooks 3.11.7 "$stack$arena"
trace threads 3.13.0t ''
trace old 3.6.15 ''
trace pymalloc 3.11.7 "$stack$arena$object"
# One that is converted does not say which of them it was.
printf "info python 3.11.7\na 0 100 at=0x5555555592a0\n" >foreign.rep
for name in malloc hooks threads old pymalloc foreign; do
	echo "== $name"
	"$arenascope" stats $name.rep | grep -e '^engine' -e '^objects'
	"$arenascope" info $name.rep | grep '^objects'
	"$arenascope" report --rows 1 $name.rep | grep -e '^engine' -e '^objects' -e pymalloc:
	"$arenascope" whatif $name.rep | grep -e '^as given' -e pymalloc
	"$arenascope" verify $name.rep | grep -e '^in the heap' -e '^differences' -e '^in arenas'
done 2>&1
