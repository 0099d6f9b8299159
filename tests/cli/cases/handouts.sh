# The script that compares lab with the drivers of hand-outs: drivers of three forms, two that differ, one that sleeps.
handouts=$(dirname "$0")/../../../scripts/handouts
printf '20\n1\n2\n1\na 0 20\nf 0\n' >t.rep
printf '20\n2\n2\n1\na 0 16\na 1 16\n' >u.rep
# driver FOLDER LINES...: a hand-out whose driver prints these, if it is given what follows in $wants.
driver() {
	folder=$1
	shift
	mkdir "$folder"
	cat >"$folder/mm.c" <<-'C'
		#include <stddef.h>
		void *mem_sbrk(int);
		int mm_init(void) { return 0; }
		void *mm_malloc(size_t size) { return mem_sbrk((size + 15) & ~15); }
		void mm_free(void *p) { (void)p; }
	C
	{
		echo '#!/bin/sh'
		# shellcheck disable=SC2016  # for the driver
		echo 'case "$*" in *"'"$wants"'"*) ;; *) echo "usage: mdriver"; exit 1 ;; esac'
		printf "echo '%s'\n" "$@"
	} >"$folder/mdriver"
	chmod +x "$folder/mdriver"
}
wants=-V
driver classic 'Reading tracefile: t.rep' 'Reading tracefile: u.rep' 'trace  valid  util     ops      secs  Kops' \
	' 0       yes   62%       2  0.000000 53522' ' 1       yes  100%       2  0.000000 53522' \
	'Total           81%       4  0.000000 53522'
cp t.rep u.rep classic
wants=-a
driver newer 'Reading tracefile: ./traces/t.rep' 'Reading tracefile: ./traces/u.rep' \
	'* yes    62.5%       2  0.3 12 ./traces/t.rep' ' u yes   100%      --        --    -- ./traces/u.rep'
wants='-d 0 -f'
driver singly ' 12   t.rep    yes    20    32  62.5%  2  0.000000  53522'
cp t.rep singly
wants=-V
driver other 'Reading tracefile: t.rep' 'Reading tracefile: u.rep' ' 0  yes  63.1%  2' ' 1  no  -  -'
driver silent ''
wants=-t
driver elsewhere 'Reading tracefile: t.rep' ' 0  yes  62.5%  2'
cp u.rep elsewhere/t.rep # the driver plays that of the spare ones
wants=-V
driver sleeper 'Reading tracefile: t.rep'
echo 'sleep 100' >>sleeper/mdriver
mkdir spare
cp t.rep u.rep spare
python3 "$handouts" --traces spare "$arenascope" classic newer singly other elsewhere silent missing >out || echo "status $?"
python3 "$handouts" --traces spare --patience 1 "$arenascope" sleeper >>out || echo "status $?"
sed "s,$PWD/,,; s/; [0-9.]* s, its driver [0-9.]* s/; times/" out
python3 "$handouts" --patience none "$arenascope" classic 2>&1 | sed -n 3p
