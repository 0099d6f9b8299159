/* A few blocks on the heap of the C library: lessons/real-holes.rep is a recording of this, with captions. */
#include <stdlib.h>

#define BLOCKS 10

int main(void)
{
	void *blocks[BLOCKS];

	for (int i = 0; i < BLOCKS; i++)
		blocks[i] = malloc(200);
	free(blocks[1]);
	free(blocks[2]);
	void *large = malloc(400); /* does it get the place of both? */
	void *one = malloc(200);   /* and which of them does this get? */
	free(one);
	for (int i = 3; i < BLOCKS; i++)
		free(blocks[i]);
	void *second = malloc(400);
	void *alone = malloc(200000);
	free(alone);
	free(second);
	free(large);
	free(blocks[0]);
	return 0;
}
