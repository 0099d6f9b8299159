# Most of what is held is live: what it would be without the caller that has it, what is not in the list, and what only looks like a leak.

# A leak in the first third of the trace; later requests come and go. One block is mapped alone. main() frees what it had and returns.
{
	cat <<'T'
info program ./leaky
info libc glibc 2.36
name 0x8000000000000001 leaky (a.c:10)
name 0x8000000000000002 table (a.c:20)
name 0x8000000000000003 scratch (a.c:30)
site 1 0x8000000000000001
site 2 0x8000000000000002
site 3 0x8000000000000003
a 1 400000 site=2
T
	i=10
	while [ $i -lt 510 ]; do
		echo "a $i 1400 site=1"
		i=$((i + 1))
	done
	while [ $i -lt 1510 ]; do
		echo "a $i 200 site=3"
		echo "f $i"
		i=$((i + 1))
	done
	echo 'mark main() returned'
} >leak.rep
"$arenascope" report --engine glibc leak.rep | sed -n '/^at the moment/p;/^kernel/p;/^who keeps/,/^why/p;/^what would/,/^who asks/p'

# All of it comes at once.
sed -e '/^a [0-9]* 1400/d' -e 's/^mark main/a 510 700000 site=1\n&/' leak.rep >once.rep
"$arenascope" report --engine glibc --whatif never once.rep | sed -n '/^suspected/,/^$/p'

# The last events before main() returns only free most of it.
{
	sed '/^mark/d' leak.rep
	i=509
	while [ $i -ge 20 ]; do
		echo "f $i"
		i=$((i - 1))
	done
	echo 'mark main() returned'
	echo 'f 1'
} >freed.rep
"$arenascope" report --engine glibc --whatif never freed.rep | sed -n '/^moment/p;/^before this/p;/^at the moment/p;/^live bytes/p'
"$arenascope" report --engine glibc --whatif never --at 2500 freed.rep | sed -n '/^moment/p;/^before this/p;/^at the moment/p;/^live bytes/p'

# Meanwhile an arena goes back, and what runs at the end asks for a few blocks.
{
	echo 'm 9000 262144 domain=arena'
	sed '/^mark/d; /^f 1$/d' freed.rep | sed '/^f 300$/s/$/\nu 9000/; /^f 25$/s/$/\na 9001 24\nf 9001\na 9002 24/'
	echo 'mark main() returned'
} >broken.rep
"$arenascope" report --engine glibc --whatif never broken.rep | sed -n '/^moment/p;/^before this/p;/^at the moment/p;/^live bytes/p'
"$arenascope" report --engine glibc --whatif never --at 2501 broken.rep | sed -n '/^live bytes/p'

# No block keeps what is free, but chunks of a tcache at the end of the heap do: whose they were last.
{
	sed -n '1,8p' leak.rep
	i=0
	at=$((0x10000290))
	while [ $i -lt 400 ]; do
		printf 'a %d 2000 site=2 at=0x%x\n' $i $((at + 16))
		at=$((at + 2016))
		i=$((i + 1))
	done
	for j in 0 1 2 3; do
		printf 'a %d 200 site=3 at=0x%x\na %d 56 site=1 at=0x%x\n' $((500 + j)) $((at + 16)) $((600 + j)) $((at + 224))
		at=$((at + 272))
	done
	for j in 0 1 2 3; do
		echo "f $((500 + j))"
		echo "f $((600 + j))"
	done
	i=0
	while [ $i -lt 400 ]; do
		echo "f $i"
		i=$((i + 1))
	done
} >cached.rep
"$arenascope" report --engine glibc --whatif never cached.rep | sed -n '/^who keeps/,/^  cause/p;/^whose/,/^$/p'
"$arenascope" report --engine glibc --whatif never --at start cached.rep | sed -n '/^whose/p'

# What was not played: as if what is live had never been made.
"$arenascope" report --engine glibc --whatif never leak.rep | sed -n '/^what would/,/^$/p'

# Where main() has returned, malloc_trim() comes too late: when it would have helped.
{
	sed -n '1,8p' leak.rep
	seq 0 1999 | sed 's/.*/a & 100 site=1/'
	seq 0 1999 | sed 's/^/f /'
	seq 2000 4999 | sed 's/.*/a & 40 site=3\nf &/'
	echo 'mark main() returned'
} >late.rep
"$arenascope" report --engine glibc --whatif never late.rep | sed -n '/^what would/,/^$/p'
sed '/^mark/d' late.rep >goes-on.rep
"$arenascope" report --engine glibc --whatif never goes-on.rep | sed -n '/^what would/,/^$/p'
{
	sed '/^[af] [0-9]/d; /^mark/d' late.rep
	seq 0 1999 | sed 's/.*/a & 100 site=1/'
	seq 0 1999 | sed 's/^/f /'
	echo 'mark main() returned'
} >last.rep
"$arenascope" report --engine glibc --whatif never last.rep | sed -n '/^what would/,/^$/p'

# What only grew may be a leak, and is played without, not a cache that is full and has more.
{
	printf 'info libc glibc 2.36\nname 0x8000000000000001 remember (svc.c:27)\nsite 1 0x8000000000000001\n'
	printf 'name 0x8000000000000002 parse (svc.c:13)\nsite 2 0x8000000000000002\n'
	seq 0 99 | sed 's/.*/a & 2000 site=1/'
	seq 0 3 | while read -r i; do
		echo "f $i"
		echo "a $((1000 + i)) 2000 site=1"
		seq $((2000 + i * 100)) $((2099 + i * 100)) | sed 's/.*/a & 400 site=2/'
		echo 'mark served'
	done
} >beside.rep
"$arenascope" report --engine glibc beside.rep | sed -n '/^what would/,/setting/p'
