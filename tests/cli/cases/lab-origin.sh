# Where a wrong address came from: the word that led there, who wrote it, and at which event. Faults of a list of free blocks.
# Blocks have a header and a footer, and the list of free ones is last in, first out.
cat >list.c <<'C'
#include <stdint.h>
#include "mm.h"
#include "memlib.h"
struct node { struct node *next, *prev; };
static struct node *head;
static uint32_t *tag(void *at) { return at; }
static uint32_t size_of(void *block) { return *tag((char *)block - 4) & ~7u; }
static int is_used(void *block) { return *tag((char *)block - 4) & 1; }
static char *after(void *block) { return (char *)block + size_of(block); }
static void set(void *block, uint32_t size, int used)
{
	*tag((char *)block - 4) = *tag((char *)block + size - 8) = size | used;
}
static void push(void *block)
{
	struct node *node = block;
	node->next = head;
	node->prev = 0;
	if (head)
		head->prev = node;
	head = node;
}
static void drop(void *block)
{
	struct node *node = block;
	if (node->prev)
		node->prev->next = node->next;
	else if (BUG != 3 || node->next)
		head = node->next;
	if (node->next)
		node->next->prev = node->prev;
}
static void *join(void *block)
{
	uint32_t size = size_of(block);
	if (!is_used(after(block))) {
		if (BUG != 1)
			drop(after(block));
		size += size_of(after(block));
	}
	set(block, size, 0);
	push(block);
	return block;
}
static void *grow(uint32_t size)
{
	char *block = mem_sbrk(size);
	set(block, BUG == 4 ? size + 16 : size, 0);
	*tag(block + size - 4) = 1;
	return BUG == 5 ? block : join(block);
}
int mm_init(void)
{
	mem_sbrk(16);
	head = 0;
	return 0;
}
void *mm_malloc(size_t size)
{
	uint32_t want = (size + 8 + 31) / 16 * 16, have;
	struct node *node = head;
	while (node && size_of(node) < want)
		node = node->next;
	if (!node)
		node = grow(want > 512 ? want : 512);
	if (BUG != 2)
		drop(node);
	have = size_of(node);
	set(node, have - want >= 32 ? want : have, 1);
	if (have - want >= 32) {
		set(after(node), have - want, 0);
		push(after(node));
	}
	return node;
}
void mm_free(void *p)
{
	set(p, size_of(p), 0);
	join(p);
}
void *mm_realloc(void *p, size_t size) { return p; }
C
cat >t.rep <<'REP'
a 0 40
a 1 100
a 2 40
f 1
f 0
a 3 120
a 4 400
f 2
f 3
a 5 40
f 4
REP
faulty() {
	{ echo "#define BUG $2"; echo '#line 1'; cat list.c; } >"$1.c"
	echo; echo "# $1"
	"$arenascope" lab "$1.c" t.rep 2>&1 |
		sed -n 's/^ *t.rep  *yes .*/valid/p; s/^ *t.rep *\([0-9][0-9]*\)  *[0-9][0-9]*  */\1: /p'
}
faulty does-well 0
faulty joins-without-unlinking 1
faulty stays-in-the-list 2
faulty keeps-the-head 3
faulty is-too-long 4
faulty is-not-in-the-list 5
# What only offsets are added to leads everywhere: the offset led there, be it in a block or in the head of a list.
cat >offsets.c <<'C'
#include <stdint.h>
#include "mm.h"
#include "memlib.h"
#define WORD(p) (*(uint32_t *)(p))
static char *base;
static uint32_t lists[4];
int mm_init(void)
{
	for (int i = 0; i < 4; i++)
		lists[i] = 0;
	base = mem_sbrk(12);
	return base == (void *)-1;
}
static char *search(uint32_t want)
{
	for (int i = 0; i < 4; i++)
		for (uint32_t at = lists[i]; at; at = WORD(base + at))
			if (WORD(base + at - 4) >= want)
				return base + at;
	return 0;
}
void *mm_malloc(size_t size)
{
	uint32_t want = (size + 4 + 15) / 16 * 16;
	char *block = search(want);
	if (!block) {
		block = (char *)mem_sbrk(want) + 4;
		WORD(block - 4) = want;
		WORD(block) = lists[1];
		lists[1] = block - base;
	}
	return block;
}
void mm_free(void *p) { }
C
echo; echo '# offsets'
printf 'a 0 20\na 1 40\n' >t.rep
"$arenascope" lab offsets.c t.rep | sed -n 's/^ *t.rep  *1 .*; why/why/p'
# What is behind an array is innocent: the variable there is not to blame, wherever it is, but what went past the end.
cat >past.c <<'C'
#include "mm.h"
#include "memlib.h"
#if BUG % 2
static int calls;
#else
static char *top;
#endif
static char *lists[4];
#if BUG % 2
static char *top;
#else
static int calls;
#endif
__attribute__((noinline)) static char **list(int k)
{
	return &lists[k];
}
__attribute__((noinline)) static char *first(int k)
{
	return BUG == 3 ? *list(k) : BUG == 2 && k == 4 ? 0 : lists[k];
}
static int class_of(size_t size)
{
	int k = 0;
	for (; size > 64; size /= 2)
		k++;
	return k;
}
int mm_init(void)
{
	for (int k = 0; k < 4; k++)
		lists[k] = 0;
	calls = 0;
	top = mem_sbrk(8192);
	return top == (void *)-1;
}
void *mm_malloc(size_t size)
{
	size = (size + 31) / 16 * 16;
	int k = class_of(size);
	char *block = first(k);
	calls++;
	if (block) {
		*list(k) = *(char **)block;
		return block;
	}
	block = top + 8;
	*(size_t *)top = size;
	top += size;
	return block + 8;
}
void mm_free(void *p)
{
	int k = class_of(*(size_t *)((char *)p - 16));
	*(char **)p = lists[k];
	lists[k] = p;
}
C
past() {
	printf '#define BUG %d\n#line 1\n' "$2" | cat - past.c >"$1.c"
	echo; echo "# $1"
	"$arenascope" lab "$1.c" t.rep | sed -n 's/^ *t.rep *\([0-9][0-9]*\)  *[0-9][0-9]*  */\1: /p'
}
printf 'a 0 40\na 1 600\na 2 40\nf 1\na 3 1000\n' >t.rep
past reads-past-an-array 0
past reads-what-is-no-pointer 1
past writes-past-an-array 2
# A pointer to there, of which the code no longer tells that it was reckoned from an array, proves nothing.
past reads-what-may-be-meant 3
# The word is written again before the access: what it was when it was read is said.
cat >resized.c <<'C'
#include <stdint.h>
#include "mm.h"
#include "memlib.h"
#define WORD(p) (*(uint32_t *)(p))
__attribute__((noinline)) static char *grow(uint32_t size)
{
	char *block = mem_sbrk(size);
	WORD(block) = size + 4096;	/* too large */
	return block;
}
static void place(char *block, uint32_t want)
{
	uint32_t have = WORD(block);
	WORD(block) = want | 1;
	WORD(block + have - 4) = have - want;
}
int mm_init(void)
{
	return mem_sbrk(12) == (void *)-1;
}
void *mm_malloc(size_t size)
{
	char *block = grow((size + 8 + 15) / 16 * 16);
	place(block, (size + 8 + 15) / 16 * 16);
	return block + 4;
}
void mm_free(void *p)
{
}
C
echo; echo '# resized'
printf 'a 0 40\na 1 100\na 2 40\n' >t.rep
"$arenascope" lab resized.c t.rep | sed -n 's/^ *t.rep  *0 .*; traced/traced/p'
# The word is read twice: first as a link, which leads elsewhere if it is another one, then as a size.
cat >misread.c <<'C'
#include <stdint.h>
#include "mm.h"
#include "memlib.h"
struct block { uint64_t magic; struct block *volatile next; };
static struct block *list;
static int calls;
int mm_init(void) { return 0; }
void *mm_malloc(size_t size)
{
	struct block *block = mem_sbrk(1024);
	if (++calls == 3 && list->next->magic == 7)
		((char *)list)[-(long)list->next] = 1;
	block->magic = 7;
	block->next = list;
	return (list = block) + 1;
}
void mm_free(void *p) { }
C
echo; echo '# misread'
"$arenascope" lab misread.c t.rep | sed -n 's/^ *t.rep  *2 .*; why/why/p'
# It fails before the first request: a footer of the prologue is taken for a link.
cat >begins.c <<'C'
#include "mm.h"
#include "memlib.h"
int mm_init(void)
{
	volatile unsigned *prologue = mem_sbrk(64);
	prologue[2] = 8 | 1;
	prologue[3] = 4096;
	char *next = *(char *volatile *)&prologue[2];
	next[8] = 0;
	return 0;
}
void *mm_malloc(size_t size) { return mem_sbrk((size + 15) & ~15); }
void mm_free(void *p) { }
C
echo; echo '# begins'
"$arenascope" lab begins.c t.rep | sed -n 's/^ *t.rep  *0  *[0-9]*  *//p'
