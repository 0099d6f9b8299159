# Which half of a wrong address is wrong; an array that is left in a loop; a null pointer less a header.
printf 'a 0 40\na 1 24\nf 0\na 2 100\n' >t.rep
# stepped NAME VARIABLES IN-MALLOC
stepped() {
	cat >"$1.c" <<-C
		#include <stdint.h>
		#include "mm.h"
		#include "memlib.h"
		static int calls;
		$2
		int mm_init(void) { mem_sbrk(64); return 0; }
		static __attribute__((noinline)) void put(uint32_t *place, uint32_t word)
		{
			*place = word;
		}
		void *mm_malloc(size_t size)
		{
			uint32_t *words = mem_heap_lo();
			char *block = mem_sbrk((size + 15) / 8 * 8);
			calls++;
			$3
			return block + 8;
		}
		void mm_free(void *p) { }
		void *mm_realloc(void *p, size_t size) { return p; }
	C
	echo; echo "# $1"
	"$arenascope" lab "$1.c" t.rep 2>&1 | sed -n '/^  t.rep  *[0-9]/{s/^ *t.rep *\([0-9]*\) *[0-9]* *//; s/reading 0x[5-7][0-9a-f]*,/reading ADDRESS,/; p}'
}
stepped overlapping-links 'struct link { uint64_t next; };' 'if (calls == 1)
			put(words, 0);
		if (calls == 2)
			put(words + 1, (uint32_t)(uintptr_t)words);
		if (calls == 3)
			((struct link *)(uintptr_t)((struct link *)words)->next)->next = 1;'
stepped leaves-an-array 'static uint64_t none;
		static __attribute__((no_reorder)) uint64_t *lists[4] = {&none, &none, &none, &none};
		static __attribute__((no_reorder)) uint64_t *volatile behind = &none - (1 << 26);
		static uint64_t **volatile first = lists;' 'if (calls == 3)
			for (int i = 0; i <= 4 && *first[i] == 0; i++)
				;
		behind = behind;'
stepped null-less-a-header '' 'if (calls == 3)
			((volatile uint64_t *)(uintptr_t)(calls - 3))[-1] = 1;'
