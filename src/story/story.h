/*
 * The context that the parts of a narration share: the event, and the sentences of its decisions.
 * Other rooms use narration.h.
 */
#ifndef STORY_STORY_H
#define STORY_STORY_H

#include "base/text.h"
#include "story/narration.h"

/* All borrowed; the heap is in the state after the event. */
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

/* The sentences of the decision: of the first variant that applies, otherwise of its kind. */
const struct words *decision_words(const struct decision *decision);

/*
 * Appends a sentence, with the operands of the decision filled in. Returns the first address that
 * it names; 0: none.
 */
uint64_t sentence_add(const struct story *story, struct text *out, const struct decision *decision,
	const char *sentence);

/* ---- names (gone.c) ------------------------------------------------------------------------ */

/*
 * The name of the pool, in an arena that this event unmapped, that held the address or a block at
 * it: "A00.p28"; false when no such arena had the address.
 */
bool name_gone(const struct story *story, uint64_t address, char *buffer, size_t size);

/* Whether the address was in a chunk of a region that this event gave back. */
bool chunk_is_gone(const struct story *story, uint64_t address);

/* As name_address(), but also for places that this event removed; returns the buffer. */
const char *name_in_story(const struct story *story, uint64_t address, char *buffer, size_t size);

/* The reference count of the object of the event; 0 when it is not live. */
uint32_t story_count(const struct story *story);

/* ---- parts, one per file --------------------------------------------------------------------- */

void story_add_what(const struct story *story, struct text *what);
void story_add_why(const struct story *story, struct narration *narration);
void story_add_so(const struct story *story, struct text *so);
void story_add_brief(const struct story *story, struct text *brief);

#endif
