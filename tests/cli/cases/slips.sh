# For a word or an option that does not exist, the nearest one is suggested.
tried()
{
	echo "$*" >&2
	"$arenascope" "$@"
	echo "$?" >&2
}
cp "$traces/lessons/first-fit.rep" t.rep
tried stast t.rep
tried plya t.rep
tried helpp
tried help stat
tried help nothing-like-it
tried stats --engin heap t.rep
tried stats --heap-sizes=100 t.rep
tried play --lectrue t.rep
tried play --xyzzy t.rep
tried play -x t.rep
tried --verson
tried --hlep
tried --engine heap stats t.rep
tried -e heap stats t.rep
tried t.rep
tried ''
