# A trace that another program shortens or rewrites while it is open: the viewer says so in a line, and lives.
for how in shortened rewritten replaced; do
	cp "$traces/recorded/python-dict.trace" $how.trace
	mkfifo $how.keys
	"$arenascope" play --engine heap --size 100x12 --script $how.keys $how.trace >$how.screen 2>$how.said &
	exec 3<>$how.keys
	echo dump >&3
	until grep -qs "[a-z]" $how.screen || ! kill -0 $! 2>/dev/null; do
		sleep 0.05
	done
	case $how in
	shortened) : >$how.trace ;;
	rewritten) size=$(stat -c %s $how.trace); yes | head -c "$size" >$how.trace ;;
	replaced) cp "$traces/recorded/ls.trace" new && mv new $how.trace ;;
	esac
	printf '%s\n' 'seek 95%' dump 'seek 0' dump 'seek 50%' dump >&3
	exec 3>&-
	wait $!
	echo "-- $how: $?"
	cat $how.said
	grep -o 'another program.*open' $how.screen | sort -u
done
# And where it is read from its beginning to its end.
printf 'a 0 1\n' >small.rep
"$arenascope" convert small.rep small.trace
: >small.trace
"$arenascope" stats small.trace; echo $?
