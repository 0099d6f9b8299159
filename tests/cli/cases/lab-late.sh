# A trace that takes too long is given up with a word of how far it came, and the others are graded.
cat >slow.c <<'C'
#include "mm.h"
#include "memlib.h"
int mm_init(void) { return 0; }
void *mm_malloc(size_t size)
{
	if (size == 24)
		for (volatile unsigned i = 0; i < 2000000; i++)
			;
	return mem_sbrk((size + 15) & ~15);
}
void mm_free(void *p) { }
C
yes 'a 0 24' | head -n 20000 | awk '{ print "a", NR - 1, 24 }' >long.rep
printf 'a 0 40\na 1 60\nf 0\n' >short.rep
code=0
"$arenascope" lab --plugin-time 20 slow.c long.rep short.rep >out 2>err || code=$?
sed -n 's/  *[0-9.]*%.*//; s/^  long.rep  *[0-9][0-9]*  *[0-9][0-9]*  /  long.rep  EVENT  LINE  /; s/which [0-9]* of/which N of/; s/^  trace  *event  *line/  trace     event  line/; /^traces/,$p' out
cat err
echo "$code"
