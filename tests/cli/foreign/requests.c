/*
 * Asks for memory in each of the ways that a log can show, always the same, and prints nothing.
 * The logs in this folder, and recorded.rep, are of runs of it: see README.md.
 */
#include <malloc.h>
#include <mcheck.h>
#include <stdlib.h>

int main(void)
{
#ifdef MTRACE
	mtrace();
#endif
	void *volatile small = malloc(24), *volatile cleared = calloc(3, 20);
	void *volatile moved = malloc(40), *volatile wall = malloc(100);

	moved = realloc(moved, 2000); /* over the wall */
	free(small);
	small = malloc(24); /* where the first one was */
	void *volatile fresh = realloc(NULL, 33);
	free(NULL);
	void *volatile aligned = memalign(64, 96);
	void *volatile also = aligned_alloc(128, 256);
	void *volatile large = malloc(300000); /* mapped */
	void *volatile nothing = malloc(0);
	moved = realloc(moved, 10);
	free(aligned);
	free(large);
	free(cleared);
	for (size_t i = 1; i < 6; i++)
		free(malloc(i * 1000));
	free(wall);
	free(fresh);
	free(nothing);
	(void)also; /* lost, as moved and small are */
	return 0;
}
