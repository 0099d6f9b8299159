# Other settings for a trace, and the one that helps most.
{
	i=0
	while [ $i -lt 60 ]; do
		echo "a $i 3000"
		i=$((i + 1))
	done
	i=0
	while [ $i -lt 59 ]; do
		echo "f $i"
		i=$((i + 1))
	done
	echo 'a 60 200000'
	echo 'f 60'
	echo 'a 61 200000'
} >trace.rep
"$arenascope" whatif --engine glibc trace.rep
"$arenascope" whatif --engine pymalloc --format csv trace.rep
"$arenascope" whatif --engine glibc --glibc 2.43 --tcache-max 4K trace.rep | sed -n '/^settings/,/^$/{/glibc:2/p}; /left out/,$p'
"$arenascope" whatif --engine pymalloc --below glibc --format csv trace.rep | sed -n '/^pymalloc:top/p; /^pymalloc:glibc=2.41/p; /^pymalloc:3.8/p'
echo 'a 0 10' >first.rep
"$arenascope" whatif first.rep | sed -n '/lowest/p; /least/p'
# The moment is before a Python shuts down, or that of --at. A setting that cannot serve the requests
# is left out.
{
	seq 0 4 | sed 's/.*/a & 300000/'
	echo 'mark interpreter shuts down'
	seq 0 4 | sed 's/.*/f &/'
} >python.rep
for at in '' '--at 2' '--at end'; do
	# shellcheck disable=SC2086	# words
	"$arenascope" whatif --engine heap $at python.rep | grep -E '^(moment|events|live|verdict)|as given  |buddy|left|why'
done
"$arenascope" whatif --at nowhere python.rep
# Who is killed leaves no process at work.
seq 0 300000 | sed 's/.*/a & 100/' >long
"$arenascope" whatif --engine heap long >/dev/null 2>&1 &
parent=$!
children=
until [ -n "$children" ] || ! kill -0 $parent 2>/dev/null; do
	sleep 0.1
	children=$(cat /proc/$parent/task/$parent/children)
done
[ -n "$children" ] || echo "it had no processes"
for child in $children; do	# at work, no longer beginning
	while [ -e "/proc/$child/stat" ] && awk '{ exit $14 > 0 }' "/proc/$child/stat" 2>/dev/null; do sleep 0.01; done
done
# shellcheck disable=SC2086	# numbers
kill -STOP $children	# and would never end by themselves
kill -KILL $parent
for child in $children; do
	while kill -0 "$child" 2>/dev/null && ! grep -q '^State:	Z' /proc/"$child"/status 2>/dev/null; do sleep 0.1; done
done
echo "nobody is left"
