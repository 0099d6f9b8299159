# Every command that prints reports when it cannot.
cp "$traces/lessons/first-fit.rep" t.rep
t=t.rep
printf 'dump\n' >script
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
# Printing to a closed descriptor fails, and no other file is opened in its place.
"$arenascope" --version >&-; echo $?
"$arenascope" info "$t" >&-; echo $?
"$arenascope" convert "$t" out.trace >&- && "$arenascope" info out.trace | sed -n 's/^events  */events /p'
