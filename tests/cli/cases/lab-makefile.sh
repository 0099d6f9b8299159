# A Makefile whose variables refer to themselves, or to each other many times, ends.
printf 'a 0 100\nf 0\n' >t.rep
cp "$traces/../examples/mm-with-a-mistake.c" mm.c
printf 'CFLAGS =' >Makefile
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do printf ' $(CFLAGS)' >>Makefile; done
timeout 60 "$arenascope" lab mm.c t.rep | grep -c 't.rep  *yes'
{
	echo 'V0 = -DWORD=1'
	for i in 1 2 3 4 5 6 7; do
		printf 'V%d =' $i
		for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do printf ' $(V%d)' $((i - 1)); done
		echo
	done
	echo 'CFLAGS = $(V1)'
} >Makefile
timeout 60 "$arenascope" lab mm.c t.rep | grep -c 't.rep  *yes'
# A line that goes on below, also after the last one; and a value that is added to.
{
	printf '#if !defined(ONE) || !defined(TWO) || !defined(THREE)\n#error not all flags\n#endif\n'
	cat "$traces/../examples/mm-with-a-mistake.c"
} >mm.c
printf 'CFLAGS = -DONE \\\n\t-DTWO\nCFLAGS += -DTHREE %s' "\\" >Makefile
timeout 60 "$arenascope" lab mm.c t.rep | grep -c 't.rep  *yes'
