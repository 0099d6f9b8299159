/* What a malloc-lab allocator defines. */
#ifndef PLUGIN_MM_H
#define PLUGIN_MM_H

#include <stddef.h>

int mm_init(void);
void *mm_malloc(size_t size);
void mm_free(void *ptr);
void *mm_realloc(void *ptr, size_t size);

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
