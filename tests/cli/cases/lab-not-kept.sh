# A realloc that does not keep the payload: which bytes, whether they were copied, and what wrote there last.
faulty() {
	cat >"$1.c" <<C
#include <string.h>
#include "mm.h"
#include "memlib.h"
int mm_init(void) { return 0; }
void *mm_malloc(size_t size) { return mem_sbrk((size + 31) / 16 * 16); }
void mm_free(void *p) { }
void *mm_realloc(void *p, size_t size)
{
	char *new = mm_malloc(size);
	if (new && p) {
$2
	}
	return new;
}
C
	echo "# $1"
	"$arenascope" lab "$1.c" t.rep 2>&1 | sed -n 's/^ *t.rep  *yes .*/valid/p; s/^ *t.rep *1  *2  */1: /p'
}
printf 'a 0 40\nr 0 60\nf 0\n' >t.rep
faulty does-well '		memcpy(new, p, 40);'
faulty copies-too-few '		memcpy(new, p, 36);'
faulty one-too-few '		memcpy(new, p, 39);'
faulty copies-nothing ''
faulty skips-some '		memcpy(new, p, 8); memcpy(new + 16, (char *)p + 16, 24);'
faulty writes-over-the-copy '		memcpy(new, p, 40);
		*(long *)(new + 8) = 17;'
faulty copies-from-elsewhere '		memcpy(new, (char *)p + 8, 40);'
faulty spoils-the-old-one '		*(long *)((char *)p + 24) = 17;
		memcpy(new, p, 40);'
# what is next is a link of the freed block, and the same in the new one: that is no copy
printf 'a 0 100\nr 0 160\nf 0\n' >t.rep
faulty copies-a-pointer '		memcpy(new, p, sizeof(p));
		*(long *)(new + 8) = 0;
		*(long *)((char *)p + 8) = 0;'
