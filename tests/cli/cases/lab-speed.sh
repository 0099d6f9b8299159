# What fails only where nothing is written into blocks has its event, and no command that cannot show it.
cat >t.rep <<'T'
a 0 100
a 1 40
f 0
T
# reads NAME WHAT-IF-A-FREED-BLOCK-HAS-WHAT-MM_MALLOC-LEFT-THERE
reads() {
	cat >"$1.c" <<-C
		#include <stdlib.h>
		#include "mm.h"
		#include "memlib.h"
		int mm_init(void) { return 0; }
		void *mm_malloc(size_t size)
		{
			long *block = mem_sbrk((size + 15) & ~15);
			*block = 4711;
			return block;
		}
		void mm_free(void *p)
		{
			if (*(long *)p == 4711)
				$2
		}
		void *mm_realloc(void *p, size_t size) { return mm_malloc(size); }
	C
	"$arenascope" lab "$1.c" t.rep | sed -n '/^first error/,$p'
}
reads crashes '*(volatile int *)0x250 = 1;'
reads aborts 'abort();'
# Where the program's calls are not all requests of the lab, only how it ended is known.
printf 'm 7 4096\n' >>t.rep
reads maps 'abort();'
