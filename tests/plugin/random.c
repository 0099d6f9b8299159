/* No two processes get the same from it. */
#include <unistd.h>
#define BREAK_MALLOC(size, payload) \
	if ((size) == 100) \
		return (payload) + getpid() % 32749 * 8;
#include "correct.c"
