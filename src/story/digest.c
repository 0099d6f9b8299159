/*
 * Reasons for where there is little room. Sentences of one decision often follow each other, each
 * about another object or place: those are a run.
 */
#include "story/story.h"

#include <string.h>

#define RUN_MIN 4 /* lines; fewer are no run */

/* The sentences of the decision that the nth line ends with; NULL: it has none. */
static const struct words *words_of(const struct narration *narration,
	const struct decision_log *log, unsigned n)
{
	unsigned decisions = narration->decisions[n];

	return log && decisions > 0 && decisions <= log->count
		       ? decision_words(&log->items[decisions - 1])
		       : NULL;
}

/* Lines from the nth on that are a run; 1: the nth is alone. */
static unsigned run_at(const struct narration *narration, const struct decision_log *log,
	unsigned n)
{
	const struct words *words = words_of(narration, log, n);
	unsigned end = n + 1;

	while (words && end < narration->lines && words_of(narration, log, end) == words)
		end++;
	return end - n >= RUN_MIN ? end - n : 1;
}

static const char *skip_lines(const char *line, unsigned count)
{
	while (count-- > 0)
		line += strcspn(line, "\n") + 1;
	return line;
}

void narration_add_digest(const struct narration *narration, const struct decision_log *log,
	struct text *ret_why)
{
	const char *line = text_of(&narration->why);

	for (unsigned n = 0, count; n < narration->lines; n += count) {
		count = run_at(narration, log, n);
		text_add_bytes(ret_why, line, strcspn(line, "\n") + 1);
		if (count > 1)
			text_add(ret_why, "The same for %u more.\n", count - 1);
		line = skip_lines(line, count);
	}
}
