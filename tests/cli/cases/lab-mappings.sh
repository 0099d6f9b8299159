# Hand-outs whose heap has no break: allocators take whole pages, and give them back.
lab() {
	"$arenascope" lab "$@" | sed -n '/^  t.rep/p' | sed 's/  [0-9.]*  *[0-9]*$//'
}

printf 'a 0 5000\na 1 100\nf 0\na 2 9000\na 3 100\nf 2\nf 1\nf 3\n' >t.rep

# a mapping for each block, whose size is in front of it
cat >pages.c <<'C'
#include <stddef.h>
#include "mm.h"
#include "memlib.h"
#define PAGES(n) (((n) + mem_pagesize() - 1) & ~(mem_pagesize() - 1))
int mm_init(void) { return mem_heapsize() == 0 ? 0 : -1; }
void *mm_malloc(size_t size)
{
	size_t *block = mem_map(PAGES(size + 16)), i;
	for (i = 0; i < 16; i++)
		if (block[i])
			return NULL; /* pages are zero, also where others have been */
	*block = PAGES(size + 16);
	return block + 2;
}
void mm_free(void *p)
{
	size_t *block = (size_t *)p - 2;
	if (mem_is_mapped(block, *block))
		mem_unmap(block, *block);
}
C
echo '== the peak of live bytes, 9,200, divided by the five pages at most: 44.9%'
lab pages.c t.rep
"$arenascope" stats --engine lab:pages.c --check all t.rep | grep -E 'held|faults'

echo '== given back with a live block in it'
sed 's/mem_unmap(block, \*block)/mem_unmap((char *)block + 3 * 4096, 4096)/' pages.c >live.c
lab live.c t.rep
"$arenascope" play --print --engine lab:live.c t.rep | grep -A4 '^ *2 '

echo '== used after it was given back; given back twice; not whole pages; more than the heap may have'
sed 's/mem_unmap(block, \*block);/{ size_t n = *block; mem_unmap(block, n); *block = n; }/' pages.c >after.c
sed 's/mem_unmap(block, \*block);/{ size_t n = *block; mem_unmap(block, n); mem_unmap(block, n); }/' pages.c >twice.c
sed 's/mem_map(PAGES(size + 16))/mem_map(size + 16)/' pages.c >odd.c
for source in after twice odd; do
	lab $source.c t.rep
done
lab --plugin-heap 8K pages.c t.rep
echo '== a break beside it: there is none'
sed 's/^int mm_init.*/int mm_init(void) { mem_map(4096); return mem_sbrk(16) == (void *)-1 ? 0 : -1; }/' pages.c >both.c
lab both.c t.rep

echo '== pages that it takes away from itself: what is then written there, by it or by the program, has no other cause'
gone() {
	cat >gone.c <<-C
		#define _GNU_SOURCE
		#include <stdint.h>
		#include <string.h>
		#include <sys/mman.h>
		#include "mm.h"
		#include "memlib.h"
		#define PAGE ((void *)((uintptr_t)mem_heap_lo() & ~(uintptr_t)4095))
		int mm_init(void) { return mem_sbrk(16) == (void *)-1 ? -1 : 0; }
		void *mm_malloc(size_t size)
		{
			char *block = mem_sbrk((int)(size + 15) / 16 * 16);
			if (size == 9000)
				$1
			return block;
		}
		void mm_free(void *p) { }
	C
	lab gone.c t.rep
}
gone 'munmap(PAGE, 3 * 4096);'
gone 'munmap(PAGE, 3 * 4096), *block = 1;'
gone 'mprotect(PAGE, 4096, PROT_READ), *((char *)PAGE + 64) = 1;'
gone 'mremap(PAGE, 4096, 3 * 4096, MREMAP_MAYMOVE);'
gone 'mprotect(PAGE, 3 * 4096, PROT_READ | PROT_WRITE);'
