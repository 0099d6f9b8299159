# A word too many is reported, and nothing is done.
tried()
{
	echo "$*" >&2
	"$arenascope" "$@"
	echo "$?" >&2
}
cp "$traces/lessons/first-fit.rep" t.rep
tried info t.rep extra
tried stats t.rep extra more
tried placements t.rep extra
tried play --print t.rep extra
tried play --print --demo t.rep
tried convert t.rep out.rep extra
tried engines extra
tried help stats extra
tried --version extra
tried --man stats extra
tried --completion bash extra
tried stats t.rep -- --format
tried stats ''
cp t.rep ./-xyz.rep
tried stats -xyz.rep
tried stats -xyz
rm ./-xyz.rep
ls
