# An allocator graded with traces; running times vary, and are left out.
cp "$traces"/../tests/plugin/*.c .
cp "$traces/lessons/realloc.rep" "$traces/lessons/first-fit.rep" .
CC='cc -s'	# without names of functions: tests/symbols has those, if they can be read here
export CC
lab() { "$arenascope" lab "$@" >out; status=$?; sed 's/ [0-9]*\.[0-9]*  *[0-9]*$//; s/ns","calls.*//; s/,[0-9]*,[0-9]*$//' out; echo "status $status"; }

lab correct.c realloc.rep first-fit.rep
lab overlaps.c first-fit.rep
cp crashes.c "my mm.c"
printf '%s\n' 'a 0 24' 'a 1 100' 'f 0' >small.rep
lab "my mm.c" realloc.rep small.rep
printf '%s\n' 'a 0 0' 'a 1 9000' >large.rep
lab correct.c --plugin-heap 8K large.rep
lab correct.c --format csv realloc.rep
lab "$traces/../examples/mm-with-a-mistake.c" realloc.rep | grep -v /
"$arenascope" lab correct.c nowhere.rep; echo $?
"$arenascope" lab nowhere.c small.rep; echo $?
"$arenascope" lab correct.c; echo $?
"$arenascope" lab; echo $?
"$arenascope" lab --help

# Whatever is wrong is found while all calls are graded at once, and the first call of it is named.
printf '%s\n' 'a 0 24' 'a 1 64' 'a 2 40' 'a 3 100' 'f 0' 'r 1 200' 'a 4 16' 'f 3' 'f 4' 'f 2' 'f 1' >t.rep
for name in crashes loops overlaps out-of-range just-behind loses-payload misaligned outside forgets exits recurses; do
	"$arenascope" lab "$name.c" --plugin-time 100 t.rep | grep -A2 '^first error' | sed -n "3s/^/$name/p"
done
# Its line is one of the file, with empty ones and comments before it.
for before in '' '\n' '\n\n# words\n'; do
	{ printf '%b' "$before"; cat t.rep; } >later.rep
	"$arenascope" lab crashes.c --plugin-time 100 later.rep | grep -A2 '^first error' | sed -n "3s/ .*later/ later/p"
done
cat >shrinks.c <<'C'	# a realloc to less spoils the rest of its block, which no program reads
#include "memlib.h"
static char *last;
int mm_init(void) { return 0; }
void *mm_malloc(size_t n) { return last = mem_sbrk((n + 15) / 16 * 16); }
void mm_free(void *p) { }
void *mm_realloc(void *p, size_t n) { ((char *)p)[n] = 1; return p; }
C
printf '%s\n' 'a 0 64' 'r 0 32' 'f 0' >shrink.rep
lab shrinks.c shrink.rep | sed -n 5p
cat >before.c <<'C'	# the second call spoils the first one's block, and the last nothing
#include "memlib.h"
static char *first;
int mm_init(void) { return 0; }
void *mm_malloc(size_t n)
{
	char *p = mem_sbrk((n + 15) / 16 * 16);
	if (!first)
		first = p;
	else
		first[40]++;
	return p;
}
void mm_free(void *p) { }
C
printf '%s\n' 'a 0 64' 'a 1 32' 'a 2 32' 'f 1' >live.rep
printf '%s\n' 'a 0 64' 'a 1 32' 'r 0 32' >moved.rep
"$arenascope" lab before.c live.rep moved.rep | sed -n '/^first/,/^$/p'

# A block that is too small for its header lies over the next one's: the failure comes later, and is traced back to it.
cat >short.c <<'C'
#include "memlib.h"
int mm_init(void) { *(size_t *)mem_sbrk(16) = 0; return 0; }
void *mm_malloc(size_t n)
{
	size_t size = (n + 15) / 16 * 16, *p;
	for (p = mem_heap_lo(); *p && ((*p & 1) || *p < size); p += (*p & ~15) / 8)
		;
	if (!*p) {
		mem_sbrk(size);
		p[size / 8] = 0;
		*p = size;
	}
	*p |= 1;
	return p + 1;
}
void mm_free(void *p) { ((size_t *)p)[-1] &= ~1; }
C
printf '%s\n' 'a 0 20' 'a 1 32' 'a 2 20' 'f 0' 'f 1' 'f 2' >three.rep
"$arenascope" lab short.c three.rep | sed -n '/^first/,/^$/p' | sed 's/ [a-z]* 0x[0-9a-f]*, which is not in its heap//'
printf '%s\n' 'a 0 20' 'a 1 32' 'f 1' 'a 2 32' 'f 0' 'f 2' >freed.rep
cat >stale.c <<'C'	# it takes the first word of a free block for the next one in its list, and never writes it there
#include "memlib.h"
static size_t *list;
int mm_init(void) { return 0; }
void *mm_malloc(size_t n)
{
	size_t *p = list;
	if (p) {
		list = (size_t *)*p;
		return list ? (void *)*list : (void *)p;
	}
	p = mem_sbrk((n + 15) / 16 * 16);
	*p = 0;
	return p;
}
void mm_free(void *p) { list = p; }
C
"$arenascope" lab stale.c freed.rep | sed -n '/^first/,/^$/p' | sed 's/ [a-z]* 0x[0-9a-f]*, which is not in its heap//'

echo '== what is wrong with the traces themselves'
printf '%s\n' 20000 4 6 1 '# a note' 'a 0 24' 'b 1 64' 'a 2 40' 'f 0' 'f 0' 'x' 'f 9' >typos.rep
lab correct.c typos.rep

# Ways to more failures than are listed are counted; what is not compiled here is refused with what to do.
for i in 1 2 3 4 5; do cp small.rep "small$i.rep"; done
"$arenascope" lab crashes.c small?.rep t.rep t.rep | sed -n '/^To see it/,$p'
"$arenascope" lab mm.cc t.rep 2>&1 | head -n 1
"$arenascope" lab t.rep 2>&1 | head -n 1
"$arenascope" play --engine mm.c t.rep 2>&1 | head -n 1
"$arenascope" play --engine ./mm.so t.rep 2>&1 | head -n 1
