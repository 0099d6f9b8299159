# Every command that prints reports when it cannot.
cp "$traces/lessons/first-fit.rep" t.rep
t=t.rep
printf 'dump\n' >script
printf 'info python 3.8.18\na 0 20 at=0x55550010\na 2 48 domain=obj at=0x7f1234567030\n' >p.rep
tried()
{
	echo "$*" >&2
	"$arenascope" "$@" >/dev/full
	echo "$?"
}
tried --version
tried --help
tried
tried help
tried help keys
tried help stats
tried stats --help
tried engines
tried info "$t"
tried stats "$t"
tried placements "$t"
tried convert "$t" -
tried convert "$t" /dev/full
tried play --print "$t"
tried play --script script "$t"
tried play --text "$t"
tried lessons
tried course
tried course ask holes --student anna
tried report "$t"
tried diff "$t" "$t"
tried dump "$t"
tried verify p.rep
tried whatif "$t"
tried draw "$t" -o -
tried export --csv - "$t"
tried workload
tried workload lru --operations 20
tried ostep -n 3 -c
tried demo
# Printing to a closed descriptor fails, and no other file is opened in its place.
"$arenascope" --version >&-; echo $?
"$arenascope" info "$t" >&-; echo $?
"$arenascope" convert "$t" out.trace >&- && "$arenascope" info out.trace | sed -n 's/^events  */events /p'
