/*
 * Only calls the allocator: half of the calls are mallocs, half are frees of blocks that were
 * allocated some time before, in another order.
 *
 * usage: loop CALLS THREADS SLOTS LARGEST
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

static unsigned long calls, nslots, largest;

static void *work(void *argument)
{
	void **slots = calloc(nslots, sizeof(*slots));
	uint32_t state = (uint32_t)(uintptr_t)argument * 2654435761u + 1;

	for (unsigned long i = 0; i < calls / 2; i++) {
		state = state * 1664525u + 1013904223u;
		unsigned long at = (state >> 14) % nslots;
		free(slots[at]);
		char *block = malloc(16 + (state >> 8) % largest);
		*block = 1;
		slots[at] = block;
	}
	for (unsigned long i = 0; i < nslots; i++)
		free(slots[i]);
	free(slots);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[64];

	if (argc < 5)
		return 2;
	unsigned long count = strtoul(argv[2], NULL, 0);
	calls = strtoul(argv[1], NULL, 0) / count;
	nslots = strtoul(argv[3], NULL, 0);
	largest = strtoul(argv[4], NULL, 0);
	for (uintptr_t i = 1; i < count; i++)
		pthread_create(&threads[i], NULL, work, (void *)i); /* NOLINT */
	work(NULL);
	for (unsigned i = 1; i < count; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
