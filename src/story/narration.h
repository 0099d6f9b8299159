/*
 * Decisions as sentences. A narration has three parts: what (the call and its result), why (the
 * decisions in the order in which they were taken, each naming the structure it read), and so (what
 * changed, before and after, with numbers). The event panel, the list of events, --print and tests
 * all use it. Every decision has a sentence in plain and one in expert wording.
 */
#ifndef STORY_NARRATION_H
#define STORY_NARRATION_H

#include "base/text.h"
#include "heap/heap.h"
#include "trace/trace.h"

/* the decisions, what failed and why, and how many decisions were lost */
#define NARRATION_LINES_MAX (DECISIONS_MAX + 3)

struct narration {
	struct text what;                     /* "malloc(90) → A01.p23 block 7   (object 877)" */
	struct text why;                      /* one line per decision, each ended by a newline */
	unsigned lines;                       /* of why */
	uint64_t places[NARRATION_LINES_MAX]; /* the first address that each line names; 0: none */
	/* how many decisions of the event are covered up to and including each line */
	unsigned decisions[NARRATION_LINES_MAX];
	struct text so; /* one line */
	/* the most important of it in a few words, for the list of events */
	struct text brief;
};

/* heap: in the state after the event. log: may be NULL (why is then empty). */
void narrate(struct narration *narration, const struct heap *heap, const struct trace *trace,
	const struct event *event, const struct effect *effect, const struct decision_log *log,
	bool expert);

/* With what the brief of such an event begins, whatever the state; NULL: no fault. */
const char *brief_of_fault(enum fault fault);

/*
 * Appends the lines of why; of four or more in a row that say the same of others, the first stands
 * for all: "Object 3 is unreachable.", "The same for 8 more.". log: the one that was narrated; may
 * be NULL. Grows with the lines.
 */
void narration_add_digest(const struct narration *narration, const struct decision_log *log,
	struct text *ret_why);

/*
 * For a lecture: where the collector ran, without what it found out about its candidates, which the
 * table of objects shows, and without what the engine did. Such lines are joined into one that is
 * as long as they are; but of eight or more, and of four or more rounds, the first stands for all:
 * "Object 8 is unreachable. The same for 15 more, up to object 23.", "The same steps 7 more
 * times.". A round is two or more lines, of which each next round has the same kinds in the same
 * order. Grows with the square of the lines.
 */
void narration_add_paragraphs(const struct narration *narration, const struct decision_log *log,
	struct text *ret_why);

void narration_finish(struct narration *narration);

#endif
