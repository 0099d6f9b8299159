/*
 * Reasons for where there is little room. A sentence that a decision says again and again, each
 * time of another object or place, is written once.
 */
#include "story/story.h"

#include <string.h>

#define REPEATED 4 /* from so many times on */

/* The lines of why that say the same as the nth. */
struct likes {
	unsigned first, count;
	bool is_run; /* nothing is between them */
};

/* The sentences of the decision that the nth line ends with; NULL: it has none. */
static const struct words *words_of(const struct narration *narration,
	const struct decision_log *log, unsigned n)
{
	unsigned decisions = narration->decisions[n];

	return log && decisions > 0 && decisions <= log->count
		       ? decision_words(&log->items[decisions - 1])
		       : NULL;
}

static struct likes likes_of(const struct narration *narration, const struct decision_log *log,
	unsigned n)
{
	const struct words *words = words_of(narration, log, n);
	struct likes likes = {.first = n};
	unsigned last = n;

	if (!words)
		return (struct likes){n, 1, true};
	for (unsigned i = narration->lines; i-- > 0;)
		if (words_of(narration, log, i) == words) {
			last = likes.count == 0 ? i : last;
			likes.first = i;
			likes.count++;
		}
	likes.is_run = last - likes.first + 1 == likes.count;
	return likes;
}

void narration_add_digest(const struct narration *narration, const struct decision_log *log,
	struct text *ret_why)
{
	const char *line = text_of(&narration->why);
	unsigned left_out = 0;

	for (unsigned n = 0; n < narration->lines; n++) {
		struct likes likes = likes_of(narration, log, n);
		size_t length = strcspn(line, "\n") + 1;
		if (likes.count < REPEATED || n == likes.first)
			text_add_bytes(ret_why, line, length);
		else if (!likes.is_run)
			left_out++;
		if (likes.count >= REPEATED && n == likes.first && likes.is_run)
			text_add(ret_why, "The same for %u more.\n", likes.count - 1);
		line += length;
	}
	if (left_out > 0)
		text_add(ret_why, "%u more like these; press , and then s to see each.\n",
			left_out);
}
