# Two allocators are not one: what the linker says about their functions is said as what to do.
for name in first second; do
	cat >$name.c <<-C
		#include "mm.h"
		#include "memlib.h"
		int mm_init(void) { return 0; }
		void *mm_malloc(size_t size) { return mem_sbrk((size + 7) & ~7); }
		void mm_free(void *p) { }
	C
done
printf 'a 0 20\nf 0\n' >t.rep
"$arenascope" lab first.c second.c t.rep
