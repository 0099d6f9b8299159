/*
 * Memory for the program itself, which cannot continue without it: a failure restores the terminal
 * (through the hook), says so on stderr and exits with status 1. Nothing returned here is NULL.
 */
#ifndef BASE_XALLOC_H
#define BASE_XALLOC_H

#include <stddef.h>

void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *old, size_t size) __attribute__((returns_nonnull));

/*
 * Resizes to count elements of size bytes each; a product that overflows counts as out of memory.
 */
void *xreallocarray(void *old, size_t count, size_t size) __attribute__((returns_nonnull));

/*
 * Like xreallocarray(NULL, …), but aligned to a cache line, and large allocations are put into
 * large pages where the system has them: random access is twice as fast there.
 */
void *xroom(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

char *xstrdup(const char *text) __attribute__((malloc, returns_nonnull));
char *xstrndup(const char *text, size_t length) __attribute__((malloc, returns_nonnull));
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2), returns_nonnull));

/* For memory that a library could not get: ends the program as the functions above do. */
_Noreturn void xalloc_failed(size_t size);

/* Sets the function to call once, before the message, when memory has run out. */
void xalloc_on_failure(void (*restore)(void));

#endif
