/* Does not return from a request for 100 bytes. */
#define BREAK_MALLOC(size, payload) \
	while ((size) == 100) \
		*(volatile char *)(payload) = 0;
#include "correct.c"
