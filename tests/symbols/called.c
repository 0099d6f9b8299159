/*
 * A program to be recorded with its call sites: each size is asked for in one function only. It is
 * built with debug information and without optimisation, as sited.c.
 */
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

int main(void)
{
	void *table = fill_table(), *file = load();
	char *name = name_it();

	table = realloc(table, 1005); /* line of main */
	free(table);
	free(file);
	free(name);
	return 0;
}
