/* Gives the same block again to who asks for 100 bytes. */
static void *last;
#define BREAK_MALLOC(size, payload) \
	if ((size) == 100 && last) \
		return last; \
	last = (payload);
#include "correct.c"
