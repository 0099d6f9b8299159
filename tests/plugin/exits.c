/* Exits at a request for 100 bytes. */
#include <stdlib.h>
#define BREAK_MALLOC(size, payload) \
	if ((size) == 100) \
		exit(7);
#include "correct.c"
