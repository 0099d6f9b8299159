/*
 * Preloaded after the recorder: an allocator of another module than the C library's, during whose
 * malloc(777) the signal SIGUSR1 comes.
 */
#include <signal.h>
#include <stddef.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void __libc_free(void *block);

void *malloc(size_t size)
{
	if (size == 777)
		raise(SIGUSR1);
	return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
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
