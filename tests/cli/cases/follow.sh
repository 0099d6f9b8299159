# A trace is followed while it is written: in three pieces, each of which ends within a chunk.
# The script comes through a pipe, so that it continues after the last screen has been seen.
seen()
{
	tries=0
	until grep -qsF "$1" screen; do
		tries=$((tries + 1))
		[ $tries -lt 600 ] && kill -0 $! 2>/dev/null || {
			echo "never shown: $1"
			cat screen
			exit 1
		}
		sleep 0.05
	done
}
awk 'BEGIN { for (i = 0; i < 60000; i++) print "a", i, 16 + i % 500 }' >all.rep
"$arenascope" convert all.rep all.trace 2>/dev/null
size=$(wc -c <all.trace)
head -c $((size / 2)) all.trace >growing.trace
mkfifo keys
"$arenascope" play --follow --script keys --size 80x5 growing.trace >screen &
exec 3<>keys	# does not wait for a program that has died
printf 'tick 1\nsettle\nprint half\ndump\n' >&3
seen ' following'
head -c $((size * 9 / 10)) all.trace | tail -c +$((size / 2 + 1)) >>growing.trace
printf 'tick 100\nsettle\nprint more\ndump\nprint a step back\nkey ,\ndump\n' >&3
seen '1 behind'
tail -c +$((size * 9 / 10 + 1)) all.trace >>growing.trace
printf 'tick 100\nsettle\nprint it stays, and more comes\ndump\n' >&3
printf 'print caught up\nkey F\nsettle\ndump\n' >&3
exec 3>&-
wait
cat screen

# The complete trace has the version of Python, and its pymalloc continues at the same event.
{
	echo 'info python 3.8.10'
	echo 'info written complete'
	cat all.rep
} >python.rep
"$arenascope" convert python.rep python.trace 2>/dev/null
head -c $((size / 2)) all.trace >becomes.trace
mkfifo more
"$arenascope" play --follow --script more --size 80x5 becomes.trace >screen &
exec 3<>more
printf 'tick 1\nsettle\nseek 9000\ndump\n' >&3
seen ' behind'
mv python.trace becomes.trace
printf 'tick 100\nsettle\ndump\n' >&3
exec 3>&-
wait
cat screen

# Messages while it waits; and files that cannot be followed.
: >waiting
"$arenascope" play --follow --script /dev/null later.trace 2>>waiting &
until grep -q . waiting || ! kill -0 $! 2>/dev/null; do sleep 0.05; done
head -c 10 all.trace >later.trace
cat waiting
cp all.trace now.trace && mv now.trace later.trace
wait
"$arenascope" play --follow all.rep; echo $?
"$arenascope" play --follow - <all.trace; echo $?
"$arenascope" play --follow --print all.trace; echo $?
