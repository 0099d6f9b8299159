/*
 * What a malloc-lab allocator defines, for one whose own mm.h is not beside it. Hand-outs differ
 * in two functions: the macros are their declarations as the source has them.
 */
#ifndef PLUGIN_MM_H
#define PLUGIN_MM_H

#include <stdbool.h>
#include <stddef.h>

#ifndef ARENASCOPE_MM_INIT
#define ARENASCOPE_MM_INIT int mm_init(void)
#endif
ARENASCOPE_MM_INIT;
#ifdef ARENASCOPE_MM_CHECKHEAP
ARENASCOPE_MM_CHECKHEAP;
#endif
void *mm_malloc(size_t size);
void mm_free(void *ptr);
void *mm_realloc(void *ptr, size_t size);
void *mm_calloc(size_t count, size_t size);

/* The authors; arenascope ignores it. */
typedef struct {
	char *teamname;
	char *name1;
	char *id1;
	char *name2;
	char *id2;
} team_t;

extern team_t team;

#endif
