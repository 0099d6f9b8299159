/* Writes through a null pointer at a request for 100 bytes. */
#define BREAK_MALLOC(size, payload) \
	if ((size) == 100) \
		*(volatile int *)0 = 1;
#include "correct.c"
