# Ctrl-C ends a report as a signal ends a program: no half of a report, no words, no files, and no process that plays on.
mkdir files
TMPDIR=$PWD/files
export TMPDIR
mkfifo in
# interrupted WHOM: the recorder's process, or with "-" all of its group; says what comes of it
interrupted() {
	kill -s INT -- "$1$process"
	wait "$process" && status=0 || status=$?
	while kill -s 0 -- "-$process" 2>/dev/null; do
		sleep 0.05
	done
	echo "status $status, $(wc -c <out) bytes of a report, words: $(cat err), files: $(ls files)"
}
echo "as it reads:"
setsid env --default-signal=INT "$arenascope" report - <in >out 2>err &
process=$!
exec 3>in
seq 0 99999 | awk '{ print "a " $1 " 100" }' >&3 # more than a pipe holds
interrupted ''
exec 3>&-
{
	echo 'info libc glibc 2.36'
	seq 0 99999 | awk '{ print "a " $1 " " 16 + $1 % 900; if ($1 % 3) print "f " $1 }'
} >t.rep
for whom in '' -; do
	echo "as others play${whom:+, all of them}:"
	setsid env --default-signal=INT "$arenascope" report --whatif always t.rep >out 2>err &
	process=$!
	while kill -s 0 -- "$process" 2>/dev/null && ! grep -q . "/proc/$process/task/$process/children" 2>/dev/null; do
		sleep 0.02
	done
	interrupted "$whom"
done
