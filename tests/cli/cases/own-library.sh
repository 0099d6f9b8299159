# A recorded C program is played in its own C library, where the trace has it, by every command.
printf 'info libc glibc 2.36\ninfo break 0x555555559000\na 0 100 at=0x5555555592a0 call=malloc domain=c\n' >t
for command in stats report diff\ --to\ 0 dump whatif; do
	# shellcheck disable=SC2086	# words
	"$arenascope" $command t | grep -E '^(engine|as given) '
done
"$arenascope" report --engine buddy t | grep '^engine '
"$arenascope" play --print t
# A heap that it never had is called a simulation.
printf 'settle\nseek end\ndump\n' >s
for engine in glibc recorded heap heap:best buddy; do
	"$arenascope" play --engine $engine --script s --size 100x20 t | head -n 2
done
# Without its library, or with the addresses of another tool, it is played as recorded.
printf 'info libc glibc 2.36\na 0 100 at=0x5555555592a0 call=malloc domain=c\n' >no-break.rep
printf '= Start\n@ ./a:[0x1] + 0x1000 0x64\n@ ./a:[0x1] - 0x1000\n= End\n' >m.txt
for trace in no-break.rep m.txt; do
	"$arenascope" play --script s --size 100x20 $trace | head -n 2
	"$arenascope" report $trace | grep '^engine '
done
"$arenascope" play --heap-fit best --script s --size 100x20 no-break.rep | head -n 2
