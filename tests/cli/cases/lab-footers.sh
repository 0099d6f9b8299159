# A block that is too short for its footer: the program's data lies where the allocator looks whether the block before is
# free, and must be able to say either. TAGS 16 is right, 8 leaves the footer out.
cat >right.c <<'C'
#include "mm.h"
#include "memlib.h"
#include <stdint.h>
#ifndef TAGS
#define TAGS 16
#endif
typedef uint64_t word;
static char *first, *end;
static word *header(char *block) { return (word *)(block - 8); }
static word *footer(char *block) { return (word *)(block + (*header(block) & ~15ul) - 16); }
static void mark(char *block, word size, word used) { *header(block) = size | used; *footer(block) = size | used; }
int mm_init(void)
{
	first = (char *)mem_sbrk(16) + 16;
	end = first;
	return 0;
}
void *mm_malloc(size_t asked)
{
	word size = (asked + TAGS + 15) / 16 * 16;
	for (char *block = first; block < end; block += *header(block) & ~15ul)
		if (!(*header(block) & 1) && *header(block) >= size) {
			word rest = *header(block) - size;
			mark(block, rest < 32 ? size + rest : size, 1);
			if (rest >= 32)
				mark(block + size, rest, 0);
			return block;
		}
	if (mem_sbrk((int)size) == (void *)-1)
		return 0;
	end += size;
	mark(end - size, size, 1);
	return end - size;
}
void mm_free(void *pointer)
{
	char *block = pointer;
	word size = *header(block) & ~15ul;
	if (block > first && !(*(word *)(block - 16) & 1)) {
		word before = *(word *)(block - 16) & ~15ul;
		block -= before;
		size += before;
	}
	if (block + size < end && !(*header(block + size) & 1))
		size += *header(block + size) & ~15ul;
	mark(block, size, 0);
}
C
sed 's/#define TAGS 16/#define TAGS 8/' right.c >short.c
for trace in 1 2 3 4; do
	dice=$trace
	live=""
	for object in $(seq 0 29); do
		dice=$(((dice * 1103515245 + 12345) % 2147483648))
		echo "a $object $((dice / 65536 % 3 * 16 + 24))"
		live="$live $object"
		[ $((dice / 1048576 % 2)) = 0 ] || continue
		echo "f ${live##* }"
		live=${live% *}
		[ $((dice / 2097152 % 2)) = 0 ] || continue
		# shellcheck disable=SC2086	# words
		set -- $live
		[ $# -gt 0 ] || continue
		echo "f $1"
		shift
		live=$*
	done >"$trace.rep"
done
# shellcheck disable=SC2035
"$arenascope" lab right.c ?.rep | grep -c ' yes '
# shellcheck disable=SC2035
"$arenascope" lab short.c ?.rep | sed -n '/^first/,/^$/s/:.*why: / … /p'

# An allocator that spoils the header behind a hole that it has filled, and then takes the program's data for headers: its
# own write comes first.
sed 's|^\t\t\treturn block;|\t\t\tif (rest == 16)\n\t\t\t\tspoil(block + size + 8);\n\t\t\treturn block;|
s|^int mm_init|static void spoil(char *at) { *(word *)at = 32; }\nint mm_init|' right.c >spoils.c
cat >spoilt.rep <<'REP'
a 0 88
a 1 88
a 2 72
f 1
a 3 72
f 2
REP
"$arenascope" lab spoils.c spoilt.rep | sed -n '/^first/,/^$/s/:.*why: / … /p'

# The call that fails leaves the header wrong itself: it takes a block that is too short. And of blocks that are handed out
# without their mark, the first is named, where one is handed out once more.
sed 's/ >= size) {/ + 16 >= size) {/; s/word rest = .*/word rest = 0;/' right.c >tight.c
printf '%s\n' 'a 0 40' 'a 1 40' 'f 0' 'a 2 56' >tight.rep
"$arenascope" lab tight.c tight.rep | sed -n '/^first/,/^$/s/:.*why: / … /p'
sed 's/size + rest : size, 1/size + rest : size, 0/' right.c >unmarked.c
printf '%s\n' 'a 0 40' 'f 0' 'a 1 40' 'a 2 24' >unmarked.rep
"$arenascope" lab unmarked.c unmarked.rep | sed -n '/^first/,/^$/s/:.*why: / … /p'
