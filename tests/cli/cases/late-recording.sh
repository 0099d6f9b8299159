# A recording that began, or was paused, while the program ran: what was there before is not known, and nothing is said of it.
trace() { # NAME MARK [MARK]
	{
		printf 'info python 3.11.7\ninfo recorder arenascope 0.1.0\ninfo libc glibc 2.36\n%s' "$begins"
		[ -z "$2" ] || printf 'mark %s\n' "$2"
		printf 'mark kernel: private 9134080, resident 16424960, swapped 0\n'
		# neighbours in a pool, in arenas that the trace does not have
		awk 'BEGIN { for (i = 0; i < 600; i++)
			printf "a %d 64 call=malloc domain=obj at=0x7f335f7%05x\n", i, 48 + 64 * (i % 250) + 16384 * int(i / 250) }'
		awk 'BEGIN { for (i = 0; i < 600; i++) if (i % 50) printf "f %d domain=obj call=free\n", i }'
		printf 'a 900 2000 call=malloc domain=raw at=0x555555559310\n'
		echo "$events"
		[ -z "${3-}" ] || printf 'mark %s\n' "$3"
		printf 'mark kernel: private 9234080, resident 16424960, swapped 0\n'
	} >"$1.rep"
}
begins='' events=''
trace attached 'attached to process 24716'
trace forked 'forked from process 100'
trace paused '' 'recording resumed'
trace executed 'forked from process 100' 'exec: true'
begins='info break 0x555555559000
' trace started 'recording started'
# An arena that was mapped since is known as a whole.
events=$(awk 'BEGIN {
	print "m 1000 1048576 call=mmap domain=arena at=0x7ffff7800000"
	for (i = 0; i < 600; i++)
		printf "a %d 400 call=malloc domain=obj at=0x7ffff78%05x\n", 2000 + i, 48 + 400 * (i % 40) + 16384 * int(i / 40)
	for (i = 1; i < 600; i++)
		printf "f %d call=free domain=obj\n", 2000 + i
}')
trace arena 'attached to process 24716'

for name in attached forked paused executed started arena; do
	echo "== $name"
	"$arenascope" stats $name.rep | grep -e '^scope' -e '^engine' -e '^live objects' -e overlap
done
echo '== attached'
"$arenascope" report attached.rep
"$arenascope" verify attached.rep; echo $?
"$arenascope" whatif attached.rep; echo $?
"$arenascope" info attached.rep | grep '^scope'
"$arenascope" dump --json --at 5 attached.rep | grep '"scope"'
"$arenascope" diff --at 5 --to 500 attached.rep | sed -n '1,/^figures/p'
# A person may play it in an empty heap, which is said.
"$arenascope" whatif --engine pymalloc attached.rep | head -n 4
"$arenascope" report --whatif always --engine pymalloc attached.rep | sed -n '1,/^why/p'
echo '== arena'
"$arenascope" report arena.rep | sed -n '/^who keeps/,/^what the/p'
