/* Has an allocator of its own, which no library can stand in for. */
#include <stdlib.h>

static _Alignas(16) char memory[1 << 16];
static size_t used;

void *malloc(size_t size)
{
	void *block = memory + used;

	used += (size + 15) / 16 * 16;
	return used <= sizeof(memory) ? block : NULL;
}

void free(void *block)
{
}

int main(void)
{
	for (int i = 0; i < 100; i++)
		free(malloc(10));
	return 0;
}
