# Where the heap grew though memory had room: what is asked depends on whether a block was there before.
cat >chunks.c <<'C'
#include <stdint.h>
#include "mm.h"
#include "memlib.h"
static char *first;
static char *add(uint64_t size)
{
	char *block = mem_sbrk(size);
	*(uint64_t *)block = size;
	return block;
}
int mm_init(void)
{
	mem_sbrk(8);
	first = add(1024);
	return 0;
}
void *mm_malloc(size_t size)
{
	uint64_t whole = (size + 23) / 16 * 16;
	char *end = (char *)mem_heap_hi() + 1, *block = first;
	while (block < end && ((*(uint64_t *)block & 1) || *(uint64_t *)block < whole))
		block += *(uint64_t *)block & ~1;
	if (block == end)
		block = add(whole > 1024 ? whole : 1024);
	uint64_t rest = *(uint64_t *)block - whole;
	if (SPLITS && rest >= 32) {
		*(uint64_t *)block = whole;
		*(uint64_t *)(block + whole) = rest;
	}
	*(uint64_t *)block |= 1;
	return block + 8;
}
void mm_free(void *p)
{
	*((uint64_t *)p - 1) &= ~1;
}
C
printf 'a 0 40\na 1 40\na 2 400\n' >grows.rep
printf 'a 0 200\na 1 200\na 2 200\na 3 200\nf 1\nf 0\nf 2\na 4 400\n' >joins.rep
for splits in 0 1; do
	{ echo "#define SPLITS $splits"; cat chunks.c; } >mm.c
	echo "# splits: $splits"
	"$arenascope" lab mm.c grows.rep joins.rep 2>&1 | sed -n '/^where/,/^$/p'
done
