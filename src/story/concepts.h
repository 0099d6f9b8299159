/*
 * Where each concept of the field is seen: the table of docs/lessons.md, searched by words. Words
 * match as people write them: "write barriers", "finalizer" and "prev_size" find the write barrier,
 * finalisers, and boundary tags. A second table has what other texts call them: "PermGen".
 */
#ifndef STORY_CONCEPTS_H
#define STORY_CONCEPTS_H

#include <stdbool.h>
#include <stddef.h>

#define CONCEPTS_MAX 128u

struct concept {
	const char *subject; /* "CPython's pymalloc" */
	const char *words;   /* "the chain of free blocks, nextoffset" */
	const char *command; /* "play --lesson free-chain" */
	const char *screen;  /* "Pool (p)": a panel, with its key; or "printed" */
};

struct other_words {
	const char *words; /* "PermGen, method area": phrases, with commas between */
	const char *see;   /* likewise: each is how a concept's words begin; "": none is here */
	const char *note;  /* what to know of them here; "": nothing */
};

/* In the order of the tables; the last of each has no words (NULL). */
extern const struct concept concept_table[];
extern const struct other_words other_words_table[];

struct concept_search {
	const struct concept *found[CONCEPTS_MAX]; /* the best first */
	size_t count;
	const char *note; /* of the words themselves; or NULL */
	bool is_near;     /* no concept has all of the words: these have most of them */
};

/* What the words mean. Costs a pass over both tables for each way to mean it. */
void concept_search(struct concept_search *ret_search, const char *words);

/* Whether a concept has all of the words. */
bool concept_is_known(const char *words);

/* A word of the tables that the mistyped one may have meant; NULL: none is near. */
const char *concept_suggestion(const char *word, char *ret_word, size_t size);

/* Whether each of the words begins one of the text, whatever their endings and their order. */
bool concept_words_are_in(const char *text, const char *words);

/* The same of words that follow each other. */
bool concept_phrase_is_in(const char *text, const char *words);

#endif
