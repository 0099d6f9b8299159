# Values that an option does not accept: status 2, and a line with what it accepts.
cp "$traces/lessons/first-fit.rep" t.rep
tried()
{
	echo "$*" >&2
	"$arenascope" "$@" t.rep >out
	echo "$?" >&2
	[ ! -s out ]
}
tried stats --heap-align 3
tried stats --heap-align 8K
tried stats --heap-size 99999999999999G
tried stats --heap-size 99999999999999999999
tried stats --heap-size 0xfffffffffffffffff
tried stats --heap-size 2T
tried stats --heap-size -1
tried stats --heap-size 1.3K
tried stats --heap-size ''
tried stats --at 10K
tried stats --at 99999999999999999999
tried stats --at -5
tried stats --format xml
tried stats --engine haep
tried play --print --theme pink
tried play --print --fps 0
tried play --print --fps 1000
tried play --print --color maybe
tried play --print --speed fast
tried play --print --speed 12x
tried play --print --speed 0
tried play --print --speed 1e300
tried play --script s --size 80
tried play --script s --size 80x24x7
tried play --script s --size 0x0
tried play --script s --size 4000x2
tried play --print --until 'size > 99999999999999G'
tried play --print --until 'class many'
printf 'info play --engine heap --heap-align 3\na 0 1\n' >wish.rep
"$arenascope" stats wish.rep; echo $? >&2

# The engine that a trace wishes for without the word that says so.
printf 'info play heap:best\na 0 1\n' >wish.rep
"$arenascope" play --print wish.rep; echo $?
