/* Right, but asked for 100 bytes it makes a child, which comes back out of the same call. */
#include <unistd.h>
#define BREAK_MALLOC(size, payload) \
	if ((size) == 100) \
		fork();
#include "correct.c"
