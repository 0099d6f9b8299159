/*
 * Where each concept of the field is seen: the table of docs/lessons.md, searched by words. Words
 * match as people write them: "write barriers", "finalizer" and "prev_size" find the write barrier,
 * finalisers, and boundary tags.
 */
#ifndef STORY_CONCEPTS_H
#define STORY_CONCEPTS_H

#include <stdbool.h>

struct concept {
	const char *subject; /* "CPython's pymalloc" */
	const char *words;   /* "the chain of free blocks, nextoffset" */
	const char *command; /* "play --lesson free-chain" */
	const char *screen;  /* "Pool (p)": a panel, with its key; or "printed" */
};

/* In the order of the table; its last one has no words (NULL). */
extern const struct concept concept_table[];

/* Whether each of the words begins one of the text, whatever their endings and their order. */
bool concept_words_are_in(const char *text, const char *words);

/*
 * The next concept from *at on that the words mean, by what it is called or by its command; NULL:
 * there is none. Widely: its subject counts, too.
 */
const struct concept *concept_next(const struct concept **at, const char *words, bool widely);

/* The first that the words mean, widely where no other does; NULL: there is none. */
const struct concept *concept_find(const char *words);

#endif
