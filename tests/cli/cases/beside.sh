# Two traces side by side, in step by mark, by time or by event.
printf '%s\n' 'a 0 500' 'a 1 40' 'mark loaded' 'a 2 3000' 'f 0' 'mark served' 'a 3 200' >a.rep
printf '%s\n' 'a 0 500' 'mark loaded' 'a 2 9000' 'a 5 700' 'a 6 700' 'mark served' 'a 3 200' >b.rep
printf '%s\n' 'a 0 500 time=1000000' 'a 1 40 time=5000000' 'a 2 70 time=9000000' >timed.rep
printf '%s\n' 'a 0 500 time=2000000' 'a 1 40 time=4000000' 'a 2 70 time=6000000' 'a 3 70 time=9000000' >later.rep

# words SCRIPT TRACE OPTIONS: the two lines below the panes, at each dump
words()
{
	printf '%s\n' 'size 80x24' settle >script
	# shellcheck disable=SC2059	# it has \n
	printf "$1" >>script
	shift
	"$arenascope" play --engine heap --script script "$@" >screens; status=$?
	grep -A1 -e '^ By ' screens
	[ $status = 0 ] || echo "status: $status"
}

words 'dump\nkey ]\nsettle\ndump\nkey .\nsettle\ndump\nkey ]\nsettle\ndump\nkey G\nsettle\ndump\n' --beside b.rep a.rep
echo "# by event"
words 'seek served\nsettle\ndump\ntype :beside by mark\nkey Enter\nsettle\ndump\n' --pace event --beside b.rep a.rep
words 'type :beside by event\nkey Enter\nsettle\ndump\n' --pace mark --beside b.rep a.rep; tail -n 1 screens
echo "# by time"
words 'key . .\nsettle\ndump\nkey ,\nsettle\ndump\n' --beside later.rep timed.rep
words 'dump\n' --beside b.rep --pace time a.rep
echo "# whole"
printf '%s\n' 'size 100x20' settle 'seek served' settle dump 'key d' dump 'key v' dump >script
"$arenascope" play --engine heap --script script --beside b.rep a.rep
echo "# what cannot be"
words 'type :beside by time\nkey Enter\ndump\n' a.rep; tail -n 1 screens
words 'type :beside by time\nkey Enter\ndump\n' --beside b.rep a.rep; tail -n 1 screens
words 'type :beside none.rep\nkey Enter\ndump\n' a.rep; tail -n 1 screens
words 'type :beside standby time\nkey Enter\ndump\n' a.rep; tail -n 1 screens
"$arenascope" play --beside none.rep --script script a.rep
"$arenascope" play --beside b.rep --compare heap:best --script script a.rep
"$arenascope" play --beside b.rep --print a.rep
"$arenascope" play --pace mark --script script a.rep
