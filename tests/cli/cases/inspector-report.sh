# The inspector's page of a heap has the figures of the report at the same event: what malloc_trim(0) would return, and chunks of fast bins.
{
	i=0
	while [ $i -lt 3000 ]; do
		echo "a $i 100"
		[ $((i % 700)) -ne 20 ] || echo "a $((10000 + i)) 1400"
		i=$((i + 1))
	done
	seq 0 2999 | sed 's/^/f /'
} >fast.rep
printf 'size 90x30\nsettle\nkey I\nsettle\nkey h\nsettle\ndump inspect\n' >page.script
for at in 3000 4000 5000 end; do
	echo "== $at"
	"$arenascope" play --engine glibc --at $at --script page.script fast.rep |
		sed -n 's/^ *\(trim\|fast bins\|its end\|kept by\)  */\1: /p'
	"$arenascope" report --engine glibc --whatif never --at $at fast.rep | sed -n '/^malloc_trim/p; s/^\(  fast bins  *[0-9.]* [KM]iB\).*/\1/p'
done

# Arenas of threads are named on the page of another one, and are a key away.
{
	echo 'a 1 100'
	seq 2 900 | sed 's/.*/a & 300 thread=1/'
	seq 901 999 | sed 's/.*/a & 300 thread=2/'
	echo 'a 1000 100'
} >threads.rep
printf 'size 90x30\nsettle\nkey I\nsettle\nkey h\nsettle\ndump inspect\nkey Enter\nsettle\ndump inspect\n' >others.script
"$arenascope" play --engine glibc --at end --script others.script threads.rep | grep -e ' where ' -e ' others '
grep -v thread=2 threads.rep >one.rep
"$arenascope" play --engine glibc --at end --script page.script one.rep | grep -e ' others '
