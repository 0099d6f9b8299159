/* A free writes into the block that was allocated last. */
static char *last;
#define BREAK_MALLOC(size, payload) last = (payload);
#define BREAK_FREE(payload) \
	if ((payload) != last) \
		last[5] ^= 1;
#include "correct.c"
