/* Its process ends at a request for 100 bytes. */
#include <unistd.h>
#define BREAK_MALLOC(size, payload) \
	if ((size) == 100) \
		_exit(0);
#include "correct.c"
