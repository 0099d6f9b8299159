/* It returns different addresses in each process. */
#include <unistd.h>
#define BREAK_MALLOC(size, payload) \
	if ((size) == 100) \
		return (payload) + getpid() % 32749 * 8;
#include "correct.c"
