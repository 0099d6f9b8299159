/*
 * Reasons for a lecture, where a class reads page after page. Where the collector ran, what it
 * found out about its candidates is left to the table of objects, which shows it, and what became
 * of memory to the map. Sentences of one kind in a row are one paragraph. What comes too often is
 * summed: many sentences of one kind, and rounds, which are the same kinds in the same order again
 * and again.
 */
#include "heap/decisions.h"
#include "story/story.h"

#include <stdio.h>
#include <string.h>

#define RUN_MIN    4 /* lines; fewer are no run */
#define SUM_MIN    8 /* lines of a run, of which the first then stands for all */
#define ROUNDS_MIN 4 /* the same for rounds */

/* A kind is the words that a line is made of; NULL: of no decision. */
struct reasons {
	const struct words *kinds[NARRATION_LINES_MAX];
	const char *lines[NARRATION_LINES_MAX];
	unsigned count;
};

struct stretch {
	unsigned lines; /* that it has */
	unsigned shown; /* of them, from the first on */
	unsigned times; /* that those come in it */
};

/* The decision that a line ends with; NULL: of none. */
static const struct decision *decision_of(const struct narration *narration,
	const struct decision_log *log, unsigned line)
{
	unsigned decisions = narration->decisions[line];

	return log && decisions > 0 && decisions <= log->count ? &log->items[decisions - 1] : NULL;
}

static bool is_of_heap(const struct decision_kind *kind)
{
	size_t i = 0;

	while (heap_decisions[i] && heap_decisions[i] != kind)
		i++;
	return heap_decisions[i];
}

static bool has_collected(const struct decision_log *log)
{
	size_t i = 0;

	while (log && i < log->count && log->items[i].kind != &decision_collect)
		i++;
	return log && i < log->count;
}

/* The table has the first result for each; they are examined again after finalisers were called. */
static bool is_in_table(const struct decision_log *log, const struct decision *decision)
{
	const struct decision_kind *kind = decision->kind;

	if (kind != &decision_subtracted && kind != &decision_rescued &&
		kind != &decision_unreachable)
		return false;
	for (const struct decision *before = log->items; before < decision; before++)
		if (before->kind == &decision_finalized)
			return false;
	return true;
}

/* Of an event in which the collector ran. */
static bool is_shown_elsewhere(const struct decision_log *log, const struct decision *decision)
{
	return !is_of_heap(decision->kind) || is_in_table(log, decision);
}

static void find_kinds(const struct narration *narration, const struct decision_log *log,
	struct reasons *ret_reasons)
{
	const char *line = text_of(&narration->why);
	bool leaves_out = has_collected(log);

	ret_reasons->count = 0;
	for (unsigned n = 0; n < narration->lines; n++, line += strcspn(line, "\n") + 1) {
		const struct decision *decision = decision_of(narration, log, n);
		if (leaves_out && decision && is_shown_elsewhere(log, decision))
			continue;
		ret_reasons->kinds[ret_reasons->count] = decision ? decision_words(decision) : NULL;
		ret_reasons->lines[ret_reasons->count++] = line;
	}
}

/* The first line from the nth on, before the end, of that kind; the end: there is none. */
static unsigned find(const struct reasons *reasons, const struct words *kind, unsigned n,
	unsigned end)
{
	while (n < end && reasons->kinds[n] != kind)
		n++;
	return n;
}

static bool comes_again(const struct reasons *reasons, unsigned n)
{
	const struct words *kind = reasons->kinds[n];

	return kind && (find(reasons, kind, 0, n) < n ||
			       find(reasons, kind, n + 1, reasons->count) < reasons->count);
}

/*
 * Where a round ends that starts at the nth line and has the kinds of the `shown` lines from the
 * first on, in their order. It may have other lines in between, of kinds that come more than once.
 * 0: it is another round, or does not end before the end.
 */
static unsigned end_of_round(const struct reasons *reasons, unsigned first, unsigned shown,
	unsigned n, unsigned end)
{
	for (unsigned i = first; i < first + shown; i++, n++) {
		while (n < end && reasons->kinds[n] != reasons->kinds[i]) {
			if (!comes_again(reasons, n))
				return 0;
			n++;
		}
		if (n >= end)
			return 0;
	}
	return n;
}

/* Grows with the square of the lines, of which there are NARRATION_LINES_MAX at most. */
static struct stretch rounds_at(const struct reasons *reasons, unsigned n)
{
	const struct words *kind = reasons->kinds[n];
	unsigned start = find(reasons, kind, n + 1, reasons->count);
	struct stretch rounds = {start - n, start - n, 1};

	if (!kind)
		return rounds;
	while (start < reasons->count) {
		unsigned next = find(reasons, kind, start + 1, reasons->count);
		unsigned end = end_of_round(reasons, n, rounds.shown, start, next);
		if (end == 0)
			break;
		/* what is left before the next, or after the last, that a round before it had */
		while (end < next && find(reasons, reasons->kinds[end], n, start) < start)
			end++;
		if (next < reasons->count)
			while (end < next && comes_again(reasons, end))
				end++;
		rounds.lines = end - n;
		rounds.times++;
		if (end < next)
			break;
		start = next;
	}
	return rounds;
}

static unsigned run_at(const struct reasons *reasons, unsigned n)
{
	unsigned end = n + 1;

	while (reasons->kinds[n] && end < reasons->count &&
		reasons->kinds[end] == reasons->kinds[n])
		end++;
	return end - n >= RUN_MIN ? end - n : 1;
}

/* The object that a line is about, with what the line says of it; false: it is about no object. */
static bool read_object(const char *line, unsigned *ret_object, const char **ret_said)
{
	int length = 0;

	if (sscanf(line, "Object %u%n", ret_object, &length) != 1)
		return false;
	*ret_said = line + length;
	return true;
}

/* Whether the lines say the same of objects with successive numbers; then the last of them. */
static bool are_successive(const struct reasons *reasons, unsigned n, unsigned count,
	unsigned *ret_last)
{
	const char *first, *said;
	unsigned object;

	if (!read_object(reasons->lines[n], &object, &first))
		return false;
	for (unsigned i = 1; i < count; i++)
		if (!read_object(reasons->lines[n + i], ret_last, &said) ||
			*ret_last != object + i ||
			strncmp(said, first, strcspn(first, "\n") + 1) != 0)
			return false;
	return true;
}

static void add_line(const struct reasons *reasons, unsigned n, const char *end, struct text *why)
{
	text_add_bytes(why, reasons->lines[n], strcspn(reasons->lines[n], "\n"));
	text_add(why, "%s", end);
}

static void add_run(const struct reasons *reasons, unsigned n, unsigned count, struct text *why)
{
	unsigned last;

	if (count < SUM_MIN) {
		for (unsigned i = 0; i < count; i++)
			add_line(reasons, n + i, i + 1 < count ? " " : "\n", why);
		return;
	}
	add_line(reasons, n, " ", why);
	text_add(why, "The same for %u more", count - 1);
	if (are_successive(reasons, n, count, &last))
		text_add(why, ", up to object %u", last);
	text_add(why, ".\n");
}

void narration_add_paragraphs(const struct narration *narration, const struct decision_log *log,
	struct text *ret_why)
{
	struct reasons reasons;
	struct stretch rounds;

	find_kinds(narration, log, &reasons);
	for (unsigned n = 0, count; n < reasons.count; n += count) {
		count = run_at(&reasons, n);
		rounds = rounds_at(&reasons, n);
		if (rounds.shown == 1 || rounds.times < ROUNDS_MIN) {
			add_run(&reasons, n, count, ret_why);
			continue;
		}
		count = rounds.lines;
		for (unsigned i = 0; i < rounds.shown; i++)
			add_line(&reasons, n + i, "\n", ret_why);
		text_add(ret_why, "The same steps %u more times.\n", rounds.times - 1);
	}
}
