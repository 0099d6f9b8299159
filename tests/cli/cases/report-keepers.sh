# Who keeps memory is ranked by all that blocks keep, in arenas of any fill and in the heap; what is said to help was played.

# Titles keep 4 arenas that are 7% full; a list's 80 blocks keep one arena alone; the last arena is empty.
{
	cat <<'T'
name 0x8000000000000001 load (svc.py:22)
name 0x8000000000000002 Registry.intern (svc.py:16)
name 0x8000000000000003 load.<listcomp> (svc.py:23)
name 0x8000000000000004 main (svc.py:40)
site 1 0x8000000000000001
site 2 0x8000000000000002
site 3 0x8000000000000003
site 4 0x8000000000000004
T
	i=0
	while [ $i -lt 1792 ]; do
		if [ $((i % 14)) -eq 3 ]; then
			echo "a $((10000 + i)) 500 site=2 domain=obj"
		else
			echo "a $i 500 site=1 domain=obj"
		fi
		i=$((i + 1))
	done
	while [ $i -lt 2200 ]; do
		[ $((i % 5)) -ne 0 ] || echo "a $((20000 + i)) 40 site=3 domain=obj"
		echo "a $i 500 site=1 domain=obj"
		i=$((i + 1))
	done
	while [ $i -lt 2700 ]; do
		echo "a $i 500 site=1 domain=obj"
		i=$((i + 1))
	done
	i=0
	while [ $i -lt 2700 ]; do
		[ $((i % 14)) -eq 3 ] && [ $i -lt 1792 ] || echo "f $i domain=obj"
		i=$((i + 1))
	done
} >titles.rep
"$arenascope" report --python 3.9 --below heap titles.rep | sed -n '/^who keeps/,/^suspected/p'

# Two callers are in each arena: neither gives back anything alone.
sed -e 's/^a \(1[0-9]*7\) 500 site=2/a \1 500 site=4/' titles.rep >both.rep
"$arenascope" report --python 3.9 --whatif never both.rep | sed -n '/^who keeps/,/^  cause/p'

# What a caller clears at the end of the heap, too little for a column, is not what it gives back.
{
	sed -e '/^a 2[0-9]* 40/d' -e '/^f 2[0-9][0-9][0-9][0-9]/d' both.rep
	echo 'a 30000 8000 site=2 domain=raw'
} >ends.rep
"$arenascope" report --python 3.9 --below glibc --whatif never ends.rep | sed -n '/^who keeps/,/^  cause/p'

# With deeper stacks: through which lines of the program the blocks are made, whatever line of a library made them.
sed -e 's/^\(site [24] 0x[0-9]*\)$/\1 0x8000000000000005 0x8000000000000006/' -e '/^a 2[0-9]* 40/d' -e '/^f 2[0-9][0-9][0-9][0-9]/d' both.rep |
	sed 's/^site 1 .*/name 0x8000000000000005 Logger.warning (logging.py:5)\nname 0x8000000000000006 handle (svc.py:29)\n&/' >deep.rep
"$arenascope" report --python 3.9 --whatif never deep.rep | sed -n '/^who keeps/,/^why/p'

# A queue of jobs: what is freed is between the notes, and the heap ends with a note. The list of the end has as many rows as are asked for.
{
	cat <<'T'
name 0x8000000000000001 push (queue.c:22)
name 0x8000000000000002 note (queue.c:13)
name 0x8000000000000003 log (queue.c:50)
site 1 0x8000000000000001
site 2 0x8000000000000002
site 3 0x8000000000000003
T
	i=0
	while [ $i -lt 1500 ]; do
		echo "a $i 3000 site=1"
		[ $((i % 5)) -ne 2 ] || echo "a $((10000 + i)) 40 site=2"
		[ $((i % 100)) -ne 42 ] || echo "a $((20000 + i)) 2000 site=3"
		i=$((i + 1))
	done
	while [ $i -gt 0 ]; do
		i=$((i - 1))
		echo "f $i"
	done
} >queue.rep
"$arenascope" report --engine glibc queue.rep | sed -n -e '/^who keeps/,/^suspected/p'
for rows in 3 20; do
	"$arenascope" report --engine glibc --rows $rows --whatif never queue.rep | sed -n '/^what is at the end/,/^$/p' | grep -c queue.c
done

# Jobs are freed in the order of their coming: the allocator keeps what is free without the notes as well.
{
	echo 'name 0x8000000000000001 note (queue.c:13)'
	echo 'site 1 0x8000000000000001'
	i=0
	while [ $i -lt 3000 ]; do
		echo "a $i 40"
		echo "a $((10000 + i)) 1500"
		[ $((i % 100)) -ne 42 ] || echo "a $((20000 + i)) 40 site=1"
		i=$((i + 1))
	done
	i=0
	while [ $i -lt 3000 ]; do
		echo "f $((10000 + i))"
		echo "f $i"
		i=$((i + 1))
	done
} >jobs.rep
"$arenascope" report --engine glibc jobs.rep | sed -n '/^what would help/,/^$/p'

# What was not played is said, with the remedy that needs no play to be named, and how to play it.
"$arenascope" report --python 3.9 --whatif never titles.rep | sed -n '/^what would help/,/^$/p'

# Where malloc_trim() returns most of it, or no caller alone gives anything back, that is said instead.
"$arenascope" report --engine glibc --whatif never jobs.rep | sed -n '/^what would help/,/^$/p'
{
	printf 'name 0x8000000000000001 note (q.c:1)\nname 0x8000000000000002 log (q.c:2)\nsite 1 0x8000000000000001\nsite 2 0x8000000000000002\n'
	i=0
	while [ $i -lt 1000 ]; do
		echo "a $i 3000"
		echo "a $((10000 + i)) 3000 site=1"
		echo "a $((20000 + i)) 40 site=2"
		i=$((i + 1))
	done
	i=0
	while [ $i -lt 1000 ]; do
		echo "f $i"
		[ $((i % 10)) -eq 0 ] || echo "f $((10000 + i))"
		[ $((i % 10)) -eq 0 ] || echo "f $((20000 + i))"
		i=$((i + 1))
	done
	printf 'a 30000 16 site=1\na 30001 16 site=2\nf 30000\n'
} >alone.rep
"$arenascope" report --engine glibc --whatif never alone.rep | sed -n '/^why it is/,/^  cause/p'

# What was asked to be checked was checked by the first play.
printf 'a 0 16\na 1 400\na 2 16\nf 0\nf 1\n' >checked.rep
"$arenascope" report --engine glibc --whatif always --check all checked.rep | sed -n '/^what would help/,/^$/p'

# Where most of what is held is live, who has it is the answer. A heap that is no C library's has no malloc_trim().
printf 'name 0x8000000000000001 handle (a.py:3)\nsite 1 0x8000000000000001\n' >leak.rep
i=0
while [ $i -lt 3000 ]; do
	echo "a $i 400 site=1"
	i=$((i + 1))
done >>leak.rep
"$arenascope" report --whatif never leak.rep | sed -n '/^who keeps/,/^suspected/p'
"$arenascope" report --engine buddy queue.rep | grep -c malloc_trim || true

# What goes back of a heap that is smaller than a page is no more than it is.
printf 'site 1 0x401000\nsite 2 0x402000\na 0 40 site=1\na 1 20 site=2\na 2 20 site=1\nf 0\n' >small.rep
"$arenascope" report --engine heap --heap-size 300 --whatif never small.rep | sed -n '/^who keeps/,/^$/p; /^what is at the end/,/^$/p'

# What goes back of arenas is not added to the end of the heap, which does not go back by itself. The table of arenas, which a line happened to need larger, is CPython's own: nobody is asked to do without it.
{
	cat <<'T'
info python 3.8.18
name 0x8000000000000001 load (svc.py:22)
name 0x8000000000000002 keep (svc.py:16)
site 1 0x8000000000000001
site 2 0x8000000000000002
a 1 768 domain=raw site=1
m 2 262144 domain=arena at=0x7f1200000000
T
	i=0
	while [ $i -lt 900 ]; do
		echo "a $((1000 + i)) 500 domain=obj site=$((i % 300 == 7 ? 2 : 1))"
		echo "a $((3000 + i)) 2000 domain=raw site=1"
		[ $i -ne 100 ] || echo 'a 4 1536 domain=raw site=1'
		[ $i -ne 600 ] || printf 'r 1 1536 domain=raw site=1\na 6 40 domain=raw site=2 thread=1\nm 5 262144 domain=arena at=0x7f1300000000\n'
		[ $i -ne 890 ] || echo 'a 7 40 domain=raw site=2'
		i=$((i + 1))
	done
	i=0
	while [ $i -lt 900 ]; do
		[ $((i % 300)) -eq 7 ] || echo "f $((1000 + i)) domain=obj"
		echo "f $((3000 + i)) domain=raw"
		i=$((i + 1))
	done
} >table.rep
"$arenascope" report --below glibc table.rep | sed -n -e '/^who keeps/,/^$/p' -e '/^why it/,/^  cause/p' -e '/^what would/,/^  setting/p' -e '/^what is at the end/,/^$/p'
sed -e "/^m 2 /d" -e "s/thread=1/thread=0/" table.rep >interrupted.rep
"$arenascope" report --below glibc --whatif never interrupted.rep | sed -n -e '/^who keeps/,/^$/p'

# A line that freed nearly all that it made, and is left with lists, may keep none of them: CPython hands their memory on. So it is with no other sizes, and no other release.
{
	cat <<'T'
info python 3.9.18
name 0x8000000000000001 parse (svc.py:30)
name 0x8000000000000002 remember (svc.py:16)
site 1 0x8000000000000001
site 2 0x8000000000000002
T
	i=0
	while [ $i -lt 1000 ]; do
		echo "a $i 56 domain=obj site=1"
		echo "a $((2000 + i)) 500 domain=obj site=1"
		[ $((i % 50)) -ne 7 ] || echo "a $((5000 + i)) 300 domain=obj site=2"
		i=$((i + 1))
	done
	i=0
	while [ $i -lt 1000 ]; do
		[ $((i % 50)) -eq 8 ] || echo "f $i domain=obj"
		echo "f $((2000 + i)) domain=obj"
		i=$((i + 1))
	done
} >handed.rep
"$arenascope" report --whatif never handed.rep | sed -n '/^who keeps/,/^$/p'
sed 's/ 56 / 57 /' handed.rep >other.rep
sed 's/3.9.18/3.7.3/' handed.rep >old.rep
sed 's/ 8 \]/ -ge 40 ]/; s/^f [0-9]*[089] /f 99999 /' handed.rep >kept.rep
for file in other.rep old.rep kept.rep; do
	"$arenascope" report --whatif never $file | grep -c 'anded on' || true
done

# A cache lets a dictionary go for each that comes: its memory is in a list that grows, of another line. Where a third of what such a line made is live, it is said; where half is, it is not.
{
	cat <<'T'
info python 3.11.7
name 0x8000000000000001 order (svc.py:37)
name 0x8000000000000002 merge (svc.py:33)
site 1 0x8000000000000001
site 2 0x8000000000000002
T
	i=0
	while [ $i -lt 1000 ]; do
		echo "a $i 64 domain=obj site=1"
		echo "a $((1000 + i)) 120 domain=obj site=1"
		for k in 2 3 4 5; do
			echo "a $((1000 * k + i)) 40 domain=obj site=1"
		done
		echo "a $((10000 + i)) 55 domain=obj site=2"
		for k in 2 3 4 5; do
			echo "f $((1000 * k + i)) domain=obj"
		done
		i=$((i + 1))
	done
} >cache.rep
"$arenascope" report --whatif never cache.rep | sed -n '/^who keeps/,/^why/p; /^suspected leaks/,/^who asks/p'
# Of several other lines the one with most is named, wherever it stands.
others() {
	sed -n '1,5p' cache.rep
	for i in 3 4 5; do
		printf 'name 0x800000000000000%d line (svc.py:%d)\nsite %d 0x800000000000000%d\n' $i $i $i $i
	done
	sed '1,5d' cache.rep
	for i in 3 4 5; do
		seq $((20000 * i)) $((20000 * i + $1)) | sed "s/.*/a & 400 domain=obj site=$i/"
		shift
	done
}
for counts in '9 40 140' '40 140 9' '140 9 40'; do
	# shellcheck disable=SC2086  # three numbers
	others $counts >others.rep
	"$arenascope" report --engine glibc --whatif never others.rep | tr -s ' \n' ' ' | grep -o 'Of the other lines [^.]*\.[^.]*\.[^.]*\.'
done
sed '/^f [45]/d; /^a [45][0-9]* 40/d' cache.rep >half.rep
"$arenascope" report --whatif never half.rep | grep -c 'anded on' || true
"$arenascope" report --engine glibc --whatif never cache.rep | sed -n '/^who keeps/,/^  made by/p'

# Blocks that are mapped alone keep nothing, and are named all the same: whose they are, or whose most of them are.
printf 'name 0x8000000000000001 grow (a.cc:35)\nname 0x8000000000000002 say (a.cc:12)\nsite 1 0x8000000000000001\nsite 2 0x8000000000000002\na 0 100000\na 1 40 site=2\nf 0\na 2 300000 site=1\n' >mapped.rep
"$arenascope" report --engine glibc --whatif never mapped.rep | sed -n '/^who keeps/,/^  made by/p'
{
	cat mapped.rep
	echo 'a 3 200000 site=2'
} >two.rep
"$arenascope" report --engine glibc --whatif never two.rep | sed -n '/^who keeps/,/^  made by/p'
# Freed only now, they go back as well: nothing is beside them.
"$arenascope" report --engine glibc two.rep | sed -n '/^what would help/,/^$/p'
sed 's/ site=[12]$//' two.rep >nobody.rep
"$arenascope" report --engine glibc --whatif never nobody.rep | sed -n '/^who keeps/,/^  made by/p'

# Chunks of fast bins are most of what is idle: whose they were comes first, and who keeps little of it is not named. Where most is live, the list begins with who has most.
{
	printf 'name 0x8000000000000001 relay (a.cc:41)\nname 0x8000000000000002 order (a.cc:26)\nsite 1 0x8000000000000001\nsite 2 0x8000000000000002\n'
	at=$((0x10000290))
	i=0
	while [ $i -lt 2000 ]; do
		printf 'a %d 100 site=1 at=0x%x\n' $i $((at + 16))
		at=$((at + 112))
		[ $i -ne 20 ] || {
			printf 'a %d 1400 site=2 at=0x%x\n' $((10000 + i)) $((at + 16))
			at=$((at + 1408))
		}
		i=$((i + 1))
	done
	seq 0 1999 | sed 's/^/f /'
} >fast.rep
"$arenascope" report --engine glibc --whatif never fast.rep | sed -n '/^who keeps/,/^  tcaches/p'
{
	sed -n '1,4p' fast.rep
	printf 'a 1 90000 site=1\na 2 2000\na 3 40 site=2\na 4 90000 site=1\nf 2\n'
} >live.rep
"$arenascope" report --engine glibc --whatif never live.rep | sed -n '/^who keeps/,/^$/p'

# A file that is open for two events keeps nothing; one that stays open, or was for long, does.
printf 'name 0x8000000000000001 batch (a.cc:35)\nname 0x8000000000000002 say (a.cc:12)\nsite 1 0x8000000000000001\nsite 2 0x8000000000000002\n' >names
{
	cat names
	seq 0 1999 | sed 's/.*/a & 100 site=1/'
	seq 0 1999 | sed 's/^/f /'
	printf 'a 5000 472 site=2\nf 5000\n'
} >moment.rep
sed '$d' moment.rep >open.rep
{
	cat names
	seq 0 1999 | sed 's/.*/a & 100 site=1/'
	echo 'a 5000 472 site=2'
	seq 0 1999 | sed 's/^/f /'
	echo 'f 5000'
} >long.rep
for file in moment open long; do
	"$arenascope" report --engine glibc --whatif never --at 4000 $file.rep | sed -n '/^who keeps/,/^$/p' | grep -c 'say (a.cc:12)'
done
