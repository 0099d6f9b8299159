# Every comparison that a lesson advises: what the class is to see there, and what the program says at
# the first `d`, which goes there from the end. "no d": they are alike, and that is the point.
cat >advised <<'TABLE'
arena-growth|3.11|Today's pools are larger: the 8th block of 512 bytes, for which A needs a second pool, still fits into B's first.
best-fit|heap:first,heap:worst|The others take 11 bytes from the largest hole, and then have no 30 bytes.
buddy|heap:heap-size=64:header=0:align=1|A block of halves has padding, and only the free list has room for the 16 bytes.
budget|heap|Without the budget, the one byte is served.
calloc|glibc:2.41|From 2.41 on calloc takes the block that waits in the tcache.
compressed-cache|heap:worst|Worst fit puts the block that is needed for a moment elsewhere.
containers|pool:block=40:blocks=4|In a pool every element takes 40 bytes, and the large vector is refused.
counter-drift|heap|A heap knows how large its blocks are, and serves the 50 bytes.
dangling-pointer|heap:heap-header=0|Without headers the second block follows the first at once.
demo|3.11|Larger pools hold more blocks, so a block is in the first pool that was in another one.
external-fragmentation|heap:best|No d: best fit would not have helped.
fast-bins|glibc:mxfast=0|Merged at once, the freed blocks are a hole, which the 200 bytes get.
first-fit|heap:off|Without joining, there is no hole of 35 bytes.
free-chain|heap|A hands out the block freed last, a heap the lowest.
free-list-order|heap:order=address|Sorted by address, the neighbours are joined, and 15 bytes fit.
generational-heap|heap:heap-size=448:header=0:align=8|A heap that counts references frees the object at once; A does nothing about it.
glibc-releases|glibc:2.31,glibc:2.41|After an aligned block, 2.41 uses the room before it.
java-areas|heap|A's Eden is empty after a collection and begins anew; the heap goes on. Later the heap frees at once what nothing refers to.
large-bins|heap|Best fit takes the hole of object 4, first fit the first one, object 2's.
last-remainder|glibc:2.41|No d: here no place changes.
lru-cache|heap:best|Best fit puts a block elsewhere, and serves the 66 bytes that A refuses.
lru-cache|pool:block=16:blocks=8:pools=4|A pool for each size takes more bytes for a block, and serves the 66 bytes that A refuses.
mmap-threshold|glibc:mmap-threshold=128K|With a pinned threshold, the second large block is mapped as the first was.
next-fit|heap:first|First fit begins at the front again, and serves the 20 bytes that A refuses.
odd-sizes|3.8|The heap reuses the hole, Python has a new pool for 248 bytes.
odd-sizes|pool|A pool with blocks of 64 bytes has none of 248.
pool-life|3.11|In a pool of 16 KiB there is room for an 8th block of 512 bytes.
pool-unset|pool:sets|With a constructor that does its work, the first request is served.
pool-unset|pool:zeros|In zeros the same mistake is no crash: the request fails.
pool|pool:slabs=0|With more slabs, the request is served from a second one.
real-holes|heap|A heap that joins at once gives the first 400 bytes the place of 1 and 2.
realloc|heap|A heap moves the block once, and then grows it in place.
region|region:monotonic|A region that never rewinds has not got the first chunk's room back.
ring|heap:heap-size=128:header=0:align=8|A heap serves the 24 bytes, which the ring refuses.
size-classes|classic|With steps of 8 bytes, 25 bytes have a class and a pool of their own.
tcache|glibc:tcache-count=0|Without a tcache, the fast bin gives the block freed last of all.
thread-arenas|glibc:arena-max=1|With one arena for all, the thread's first block lies in the main heap.
vector-doubling|heap:best,heap:worst|No d: every fit fails.
TABLE

# What captions and docs/lessons.md advise.
{
	for lesson in "$traces"/lessons/*.rep; do
		name=$(basename "$lesson" .rep)
		sed -n "s/^note.*:compare \([^ ]*[^ .,)]\).*/$name|\1/p" "$lesson"
	done
	awk '/^## / { lesson = $2 }
	{
		while (match($0, /`:compare [a-z0-9][^`]*`/)) {
			print lesson "|" substr($0, RSTART + 10, RLENGTH - 11)
			$0 = substr($0, RSTART + RLENGTH)
		}
	}' "$traces/../docs/lessons.md"
} | sort -u >named
cut -d'|' -f1,2 advised | sort -u | comm -3 - named | sed 's/^/the table and the lessons differ: /'

while IFS='|' read -r lesson rivals sentence; do
	printf 'size 300x40\nsettle\ncompare %s\nsettle\nkey G d\nsettle\ndump\n' "$rivals" >script
	echo; echo "# $lesson, :compare $rivals"
	echo "# $sentence"
	"$arenascope" play --script script "$traces/lessons/$lesson.rep" |
		sed -n '/First difference\|They never differ/{s/ First different/\n  First different/;s/^ *//;s/ *$//;p}
			/^ This event:/{s/^ *//;s/ *$//;p}'
done <advised
