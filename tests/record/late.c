/* A library that allocates when it is loaded, when it works, and when it is unloaded. */
#include <stdlib.h>

void work(void);

static void *kept;

__attribute__((constructor)) static void load(void)
{
	kept = malloc(1357);
}

__attribute__((destructor)) static void unload(void)
{
	free(kept);
}

void work(void)
{
	for (int i = 0; i < 100; i++)
		free(malloc(2468));
}
