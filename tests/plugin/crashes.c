/* Writes through a null pointer when it is asked for 100 bytes. */
#define BREAK_MALLOC(size, payload) \
	if ((size) == 100) \
		*(volatile int *)0 = 1;
#include "correct.c"
