/*
 * A program to be recorded with its call sites: each size is asked for in one function only. It is
 * built with debug information, without optimisation as sited.c, and with it, without frame
 * pointers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static __attribute__((noinline)) void *fill_row(void)
{
	return malloc(1001); /* line of fill_row */
}

static __attribute__((noinline)) void *fill_table(void)
{
	void *row = fill_row();

	free(row);
	return calloc(1, 1002); /* line of fill_table */
}

static __attribute__((noinline)) void *xmalloc(size_t size)
{
	void *block = malloc(size);

	return block ? block : (abort(), NULL);
}

static __attribute__((noinline)) void *load(void)
{
	return xmalloc(1003); /* line of load */
}

static __attribute__((noinline)) char *name_it(void)
{
	char long_name[1004];

	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	return strdup(long_name); /* line of name_it */
}

/* Through several functions of the C library, which has no frame pointers. */
static __attribute__((noinline)) char *print_it(void)
{
	char *text = NULL;
	int length = asprintf(&text, "%01005d", 7); /* line of print_it */

	return length < 0 ? NULL : text;
}

/* An allocator without a frame of its own. */
static inline __attribute__((always_inline)) void *zalloc(size_t size)
{
	void *block = malloc(size);

	return block ? memset(block, 0, size) : NULL;
}

static __attribute__((noinline)) void *clear_it(void)
{
	return zalloc(1008); /* line of clear_it */
}

/* As the compiler has "new", in the C++ library, if it is there. */
void *_Znwm(size_t size) __attribute__((weak));

static __attribute__((noinline)) void *make_it(void)
{
	void *block = _Znwm ? _Znwm(1007) : malloc(1007); /* line of make_it */

	return block;
}

int main(void)
{
	void *table = fill_table(), *file = load();
	char *name = name_it(), *text = print_it();

	free(text);
	free(make_it());
	free(clear_it());

	table = realloc(table, 1005); /* line of main */
	free(table);
	free(file);
	free(name);
	return 0;
}
