/* Prints, and aborts at a request for 100 bytes. */
#include <assert.h>
#include <stdio.h>
#define BREAK_MALLOC(size, payload) \
	printf("malloc(%zu)\\n", (size)); \
	fprintf(stderr, "\033[2Jwhat a mess\n"); \
	assert((size) != 100);
#include "correct.c"
