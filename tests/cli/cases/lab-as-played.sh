# A grading makes all calls in one go: it must find the same first error as a play, which makes them one by one.
cat >t.rep <<'REP'
note The first line is not a call.
a 0 100
r 1 40
f -1
a 2 5000
a 3 24
mark here
r 1 200
f 2
a 4 24
a 5 900
f 3
r 4 3000
a 6 60
f 0
a 7 60
f 1
r 5 20
f 6
a 8 4000
f 4
f 7
REP
# bump NAME AT-EACH-CALL: an allocator that frees nothing; `calls` is the number of this one, `last` the block before.
bump() {
	cat >"$1.c" <<-C
		#include <stdio.h>
		#include <stdlib.h>
		#include <string.h>
		#include "mm.h"
		#include "memlib.h"
		static int calls;
		static char *last;
		int mm_init(void) { return 0; }
		void *mm_malloc(size_t size)
		{
			char *block = mem_sbrk((size + 15) & ~15);
			calls++;
			$2
			last = block;
			return block;
		}
		void mm_free(void *p) { (void)p; }
		void *mm_realloc(void *p, size_t size)
		{
			char *block = mm_malloc(size);
			if (p && block)
				memcpy(block, p, size < 40 ? size : 40);
			return block;
		}
	C
}
bump fine ''
bump null 'if (calls == 6) return NULL;'
bump misaligned 'if (calls == 5) return block + 4;'
bump outside 'if (calls == 5) return (char *)mem_heap_hi() - 3;'
bump overlaps 'if (calls == 5) return last;'
bump spoils 'if (calls == 4) last[3] ^= 1;'
bump spoils-the-dead 'if (calls == 7) ((char *)mem_heap_lo())[7] ^= 1;'
bump spoils-then-null 'if (calls == 4) last[3] ^= 1; if (calls == 6) return NULL;'
bump spoils-then-crashes 'if (calls == 4) last[0] ^= 1; if (calls == 7) *(volatile char *)8 = 1;'
bump beyond 'if (calls == 7) ((volatile char *)mem_heap_hi())[9] = 1;'
bump crashes 'if (calls == 6) *(volatile char *)0 = 1;'
bump exits 'if (calls == 6) exit(3);'
bump aborts 'if (calls == 6) abort();'
bump vanishes 'if (calls == 6) _Exit(0);'
bump loops 'while (calls == 6) ;'
bump opens 'if (calls == 6) fopen("/etc/passwd", "r");'
bump talks 'printf("call %d\n", calls); if (calls == 6) return block + 4;'
bump talks-at-its-end 'printf("call %d", calls); if (calls == 6) return NULL;'
bump speaks-once 'if (calls == 3) puts("three"); if (calls == 6) return block + 4;'
bump large 'if (calls == 8 && (block = mem_sbrk(1 << 20)) == (void *)-1) return NULL;'
for source in *.c; do
	played=$("$arenascope" stats --engine "lab:$source" --plugin-heap 64K --plugin-time 100 t.rep 2>&1 | sed -n 's/^arenascope: event //p')
	graded=$("$arenascope" lab --plugin-heap 64K --plugin-time 100 "$source" t.rep 2>&1 | sed -n '/^where the heap/q; s/^ *t.rep  *\([0-9]\)/\1/p' | sed 's/  *[0-9]*  */: /')
	printf '%s: %s\n' "$source" "$graded"
	case $graded in
	*': your '*) ;; # a refusal is an answer there
	"$played") ;;
	*) echo "  but played: $played" ;;
	esac
done

echo '== an address from what the program wrote: the same in a grading, a play and figures'
cat >links.c <<'C'
#include <stddef.h>
#include "mm.h"
#include "memlib.h"
/* a list of free blocks, from which nothing is ever taken out */
static struct node { struct node *next, *last; } *first;
int mm_init(void) { first = NULL; return 0; }
void *mm_malloc(size_t size)
{
	struct node *node = first;
	while (node && node->next)
		node = node->last ? node->next : node;
	return first ? first : mem_sbrk((size + 15) & ~15);
}
void mm_free(void *p)
{
	struct node *node = p;
	node->next = first;
	node->last = node;
	first = node;
}
C
printf 'a 0 64\na 1 64\nf 0\na 2 48\na 3 48\n' >links.rep
"$arenascope" lab links.c links.rep | grep -o 'SIGSEGV.*' | sed 's|, in mm_malloc ([a-z]*.c:[0-9]*)||'
"$arenascope" stats --engine lab:links.c links.rep 2>&1 | grep -o 'SIGSEGV.*' | sed 's|, in mm_malloc ([a-z]*.c:[0-9]*)||'
"$arenascope" play --print --engine lab:links.c links.rep | grep -o 'SIGSEGV.*' | sed 's|, in mm_malloc ([a-z]*.c:[0-9]*)||'
echo '== memory that nobody has written is filled, and says so'
sed 's/static struct node { .*/static struct node { struct node *next, *last; } *first, *end;/; s/return first ? first : .*/{ mem_sbrk(64); end = mem_sbrk(64); return (void *)(size_t)(end->next->last == end); }/' links.c >filling.c
"$arenascope" lab filling.c links.rep | grep -o 'SIGSEGV.*' | sed 's|, in mm_malloc ([a-z]*.c:[0-9]*)||'
