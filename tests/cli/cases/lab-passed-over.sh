# A heap that grew though memory without a block had room: freed blocks that are not joined, or are lost.
cat >right.c <<'C'	# boundary tags and one list; every block has a header and a footer of 8 bytes
#include "memlib.h"
#include <stdint.h>
#define SIZE(p) (((uint64_t *)(p))[-1] & ~15ul)
#define USED(p) (((uint64_t *)(p))[-1] & 1)
#define NEXT(p) ((p) + SIZE(p))
#define PREV(p) ((p) - (((uint64_t *)(p))[-2] & ~15ul))
#define FD(p) (((char **)(p))[0])
#define BK(p) (((char **)(p))[1])
static char *head;
static void set(char *p, uint64_t word)
{
	((uint64_t *)p)[-1] = word;
	((uint64_t *)(p + (word & ~15ul)))[-2] = word;
}
static void insert(char *p)
{
	FD(p) = head;
	BK(p) = 0;
	if (head)
		BK(head) = p;
	head = p;
}
static void take_out(char *p)
{
	if (BK(p))
		FD(BK(p)) = FD(p);
	else
		head = FD(p);	/* first */
	if (FD(p))
		BK(FD(p)) = BK(p);
}
static void join(char *p)
{
	uint64_t size = SIZE(p);
	char *next = NEXT(p), *prev = PREV(p);
	int has_next = !USED(next);	/* next */
	int has_prev = !(((uint64_t *)p)[-2] & 1);	/* before */
	if (has_next) {
		take_out(next);
		size += SIZE(next);
	}
	if (has_prev) {
		take_out(prev);
		size += SIZE(prev);
		p = prev;
	}
	set(p, size);
	insert(p);
}
static char *grow(uint64_t size)
{
	char *p = mem_sbrk(size);
	set(p, size);
	((uint64_t *)NEXT(p))[-1] = 1;
	join(p);
	return head;
}
int mm_init(void)
{
	uint64_t *p = mem_sbrk(32);
	head = 0;
	p[1] = p[2] = 17;
	p[3] = 1;
	return grow(512) ? 0 : -1;
}
void *mm_malloc(size_t n)
{
	uint64_t size = (n + 31) / 16 * 16;
	char *p;
	if (size < 32)
		size = 32;
	for (p = head; p && SIZE(p) < size; p = FD(p))
		;
	if (!p)
		p = grow(size > 512 ? size : 512);
	take_out(p);
	uint64_t rest = SIZE(p) - size;
	set(p, (rest < 32 ? size + rest : size) | 1);
	if (rest >= 32) {
		set(NEXT(p), rest);
		insert(NEXT(p));
	}
	return p;
}
void mm_free(void *p)
{
	set(p, SIZE(p));
	join(p);
}
C
sed 's/int has_next = .*/int has_next = 0;/; s/int has_prev = .*/int has_prev = 0;/' right.c >never-joins.c
sed 's/int has_prev = .*/int has_prev = 0;/' right.c >joins-next-only.c
sed 's/head = FD(p);	.*/head = 0;/' right.c >loses-list.c
awk 'BEGIN { for (i = 0; i < 12; i++) print "a", i, 90; for (i = 0; i < 12; i += 2) print "f", i; print "a 12 90\na 13 90"; for (i = 1; i < 12; i += 2) print "f", i
	for (i = 20; i < 30; i++) { print "a", i, 300; if (i > 22) print "f", i - 2 } }' >t.rep
for name in right never-joins joins-next-only loses-list; do
	echo "# $name"
	"$arenascope" lab "$name.c" t.rep | sed '1,/^  trace/d; s/ [0-9]*\.[0-9]*  *[0-9]*$//'
	"$arenascope" play --engine "lab:$name.c" --print t.rep | grep -B3 'not have had to' | head -n 4
done

# The heap ends exactly where it may grow no further.
sed 's/grow(512) ?/grow(480) ?/' never-joins.c >exact.c
awk 'BEGIN { for (i = 0; i < 26; i++) print "a", i, 90; for (i = 0; i < 26; i++) print "f", i; print "a 26 300" }' >e.rep
"$arenascope" lab --plugin-heap 4K exact.c e.rep | sed -n '/^  e.rep *1 /p'
