# Whose bytes an address was made of, while a block is reallocated, and what mm_init() writes past its heap.
printf 'a 0 55\nr 0 279\n' >t.rep
# words NAME IN-INIT IN-REALLOC
words() {
	cat >"$1.c" <<-C
		#include <stddef.h>
		#include "mm.h"
		#include "memlib.h"
		int mm_init(void)
		{
			mem_sbrk(64);
			$2
			return 0;
		}
		void *mm_malloc(size_t size) { return mem_sbrk((size + 15) & ~15); }
		void mm_free(void *p) { (void)p; }
		void *mm_realloc(void *p, size_t size)
		{
			$3
			return mm_malloc(size);
		}
	C
	"$arenascope" lab "$1.c" t.rep 2>&1 | sed -n '/^first error/,/^$/p; /^arenascope/p'
}
words behind '*(long *)((char *)mem_heap_hi() + 33) = 7;' ''
words far '*(long *)((char *)mem_heap_hi() + 5001) = 7;' ''
words live '' '**(long **)p = 1;'
