# Why an allocator failed, where the failure alone does not say: the same in a grading, in figures, in words and on the screen.
cat >t.rep <<'REP'
a 0 40
a 1 30
a 2 80
f 0
r 1 200
f 2
a 3 24
REP
# bump NAME IN-MALLOC IN-FREE IN-REALLOC: blocks one after the other, and `calls` of mm_malloc.
bump() {
	cat >"$1.c" <<-C
		#include <string.h>
		#include "mm.h"
		#include "memlib.h"
		static char *last, *first, *kept;
		static int calls;
		static void write_at(char *at, char byte)
		{
			*(volatile char *)at = byte;
		}
		int mm_init(void)
		{
			mem_sbrk(16);
			return 0;
		}
		void *mm_malloc(size_t size)
		{
			char *block = mem_sbrk((size + 15) / 16 * 16);
			calls++;
			first = first ? first : block;
			$2
			last = block;
			return block;
		}
		void mm_free(void *p)
		{
			$3
		}
		void *mm_realloc(void *p, size_t size)
		{
			char *block = mm_malloc(size);
			$4
			memcpy(block, p, 30);
			return block;
		}
	C
	echo; echo "# $1"
	lab="lab:$1.c"
	"$arenascope" lab "$1.c" t.rep 2>&1 | sed -n '/^  t.rep  *[0-9]/s/^ *t.rep *\([0-9]*\) *[0-9]* *//p' >graded
	"$arenascope" stats --engine "$lab" t.rep 2>&1 >/dev/null | sed 's/^arenascope: event [0-9]*: //' >counted
	cat graded
	cmp -s graded counted || cat counted
	"$arenascope" play --print --engine "$lab" t.rep | grep -A3 'FAILED' | sed -n '2,3s/^  *//p'
	printf 'settle\nuntil fault\nsettle\ndump\nkey I\nsettle\ndump\nstep\nsettle\ndump\n' >script
	"$arenascope" play --script script --size 80x24 --engine "$lab" t.rep >screens
	sed -n '4,12{/[0-9] .*!/p;}; 13,20{/^ why/,/^ so/p;}' screens
	sed '1,24d' screens | grep -A1 '^ *[►]* *damaged'
}

bump writes 'if (calls == 3) write_at(first + 9, 1), write_at(first + 12, 1);' '' ''
bump writes-more 'if (calls == 3) memset(last - 40, 0, 48);' '' ''
bump writes-past-the-end '' 'write_at((char *)mem_heap_hi() + 5, 1);' ''
bump writes-before-it-copies '' '' 'write_at((char *)p + 3, 1); write_at((char *)p + 3, 2);'
bump copies-too-little '' '' 'memcpy(block, p, 20); write_at((char *)p + 22, 1); return block;'
bump writes-after-it-copied '' '' 'memcpy(block, p, 30); write_at((char *)p + 3, 1); memset(block, 0, 30); return block;'
bump keeps-its-own 'if (calls == 2) kept = block, memcpy(block + 8, &first, 8); if (calls == 3) { char *to; memcpy(&to, kept + 8, 8); write_at(to, 1); memset(to, 0, 1); }' '' ''
bump reads-a-freed-block 'if (calls == 1) block[21] = 7; if (calls == 5 && first[21] != 7) write_at((char *)64, 1);' '' ''
bump reads-a-moved-block 'if (calls == 2) kept = block, block[21] = 7; if (calls == 5 && kept[21] != 7) write_at((char *)64, 1);' '' ''
bump fine '' '' ''
bump just-fails 'if (calls == 4) write_at((char *)64, 1);' '' ''
bump has-no-more 'if (calls == 2) kept = block, block[21] = 7; if (calls == 3 && kept[21] != 7) return NULL;' '' ''
"$arenascope" play --print --engine lab:has-no-more.c t.rep | grep -A4 '^ *2 '

echo; echo "# beside one that does well"
printf 'settle\nseek 4\nsettle\ndump\n' >script
"$arenascope" play --script script --size 100x30 --compare lab:just-fails.c,lab:fine.c t.rep | grep 'First difference\|crashed'

echo; echo "# a variable that mm_init() does not set: the lab's drivers go from trace to trace in one process"
# begins NAME IN-INIT: the block freed last is allocated first, and a heap may begin three times.
begins() {
	cat >"$1.c" <<-C
		#include <stddef.h>
		#include "mm.h"
		#include "memlib.h"
		static struct block { struct block *next; } *list;
		static int times;
		int mm_init(void) { $2 return 0; }
		void *mm_malloc(size_t size)
		{
			struct block *block = list;
			if (!block)
				return mem_sbrk(512);
			list = block->next;
			return block;
		}
		void mm_free(void *p)
		{
			struct block *block = p;
			block->next = list;
			list = block;
		}
		void *mm_realloc(void *p, size_t size) { return p; }
	C
	echo "$1: $("$arenascope" lab "$1.c" t.rep 2>&1 | sed -n 's/^ *t.rep  *yes .*/valid/p; s/^ *t.rep  *[0-9][0-9]*  *[0-9][0-9]*  *//p')"
	"$arenascope" lab "$1.c" t.rep 2>&1 | grep '^To see it' || :
}
begins sets-all 'list = NULL;'
begins forgets-one ''
begins refuses-to 'if (times++) return -1;'

echo; echo "# a variable that mm_init() does not set, but that is right wherever a whole trace has freed all"
cat >balances.c <<'C'
#include <stddef.h>
#include "mm.h"
#include "memlib.h"
static size_t live, used;
int mm_init(void) { return 0; }
void *mm_malloc(size_t size)
{
	if (used * 512 >= mem_heapsize())
		mem_sbrk(512);
	live++;
	return (char *)mem_heap_lo() + 512 * used++;
}
void mm_free(void *p)
{
	if (--live == 0)
		used = 0;
}
void *mm_realloc(void *p, size_t size) { return p; }
C
awk 'BEGIN { for (i = 0; i < 600; i++) print "a", i, 40 }' >kept.rep
{ cat kept.rep; awk 'BEGIN { for (i = 0; i < 600; i++) print "f", i }'; } >balanced.rep
"$arenascope" lab balances.c balanced.rep kept.rep 2>&1 |
	sed -n 's/^ *\([bk][a-z]*\).rep  *yes .*/\1: valid/p; s/^ *\([bk][a-z]*\).rep  *[0-9][0-9]*  *[0-9][0-9]*  */\1: /p'

echo; echo "# a later block lay over the byte before the allocator read it"
cat >over.rep <<'REP'
a 0 40
f 0
a 1 40
f 1
a 2 24
REP
cat >over.c <<'C2'
#include "mm.h"
#include "memlib.h"
static char *block;
static int calls;
int mm_init(void)
{
	block = mem_sbrk(64);
	return 0;
}
void *mm_malloc(size_t size)
{
	if (++calls == 3 && block[21] != 0)
		*(volatile char *)64 = 1;
	return block;
}
void mm_free(void *p)
{
}
void *mm_realloc(void *p, size_t size) { return p; }
C2
"$arenascope" lab over.c over.rep 2>&1 | sed -n "s/^ *over.rep  *[0-9][0-9]*  *[0-9][0-9]*  *//p"
cat >word.c <<'C2'
#include "mm.h"
#include "memlib.h"
static char *block;
static int calls;
int mm_init(void)
{
	block = mem_sbrk(64);
	return 0;
}
void *mm_malloc(size_t size)
{
	if (++calls == 3)
		**(char *volatile *)(block + 16) = 1;
	return block;
}
void mm_free(void *p)
{
}
void *mm_realloc(void *p, size_t size) { return p; }
C2
"$arenascope" lab word.c over.rep 2>&1 | sed -n 's/^ *over.rep *[0-9].*It took/It took/p'
