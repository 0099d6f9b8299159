/*
 * Threads that allocate in every possible way, and free blocks of other threads. Prints the number
 * of calls of each function; with 0 rounds the program makes none of these calls.
 *
 * usage: threads ROUNDS THREADS [kill|abort]
 */
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SLOTS 256u

static _Atomic(void *) slots[SLOTS]; /* blocks on their way from one thread to another */
static unsigned long rounds;

static void pass_on(void *block, unsigned slot)
{
	free(atomic_exchange(&slots[slot % SLOTS], block));
}

static void *work(void *argument)
{
	unsigned self = (unsigned)(uintptr_t)argument;
	unsigned state = self * 2654435761u + 1;

	for (unsigned long i = 0; i < rounds; i++) {
		void *aligned = NULL;
		state = state * 1664525u + 1013904223u;
		unsigned size = 1 + (state >> 20) % 900;

		pass_on(malloc(size), state >> 8);
		pass_on(calloc(2, size), state >> 9);
		pass_on(realloc(malloc(size / 2 + 1), size * 3), state >> 10);
		pass_on(aligned_alloc(64, 64 * (size / 64 + 1)), state >> 11);
		if (posix_memalign(&aligned, 128, size) == 0)
			pass_on(aligned, state >> 12);
		pass_on(memalign(32, size), state >> 13);
		if (i % 64 == 0) {
			pass_on(reallocarray(NULL, 3, size), state >> 14);
			pass_on(valloc(size), state >> 15);
			pass_on(pvalloc(size), state >> 16);
		}
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[64];

	if (argc < 3)
		return 2;
	rounds = strtoul(argv[1], NULL, 0);
	unsigned count = (unsigned)strtoul(argv[2], NULL, 0);
	for (unsigned i = 0; i < count; i++)
		pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)i);
	for (unsigned i = 0; i < count; i++)
		pthread_join(threads[i], NULL);

	char line[400];
	unsigned long all = rounds * count, some = (rounds + 63) / 64 * count;
	int length = snprintf(line, sizeof(line),
		"malloc,%lu\ncalloc,%lu\nrealloc,%lu\nreallocarray,%lu\nfree,%lu\naligned_alloc,%"
		"lu\nposix_memalign,%lu\n"
		"memalign,%lu\nvalloc,%lu\npvalloc,%lu\n",
		2 * all, all, all, some, 6 * all + 3 * some, all, all, all, some, some);
	if (write(STDOUT_FILENO, line, (size_t)length) != length)
		return 1;
	if (argc > 3 && strcmp(argv[3], "kill") == 0)
		raise(SIGKILL);
	if (argc > 3 && strcmp(argv[3], "abort") == 0)
		abort();
	_exit(0);
}
