/* Writes behind the end of its heap when it is asked for 100 bytes. */
#define BREAK_MALLOC(size, payload) \
	if ((size) == 100) \
		((volatile char *)mem_heap_hi())[5000] = 1;
#include "correct.c"
