# The report of an allocator under test says nothing of the C library.
cat >mm.c <<'C'
#include "mm.h"
#include "memlib.h"
int mm_init(void) { return 0; }
void *mm_malloc(size_t size) { return mem_sbrk((size + 31) / 16 * 16); }
void mm_free(void *p) { }
C
printf 'a 0 400\na 1 100\nf 0\n' >held.rep
printf 'a 0 400\na 1 100\nf 1\nf 0\n' >freed.rep
for trace in held freed; do
	echo "# $trace"
	"$arenascope" report --engine lab:mm.c $trace.rep >out
	sed -n '/^why/,/^$/p' out
	grep -i -e tcache -e 'c library' -e malloc out
done
true
