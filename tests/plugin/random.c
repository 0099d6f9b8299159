/* It returns different addresses in each process: those of libraries differ. */
#include <stdint.h>
#include <stdlib.h>
#define BREAK_MALLOC(size, payload) \
	if ((size) == 100) \
		return (payload) + ((uintptr_t)&getenv >> 12) % 32749 * 8;
#include "correct.c"
