/*
 * What the parts of a narration share: the event it is about, and the sentences of its decisions.
 * narration.h is what others use.
 */
#ifndef STORY_STORY_H
#define STORY_STORY_H

#include "base/text.h"
#include "story/narration.h"

/* All borrowed; the heap is as it is after the event. */
struct story {
	const struct heap *heap;
	const struct event *event;
	const struct effect *effect;
	const struct decision_log *log; /* may be NULL */
	bool expert;
};

/* ---- sentences (sentence.c) ---------------------------------------------------------------- */

/* "4,104" */
void sentence_add_number(struct text *out, uint64_t n);

/* "4,104 B"; large sizes as "12 MiB". */
void sentence_add_bytes(struct text *out, uint64_t n);

/* The decision's words: those of the first variant that applies, or of its kind. */
const struct words *decision_words(const struct decision *decision);

/*
 * Appends a sentence of the decision's words with its operands filled in. Returns the first address
 * that it names; 0: none.
 */
uint64_t sentence_add(const struct story *story, struct text *out, const struct decision *decision,
	const char *sentence);

/* ---- names (gone.c) ------------------------------------------------------------------------ */

/*
 * The pool of an arena that this event returned, or the pool of such a block: "A00.p28"; false when
 * the address is in none.
 */
bool name_gone(const struct story *story, uint64_t address, char *buffer, size_t size);

/* As name_address(), with places that this event removed; returns the buffer. */
const char *name_in_story(const struct story *story, uint64_t address, char *buffer, size_t size);

/* The count of the object that the event is about; 0 when it does not live. */
uint32_t story_count(const struct story *story);

/* ---- parts, a file each -------------------------------------------------------------------- */

void story_add_what(const struct story *story, struct text *what);
void story_add_why(const struct story *story, struct narration *narration);
void story_add_so(const struct story *story, struct text *so);
void story_add_brief(const struct story *story, struct text *brief);

#endif
