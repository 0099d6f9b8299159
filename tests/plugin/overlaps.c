/* Returns the same block again for a request for 100 bytes. */
static void *last;
#define BREAK_MALLOC(size, payload) \
	if ((size) == 100 && last) \
		return last; \
	last = (payload);
#include "correct.c"
