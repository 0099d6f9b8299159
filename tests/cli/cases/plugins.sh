# Allocators with a mistake each: the message, and the event at which it comes.
cp "$traces"/../tests/plugin/*.c .
CC='cc -s'	# without names of functions: tests/symbols has those, if they can be read here
export CC
mkdir tmp
TMPDIR=$PWD/tmp
export TMPDIR
printf '%s\n' 'a 0 24' 'a 1 64' 'a 2 40' 'note now it goes wrong' 'a 3 100' 'f 0' 'r 1 200' 'a 4 16' 'f 3' 'f 4' 'f 2' 'f 1' >t.rep

for name in correct crashes loops overlaps out-of-range just-behind loses-payload misaligned outside forgets exits vanishes recurses; do
	echo "$name"
	"$arenascope" stats --engine "lab:$name.c" --plugin-time 100 t.rep 2>&1 >stats
	echo "  $?, faults: $(grep -A9 '^faults' stats | grep '^ *plugin')"
done
echo "talks"	# its messages are told, and the screen is left alone
"$arenascope" stats --engine lab:talks.c t.rep 2>&1 >/dev/null | sed 's/c:[0-9]*: mm/c:LINE: mm/'
echo "random"	# two processes are asked the same
"$arenascope" stats --engine lab:random.c --check answers t.rep 2>&1 >/dev/null

echo; echo "# more than its heap may have"
echo 'a 0 90000' >large.rep
"$arenascope" play --print --engine lab:correct.c --plugin-heap 8K large.rep | grep 'its heap may have'

echo; echo "# compiled by hand, and held to the contract of all engines"
cc -shared -fPIC -o mm.so -I"$traces/../src/plugin" correct.c
"$arenascope" placements --engine plugin:./mm.so t.rep
"$arenascope" stats --check all --engine plugin:./mm.so "$traces/lessons/realloc.rep" 2>&1 | grep -A9 ^faults

echo; echo "# back and forth over the fault: the same screens, and the viewer goes on"
printf 'settle\nseek 4\ndump\nseek 5\ndump\nseek 12\nseek 5\ndump\nseek 4\ndump\nstep\nseek 12\ndump\n' >script
for name in crashes loops loses-payload; do
	"$arenascope" play --script script --size 80x24 --engine "lab:$name.c" --plugin-time 100 t.rep >screens 2>&1
	echo "$name: $?, $(wc -l <screens) lines"
	screen() { sed -n "$((24 * $1 - 23)),$((24 * $1))p" screens; }
	screen 2 >there; screen 3 | cmp - there; screen 1 >there; screen 4 | cmp - there
	screen 1 | grep -A2 '^ why'
	screen 2 | grep -A3 '^ why'
done
"$arenascope" placements --engine lab:crashes.c t.rep; echo $?
"$arenascope" play --engine lab:crashes.c --until fault --print t.rep | head -n 4
"$arenascope" play --engine lab:loses-payload.c --at 6 --print t.rep | head -n 4

echo; echo "# of its failures only the first is red on the track"
printf 'size 60x20\nsettle\nseek 2\nsettle\ndump roles\n' >script
printf 'int mm_init(void) { return 0; }\nvoid *mem_sbrk(long);\nvoid *mm_malloc(unsigned long n) { return (char *)mem_sbrk((n + 31) / 16 * 16) + n / 64; }\nvoid mm_free(void *p) { (void)p; }\n' >fails-often.c
"$arenascope" play --script script --engine lab:fails-often.c t.rep | sed -n '19p;40p'

echo; echo "# the example describes itself, the same there and back again"
cp "$traces/../examples/first-fit.c" .
printf 'settle\nseek 8\ndump\nseek 6\nseek 8\ndump\n' >script
"$arenascope" play --script script --size 80x24 --engine lab:first-fit.c t.rep >screens
screen 1 >there; screen 2 | cmp - there; sed -n 4,9p there
"$arenascope" stats --check all --engine lab:first-fit.c t.rep | sed -n '/^where/,$p'

echo; echo "# beside another engine; it is compiled once for all heaps"
printf 'echo >&9\nexec cc "$@"\n' >compiler	# it may not open a file here, and uses one that is open
printf 'settle\nseek 8\ndump\n' >script
CC='sh compiler' "$arenascope" play --script script --size 80x24 --compare lab:first-fit.c,heap:best t.rep >screens 9>compiled
screen 1 | sed -n 1,2p; wc -l <compiled

echo; echo "# what cannot be"
"$arenascope" stats --engine lab:no-such-thing.c t.rep 2>&1 | sed 's/\(error: \).*/\1.../'
"$arenascope" stats --engine lab:nowhere.c t.rep
"$arenascope" stats --engine lab t.rep
"$arenascope" stats --engine plugin:t.rep t.rep
CC=no-such-compiler "$arenascope" stats --engine lab:correct.c t.rep
printf 'int mm_init(void) { return -1; }\nvoid *mm_malloc(unsigned long n) { return (void *)n; }\nvoid mm_free(void *p) { (void)p; }\n' >refuses.c
"$arenascope" stats --engine lab:refuses.c t.rep >/dev/null
printf 'int mm_init(void) { return *(volatile int *)8; }\nvoid *mm_malloc(unsigned long n) { return (void *)n; }\nvoid mm_free(void *p) { (void)p; }\n' >starts-badly.c
"$arenascope" stats --engine lab:starts-badly.c t.rep >/dev/null
"$arenascope" play --print --engine lab:starts-badly.c t.rep 2>/dev/null | head -n 2
printf 'int nothing;\n' >nothing.c
"$arenascope" stats --engine lab:nothing.c t.rep
printf 'int mm_init(void) { return 0; }\nvoid *mm_malloc(unsigned long n) { return (void *)n; }\nvoid mm_fre(void *p) { (void)p; }\n' >misspelt.c
"$arenascope" stats --engine lab:misspelt.c t.rep
printf 'void *mm_malloc(unsigned long n) { return (void *)n; }\n' >half.c
"$arenascope" lab half.c t.rep
printf 'info play --engine lab:correct.c\na 0 8\n' >sly.rep
"$arenascope" stats sly.rep
printf 'info play --plugin ./mm.so\na 0 8\n' >sly.rep
"$arenascope" stats sly.rep
mkdir folder.c
"$arenascope" stats --engine lab:folder.c t.rep
"$arenascope" stats --engine lab: t.rep
CC=true "$arenascope" stats --engine lab:correct.c t.rep
CC=' ' "$arenascope" stats --engine lab:correct.c t.rep 2>&1 | sed -n 2p

echo; echo "# a runner of another build is not the plug-in's mistake"
mkdir -p moved/src/plugin
cp "$arenascope" moved/arenascope
for words in 'exit 2' 'printf 12345678 >&3'; do
	printf '#!/bin/sh\n%s\n' "$words" >moved/src/plugin/arenascope-runner
	chmod +x moved/src/plugin/arenascope-runner
	moved/arenascope stats --engine plugin:./mm.so t.rep 2>&1 | sed "s,$PWD,...,"
done

echo; echo "# it makes no children; a description that goes in circles ends"
"$arenascope" stats --engine lab:forks.c t.rep 2>&1 >/dev/null | sed 's/, in .*//'
printf 'settle\nseek 4\ndump\n' >script
timeout 60 "$arenascope" play --script script --size 80x24 --engine lab:circles.c --plugin-time 600000 t.rep >screens; echo "circles: $?"

echo; echo "# who is ended while it compiles leaves no folder"
printf 'echo >"$TMPDIR/begun"\nuntil [ -e "$TMPDIR/go" ]; do sleep 0.05; done\nexec cc "$@"\n' >compiler
begun() { until [ -e "$(echo tmp/arenascope-*/begun)" ] || ! kill -0 $pid 2>/dev/null; do sleep 0.05; done; }
for signal in TERM KILL; do
	CC='sh compiler' "$arenascope" stats --engine lab:correct.c t.rep >/dev/null 2>&1 &
	pid=$!
	begun
	kill -$signal $pid
	[ $signal = KILL ] || : >"$(echo tmp/arenascope-*)/go"	# the compiler ends first
	wait $pid 2>/dev/null
	echo "$signal: $?"
	until [ "$(echo tmp/*)" = 'tmp/*' ]; do sleep 0.05; done
done
echo "files:" tmp/*

echo; echo "# nobody is left behind, nor a file"
heap=$((10000000 + $$))	# a word that no other command line has
"$arenascope" stats --engine lab:loops.c --plugin-time 600000 --plugin-heap $heap t.rep >/dev/null 2>&1 &
pid=$!
left() { grep -lszx "$heap" /proc/[0-9]*/cmdline 2>/dev/null | while read -r file; do
	readlink "${file%cmdline}exe" 2>/dev/null; done | grep -c arenascope-runner; }
until [ "$(left)" = 3 ] || ! kill -0 $pid 2>/dev/null; do sleep 0.05; done	# the keeper, the root and its copy, which loops
kill -9 $pid
wait $pid 2>/dev/null
until [ "$(left)" = 0 ]; do sleep 0.05; done
echo "processes: $(left), files:" tmp/*

echo; echo "# whoever plays one says that it failed: on standard error, and with the exit status"
for command in stats dump report; do
	"$arenascope" $command --engine lab:crashes.c t.rep 2>&1 >/dev/null; echo "$command: $?"
done
"$arenascope" diff --at 1 --to end --engine lab:crashes.c t.rep 2>&1 >/dev/null; echo "diff: $?"
"$arenascope" diff --at end --to 1 --engine lab:crashes.c t.rep 2>&1 >/dev/null; echo "diff: $?"

echo; echo "# the block that it damaged is marked, and inspected"
printf 'settle\nuntil fault\nsettle\ndump\nkey I\nsettle\ndump\n' >script
damage() { "$arenascope" play --script script --size 80x24 --engine "lab:$1" "$2" >screens; screen 1 | grep '!'; screen 2 | grep -A1 ' where '; }
damage "$traces/../examples/mm-with-a-mistake.c" "$traces/../examples/short.rep"
damage overlaps.c t.rep
