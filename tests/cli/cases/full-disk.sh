# Every command that prints says so when it cannot.
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
# A descriptor that is closed is no place to print to, and nothing else is opened in its place.
"$arenascope" --version >&-; echo $?
"$arenascope" info "$t" >&-; echo $?
"$arenascope" convert "$t" out.trace >&- && "$arenascope" info out.trace | sed -n 's/^events  */events /p'
