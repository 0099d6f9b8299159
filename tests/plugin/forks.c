/* Correct, but at a request for 100 bytes it forks a child, which returns from the same call. */
#include <unistd.h>
#define BREAK_MALLOC(size, payload) \
	if ((size) == 100) \
		fork();
#include "correct.c"
