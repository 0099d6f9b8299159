/* A block for 100 bytes is not in its heap. */
#define BREAK_MALLOC(size, payload) \
	if ((size) == 100) \
		return (char *)mem_heap_lo() - 64;
#include "correct.c"
