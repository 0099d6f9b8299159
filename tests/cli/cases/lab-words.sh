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

echo; echo "# free(NULL) is mm_free(NULL); NULL is as good as a block of 0 bytes; who has died does not answer"
printf 'a 0 24\nf -1\na 1 0\nf 1\na 2 8\n' >null.rep
# null NAME IN-MALLOC IN-FREE
null() {
	printf '#include <stddef.h>\n#include "mm.h"\n#include "memlib.h"\nint mm_init(void) { return 0; }\nvoid *mm_malloc(size_t size) { %s; return mem_sbrk((size + 15) & ~15); }\nvoid mm_free(void *p) { %s; }\n' "$2" "$3" >"$1.c"
	"$arenascope" lab "$1.c" null.rep 2>&1 | sed -n 's/^ *null.rep  *yes .*/valid/p; s/^ *null.rep  *\([0-9][0-9]*\)  *[0-9][0-9]*  *\(.*\), in .*/\1: \2/p'
	"$arenascope" play --print --engine "lab:$1.c" null.rep | sed -n 's/.*→ /  /p'
	"$arenascope" placements --engine "lab:$1.c" null.rep | tr '\n' ';'; echo
}
null bears 'if (size == 0) return NULL' ''
null reads '' '*(volatile char *)p'

echo; echo "# without an mm_realloc(), what was called in its place"
# parts NAME IN-MALLOC IN-FREE: n counts the calls of mm_malloc(), the first of which returned `first`.
parts() {
	cat >"$1.c" <<-C
		#include <stddef.h>
		#include "mm.h"
		#include "memlib.h"
		static char *first;
		static int n;
		int mm_init(void) { n = 0; return 0; }
		void *mm_malloc(size_t size)
		{
			char *p = mem_sbrk((size + 15) & ~15);
			if (n++ == 0)
				first = p;
			$2
			return p;
		}
		void mm_free(void *p)
		{
			$3
		}
	C
	"$arenascope" lab "$1.c" t.rep 2>&1 | sed -n 's/^ *t.rep  *yes .*/valid/p; s/^ *t.rep  *\([0-9].*\)/\1/p'
	"$arenascope" play --print --engine "lab:$1.c" t.rep 2>&1 | sed -n 's/^ *err: //p; s/.*FAILED/  &/p; s/^arenascope: /  /p'
}
parts right '' ''
parts inside 'if (n == 2) p = first + 16;' ''
parts lying 'if (n == 2) *(long *)(first + 48) = 1;' ''
parts spoiling '' '*((char *)p + 64) = 1;'
parts dying '' '*(volatile long *)((char *)p - 8);'

echo; echo "# an mm_init() that fails does so for a trace without requests, too"
printf '0\n0\n0\n1\n' >none.rep
printf 'mark only\n' >mark.rep
for init in 'return -1' '*(volatile int *)0 = 1; return 0' 'return 0'; do
	printf '#include <stddef.h>\n#include "mm.h"\n#include "memlib.h"\nint mm_init(void) { %s; }\nvoid *mm_malloc(size_t size) { return mem_sbrk((size + 15) & ~15); }\nvoid mm_free(void *p) { (void)p; }\n' "$init" >init.c
	"$arenascope" lab init.c none.rep mark.rep 2>&1 | sed -n 's/^ *\(none\|mark\)\.rep  *yes .*/\1: valid/p; s/^ *\(none\|mark\)\.rep  *\([0-9].*\)/\1: \2/p'
done
