/*
 * Decisions into words.  Three parts: what (call and answer), why (the decisions in the order they
 * were taken, each naming the structure it read), so (what changed, before and after, with
 * numbers).  One place for the panel, the event list, --print and tests; every decision has its
 * template, in plain and in expert wording.
 */
#ifndef STORY_NARRATION_H
#define STORY_NARRATION_H

#include "base/text.h"
#include "heap/heap.h"
#include "trace/trace.h"

struct narration {
	struct text what;                   /* "malloc(90) → A01.p23 block 7   (object 877)" */
	struct text why;                    /* one line a decision, ended by newlines */
	unsigned lines;                     /* of why */
	uint64_t places[DECISIONS_MAX + 2]; /* the first address that each of them names; 0: none */
	/* of the event, up to the one that each of them tells */
	unsigned decisions[DECISIONS_MAX + 2];
	struct text so; /* one line */
	/* the most telling of it in a few words, for a list of events */
	struct text brief;
};

/* heap: as it is after the event.  log may be NULL (why is then empty). */
void narrate(struct narration *narration, const struct heap *heap, const struct trace *trace,
	const struct event *event, const struct effect *effect, const struct decision_log *log,
	bool expert);

void narration_finish(struct narration *narration);

#endif
