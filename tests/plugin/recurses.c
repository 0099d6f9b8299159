/* Its stack overflows at a request for 100 bytes. */
static int deeper(volatile char *above)
{
	volatile char here[4096];
	here[0] = above[0];
	return deeper(here) + here[0];
}
#define BREAK_MALLOC(size, payload) \
	if ((size) == 100) \
		deeper((payload));
#include "correct.c"
