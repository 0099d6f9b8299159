# A forked child: its report begins with what is known, and says how much is not, and why; memory of its parent decides nothing.
trace() { # NAME BEGINNING
	{
		printf 'info python 3.11.7\ninfo recorder arenascope 0.1.0\ninfo libc glibc 2.36\n'
		printf 'name 0x8000000000000001 work (svc.py:9)\nsite 1 0x8000000000000001\nmark %s\n' "$2"
		# in arenas of before, of which the rest may be in use
		awk 'BEGIN { for (i = 0; i < 2000; i++)
			printf "a %d 64 site=1 domain=obj at=0x7f3300%06x\n", i, 48 + 8192 * i }'
		printf 'mark interpreter shuts down\n'
		echo '#: census blocks=2000 bytes=128000 step=64'
		echo '#: owner 1 blocks=2000 bytes=128000 items=2000 type=dict name=svc.kept'
		awk 'BEGIN { for (i = 0; i < 2000; i++) printf "#: kept 1 7f3300%06x\n", 48 + 8192 * i }'
	} >"$1.rep"
}
trace forked 'forked from process 100'
trace paused 'recording resumed'
for name in forked paused; do
	"$arenascope" report --rows 3 $name.rep | sed -n '/^who keeps/,/^what would help/p'
done
