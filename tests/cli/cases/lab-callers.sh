# Where a function of the allocator fails that others call: which of them did, and on which line.
printf 'a 0 40\na 1 24\nf 0\na 2 100\n' >t.rep
# helped NAME BODY: an allocator whose helper does what BODY says, in the call that the step before the last makes.
helped() {
	cat >"$1.c" <<-C
		#include <stdint.h>
		#include <stdlib.h>
		#include <string.h>
		#include "mm.h"
		#include "memlib.h"
		static char *first;
		static volatile int depth;
		static __attribute__((noinline)) void mend(char *block)
		{
			$2
		}
		static __attribute__((noinline)) void join(char *block)
		{
			if (block == first)
				mend(block);
			depth = 0;
		}
		static inline __attribute__((always_inline)) void release(char *block)
		{
			join(block);
			depth = 1;
		}
		int mm_init(void)
		{
			first = (char *)mem_heap_lo() + 8;
			return mem_sbrk(8) == (void *)-1 ? -1 : 0;
		}
		void *mm_malloc(size_t size)
		{
			char *block = mem_sbrk((size + 15) / 8 * 8);
			*(uint64_t *)block = size;
			return block + 8;
		}
		void mm_free(void *p)
		{
			release((char *)p - 8);
			depth = 2;
		}
		void *mm_realloc(void *p, size_t size)
		{
			return p;
		}
	C
	echo; echo "# $1"
	"$arenascope" lab "$1.c" t.rep 2>&1 | sed -n '/^  t.rep  *[0-9]/s/^ *t.rep *\([0-9]*\) *[0-9]* *//p'
}
helped crashes '*(volatile int *)(uintptr_t)(depth + 8) = 1;'
helped loops 'while (block) depth++;'
helped leaves 'exit(3);'
helped aborts 'abort();'
helped copies 'memcpy(block - (64 << 20), block, 8 + depth);'
helped recurses 'if (depth++ < 9) mend(block); else *(volatile int *)(uintptr_t)(depth - 2) = 1;'
helped writes 'block[80 + depth] ^= 1;'
