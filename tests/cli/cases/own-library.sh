# Figures of a recorded C program are those of its own C library, where the trace has it; the viewer begins with a simple heap.
printf 'info libc glibc 2.36\ninfo break 0x555555559000\na 0 100 at=0x5555555592a0 call=malloc domain=c\n' >t
for command in stats report diff\ --to\ 0 dump whatif; do
	# shellcheck disable=SC2086	# words
	"$arenascope" $command t | grep -E '^(engine|as given) '
done
"$arenascope" report --engine buddy t | grep '^engine '
"$arenascope" play --print t
