/*
 * An allocator of another module than the C library's, during whose malloc(777) the signal SIGUSR1
 * comes. The next call stops the process if stops_next says so.
 */
#include <signal.h>
#include <stddef.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void __libc_free(void *block);

int stops_next;

static void stop_if_wanted(void)
{
	if (!stops_next)
		return;
	stops_next = 0;
	raise(SIGSTOP);
}

void *malloc(size_t size)
{
	stop_if_wanted();
	if (size == 777)
		raise(SIGUSR1);
	return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	stop_if_wanted();
	return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return __libc_realloc(old, size);
}

void free(void *block)
{
	__libc_free(block);
}
