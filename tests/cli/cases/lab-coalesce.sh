# What is wrong with a block, its size, its header or its footer, is named with the request and the line that left it so.
cat >implicit.c <<'C'
#include <string.h>
#include "mm.h"
#include "memlib.h"
#define PACK(size, alloc) ((size) | (alloc))
#define GET(p) (*(unsigned *)(p))
#define PUT(p, v) (*(unsigned *)(p) = (unsigned)(v))
#define SIZE(p) (GET(p) & ~7)
#define ALLOC(p) (GET(p) & 1)
#define HDRP(bp) ((char *)(bp) - 4)
#define FTRP(bp) ((char *)(bp) + SIZE(HDRP(bp)) - 8)
#define NEXT(bp) ((char *)(bp) + SIZE((char *)(bp) - 4))
#define PREV(bp) ((char *)(bp) - SIZE((char *)(bp) - 8))
static char *heap_listp, *rover;
static void *coalesce(void *bp)
{
	size_t prev = ALLOC(FTRP(PREV(bp))), next = ALLOC(HDRP(NEXT(bp))), size = SIZE(HDRP(bp));
	if (prev && next)
		return bp;
	if (prev && !next) {
		size += SIZE(HDRP(NEXT(bp)));
		PUT(HDRP(bp), PACK(size, 0));
		PUT(FTRP(bp), PACK(size, 0));
	} else if (!prev && next) {
		size += SIZE(HDRP(PREV(bp)));
		PUT(FTRP(bp), PACK(size, 0));
		if (BUG != 3)
			PUT(HDRP(PREV(bp)), PACK(size, 0));
		bp = PREV(bp);
	} else {
		size += SIZE(HDRP(PREV(bp))) + SIZE(BUG != 4 ? FTRP(NEXT(bp)) : HDRP(bp));
		PUT(HDRP(PREV(bp)), PACK(size, 0));
		PUT(FTRP(NEXT(bp)), PACK(size, 0));
		bp = PREV(bp);
	}
	return bp;
}
static void *extend(size_t size)
{
	char *bp = mem_sbrk(size);
	PUT(HDRP(bp), PACK(size, 0));
	PUT(FTRP(bp), PACK(size, 0));
	if (BUG != 16)
		PUT(HDRP(NEXT(bp)), PACK(0, 1));
	return coalesce(bp);
}
int mm_init(void)
{
	rover = 0;
	heap_listp = mem_sbrk(16);
	PUT(heap_listp, 0);
	PUT(heap_listp + 4, PACK(8, 1));
	PUT(heap_listp + 8, PACK(8, 1));
	PUT(heap_listp + 12, PACK(0, 1));
	heap_listp += 8;
	return extend(4096) ? 0 : -1;
}
static void *find_fit(size_t asize)
{
	for (char *bp = BUG == 15 && rover && asize < 50 ? rover : heap_listp; SIZE(HDRP(bp)) > 0; bp = NEXT(bp)) {
		rover = bp;
		if ((BUG == 10 || !ALLOC(HDRP(bp))) && (BUG == 14 ? asize >= SIZE(HDRP(bp)) : asize <= SIZE(HDRP(bp))))
			return bp;
	}
	return NULL;
}
static void place(void *bp, size_t asize)
{
	size_t csize = SIZE(HDRP(bp));
	if (csize - asize >= 16) {
		PUT(HDRP(bp), PACK(asize, 1));
		PUT(FTRP(bp), PACK(asize, 1));
		bp = NEXT(bp);
		PUT(HDRP(bp), PACK(csize - asize, 0));
		if (BUG != 6)
			PUT(FTRP(bp), PACK(csize - asize, 0));
	} else {
		PUT(HDRP(bp), PACK(csize, BUG != 7));
		PUT(FTRP(bp), PACK(csize, BUG != 7));
	}
}
void *mm_malloc(size_t size)
{
	size_t asize = size <= 8 ? 16 : (size + (BUG == 5 ? 11 : BUG == 9 ? 7 : 15)) / 8 * 8;
	char *bp = find_fit(asize);
	if (!bp)
		bp = extend(asize > 4096 ? asize : 4096);
	place(bp, asize);
	return bp;
}
void mm_free(void *bp)
{
	size_t size = SIZE(HDRP(bp));
	if (BUG == 8)
		size += SIZE(HDRP(NEXT(bp)));
	PUT(HDRP(bp), PACK(size, 0));
	PUT(FTRP(bp), PACK(size, 0));
	coalesce(bp);
}
C
# faulty NAME BUG TRACE
faulty() {
	{ echo "#define BUG $2"; echo '#line 1'; cat implicit.c; } >"$1.c"
	echo; echo "# $1"
	# shellcheck disable=SC2059	# it has \n
	printf "$3" >t.rep
	"$arenascope" lab "$1.c" t.rep 2>&1 |
		sed -n 's/^ *t.rep  *yes .*/valid/p; s/^ *t.rep *\([0-9][0-9]*\)  *[0-9][0-9]*  */\1: /p'
}
grows='a 0 1000\na 1 3056\na 2 448\nf 0\n'
joins='a 0 100\na 1 40\na 2 200\na 3 40\nf 0\nf 2\nf 1\na 4 100\na 5 200\n'
faulty does-well 0 "$grows"
faulty leaves-a-header 3 "$grows"
faulty joins-well 0 "$joins"
faulty adds-the-wrong-size 4 "$joins"
splits='a 0 44\na 1 40\na 2 40\nf 0\na 3 40\na 4 40\na 5 40\nf 2\nf 5\na 6 60\nf 4\na 7 4000\nf 6\nf 7\n'
faulty splits-well 0 "$splits"
faulty no-room-for-a-footer 5 'a 0 44\na 1 44\na 2 44\nf 1\nf 2\na 3 100\nf 0\n'
faulty no-room-at-all 9 "$splits"
faulty no-footer-of-the-rest 6 "$splits"
faulty joins-what-is-live 8 "$splits"
faulty leaves-it-free 7 "$splits"
faulty takes-what-is-used 10 "$splits"
# A realloc that stays where it is takes nothing from anybody.
cat >>implicit.c <<'C'
void *mm_realloc(void *bp, size_t size)
{
	if (BUG == 11)
		return bp;
	if (BUG == 16)
		mm_free(bp);
	char *to = mm_malloc(size);
	if (BUG == 16)
		memcpy(to, bp, SIZE(HDRP(bp)) - 8);
	if (BUG == 12) {
		memcpy(to, bp, SIZE(HDRP(bp)) - 8);
		mm_free(bp);
	}
	return to;
}
C
faulty stays-where-it-is 11 'a 0 40\na 1 40\na 2 40\nr 1 200\n'
# What a call does last is at fault: the copy of a realloc lies over a header that was right; a header is written, and the
# footer that was right before is not.
faulty copies-too-much 12 'a 0 200\na 1 40\nr 0 40\na 2 1000\nf 1\n'
faulty splits-what-it-joined 6 'a 0 4459\na 1 40\nf 0\na 2 5000\n'
# A call that crashes has left a block wrong itself; one that did well handed out the midst of a block.
faulty takes-what-is-too-short 14 'a 0 40\na 1 100\na 2 40\nf 1\na 3 200\n'
faulty takes-more-than-there-is 14 'a 0 40\na 1 9000\n'
faulty searches-from-a-stale-place 15 'a 6 40\na 7 40\na 8 40\na 9 40\na 0 40\na 1 40\na 2 40\nf 2\nf 1\na 3 30\na 4 30\nf 0\na 5 2000\n'
# Where a copy comes too late, that says it all: the size by which the write was reckoned is right.
faulty frees-before-it-copies 16 'a 3 40\na 0 200\na 1 200\na 2 40\nf 0\nr 1 300\n'
# What was joined wrongly, and then split as it should be, is not put on the split.
faulty forgets-the-end 16 'a 0 40\na 1 3000\na 2 400\na 3 1000\na 4 40\na 5 40\nf 0\n'
