/* See xalloc.h. */
#include "base/xalloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CACHE_LINE 64u
#define LARGE_PAGE (2u << 20)

static void (*restore_hook)(void); /* the only state: there is one terminal to restore */

void xalloc_on_failure(void (*restore)(void))
{
	restore_hook = restore;
}

void xalloc_failed(size_t size)
{
	if (restore_hook)
		restore_hook();
	fprintf(stderr, "arenascope: out of memory (needed %zu bytes)\n", size);
	exit(1);
}

static void *checked(void *memory, size_t size)
{
	if (!memory)
		xalloc_failed(size);
	return memory;
}

void *xmalloc(size_t size)
{
	size = size ? size : 1;
	return checked(malloc(size), size);
}

void *xcalloc(size_t count, size_t size)
{
	if (count == 0 || size == 0)
		count = size = 1;
	return checked(calloc(count, size), count > SIZE_MAX / size ? SIZE_MAX : count * size);
}

void *xrealloc(void *old, size_t size)
{
	size = size ? size : 1;
	return checked(realloc(old, size), size);
}

void *xreallocarray(void *old, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		checked(NULL, SIZE_MAX);
	return xrealloc(old, count * size);
}

void *xroom(size_t count, size_t size)
{
	if (size != 0 && count > (SIZE_MAX - LARGE_PAGE) / size)
		checked(NULL, SIZE_MAX);

	size_t bytes = count * size;
	size_t alignment = bytes < LARGE_PAGE ? CACHE_LINE : LARGE_PAGE;
	bytes = (bytes / alignment + 1) * alignment;
	void *room = checked(aligned_alloc(alignment, bytes), bytes);
#ifdef MADV_HUGEPAGE
	if (alignment == LARGE_PAGE)
		madvise(room, bytes, MADV_HUGEPAGE); /* a hint: failure does not matter */
#endif
	return room;
}

char *xstrdup(const char *text)
{
	return xstrndup(text, strlen(text));
}

char *xstrndup(const char *text, size_t length)
{
	length = strnlen(text, length);
	char *copy = xmalloc(length + 1);
	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *xasprintf(const char *format, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	return checked(text, strlen(format));
}
