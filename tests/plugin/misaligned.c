/* A block for 100 bytes begins at an odd address. */
#define BREAK_MALLOC(size, payload) \
	if ((size) == 100) \
		return (payload) + 3;
#include "correct.c"
