# What fails only after another trace, in one process: a variable that mm_init() leaves as it was, and what comes of it.
printf 'a 0 40\na 1 24\na 2 40\nf 1\na 3 17\nf 0\nf 2\na 4 100\nf 3\nf 4\n' >t.rep
# tagged NAME VARIABLES IN-INIT SIZE: blocks with a header and a footer of four bytes, the size that SIZE says, and no joining.
tagged() {
	cat >"$1.c" <<-C
		#include <stdint.h>
		#include "mm.h"
		#include "memlib.h"
		static char *first;
		$2
		static void mark(char *block, unsigned word)
		{
			*(unsigned *)block = word;
			*(unsigned *)(block + (word & ~7u) - 4) = word;
		}
		int mm_init(void)
		{
			char *start = mem_sbrk(12);
			$3
			*(unsigned *)(start + 4) = 8 | 1;
			*(unsigned *)(start + 8) = 8 | 1;
			first = start + 4;
			return 0;
		}
		void *mm_malloc(size_t size)
		{
			unsigned whole = $4;
			char *end = mem_heap_hi() + 1, *block = first;
			for (; block < end; block += *(unsigned *)block & ~7u)
				if (!(*(unsigned *)block & 1) && *(unsigned *)block >= whole)
					break;
			if (block >= end) {
				mark(block = mem_sbrk(whole + 64), whole | 1);
				mark(block + whole, 64);
			}
			mark(block, *(unsigned *)block | 1);
			return block + 4;
		}
		void mm_free(void *p)
		{
			char *block = (char *)p - 4;
			mark(block, *(unsigned *)block & ~7u);
		}
		void *mm_realloc(void *p, size_t size)
		{
			return p;
		}
	C
	echo; echo "# $1"
	"$arenascope" lab "$1.c" t.rep 2>&1 | sed -n '/^  t.rep  *[0-9]/s/^ *t.rep *\([0-9]*\) *[0-9]* *//p'
	"$arenascope" lab "$1.c" t.rep >/dev/null 2>&1 && echo valid
}
tagged sets-all 'static unsigned tags;' 'tags = 8;' '(size + tags + 7) / 8 * 8'
tagged is-too-small 'static unsigned tags = 8, rounds;' 'if (rounds++) tags = 0;' '(size + tags + 7) / 8 * 8'
tagged counts-on 'static unsigned calls;' '' '(size + (calls++ < 6 ? 8 : 0) + 7) / 8 * 8'
tagged needs-two 'static int low, high, other;' 'other = 0;' '(size + (++low < 8 && ++high < 8 ? 8 : 0) + 7) / 8 * 8'
tagged keeps-two 'static unsigned tags[4] = {8, 8, 8, 8};' 'static int was; if (was) tags[1] = 0; was = 1; if (tags[2] != 8) tags[1] = 0;' '(size + tags[1] + 7) / 8 * 8'
tagged crashes 'static unsigned calls;' '' '(size + 15) / 8 * 8; if (calls++ == 7) mark((char *)(uintptr_t)calls, 8)'
