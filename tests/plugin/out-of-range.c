/* Writes past the end of its heap at a request for 100 bytes. */
#define BREAK_MALLOC(size, payload) \
	if ((size) == 100) \
		((volatile char *)mem_heap_hi())[5000] = 1;
#include "correct.c"
