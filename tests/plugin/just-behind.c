/* Writes the byte right after the end of its heap at a request for 100 bytes. */
#define BREAK_MALLOC(size, payload) \
	if ((size) == 100) \
		((volatile char *)mem_heap_hi())[1] = 1;
#include "correct.c"
