# Why an allocator failed that spoilt what it keeps for itself: the first request that did so is named.
cat >t.rep <<'REP'
a 0 40
a 1 24
a 2 40
f 0
a 3 32
f 2
a 4 80
REP
# tagged NAME IN-MALLOC IN-FREE: blocks with their size in the word before them, and a list of those that are free.
tagged() {
	cat >"$1.c" <<-C
		#include <stdint.h>
		#include "mm.h"
		#include "memlib.h"
		struct block { uint64_t size; struct block *next; };
		static struct block *list;
		static int calls;
		static struct block *behind(struct block *block)
		{
			return (struct block *)((char *)block + (block->size & ~7));
		}
		int mm_init(void)
		{
			list = 0;
			return 0;
		}
		void *mm_malloc(size_t size)
		{
			uint64_t whole = (size + 15) / 8 * 8;
			struct block *block;
			calls++;
			for (block = list; block && calls == 5; block = block->next)
				;
			$2
			block = mem_sbrk(whole);
			block->size = whole | 1;
			return (char *)block + 8;
		}
		void mm_free(void *p)
		{
			struct block *block = (struct block *)((char *)p - 8);
			block->next = list;
			list = block;
			$3
		}
		void *mm_realloc(void *p, size_t size)
		{
			return p;
		}
	C
	echo; echo "# $1"
	"$arenascope" lab "$1.c" t.rep 2>&1 | sed -n '/^  t.rep  *[0-9]/s/^ *t.rep *\([0-9]*\) *[0-9]* *//p'
}
walk='char *at = mem_heap_lo(); while (at < (char *)mem_heap_hi()) at = (char *)behind((struct block *)at);'
fail='if (calls == 5) *(volatile int *)8 = 1;'

tagged spoils-a-size "$walk if (calls == 5 && at != (char *)mem_heap_hi() + 1) *(volatile int *)8 = 1;" 'behind(block)->size = 72;'
tagged changes-flags "$fail" 'behind(block)->size ^= 2;'
tagged closes-a-ring '' 'if (calls == 4) block->next = block;'
tagged has-rings-always 'while (calls == 5) ;' 'block->next = block;'
