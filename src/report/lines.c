/* See lines.h. */
#include "report/lines.h"

#include "base/xalloc.h"

#include <stdlib.h>

static void add_life(struct line *line, const struct life *life, uint64_t most)
{
	if (life->live_bytes > most)
		line->caller = life->caller;
	line->live += life->live;
	line->live_bytes += life->live_bytes;
}

/* By number of the line. */
static struct line *sums_new(const struct lives *lives, const struct callers *callers)
{
	struct line *lines = xcalloc(lives->count, sizeof(*lines));

	for (size_t i = 0; i < lives->count; i++) {
		struct line *line = &lines[callers_line(callers, (uint32_t)i)];
		add_life(line, &lives->items[i],
			line->live ? lives->items[line->caller].live_bytes : 0);
	}
	return lines;
}

static bool has_more(const struct line *a, const struct line *b)
{
	return a->live_bytes != b->live_bytes ? a->live_bytes > b->live_bytes
					      : a->caller < b->caller;
}

/* Those with most come first. */
static size_t insert(struct line lines[LINES_NAMED], size_t count, const struct line *line)
{
	size_t at = count;

	while (at > 0 && has_more(line, &lines[at - 1]))
		at--;
	if (count < LINES_NAMED)
		count++;
	for (size_t i = count - 1; i > at; i--)
		lines[i] = lines[i - 1];
	if (at < count)
		lines[at] = *line;
	return count;
}

size_t lines_largest(const struct lives *lives, const struct callers *callers,
	struct line ret_lines[LINES_NAMED])
{
	struct line *lines = sums_new(lives, callers);
	uint64_t all = 0;
	size_t count = 0;

	for (size_t i = 0; i < lives->count; i++) {
		all += lines[i].live_bytes;
		if (lines[i].live_bytes > 0)
			count = insert(ret_lines, count, &lines[i]);
	}
	free(lines);
	while (count > 1 && (ret_lines[0].live_bytes >= all / 2 ||
				    ret_lines[count - 1].live_bytes < ret_lines[0].live_bytes / 4))
		count--;
	return count;
}

uint32_t *lines_callers_new(const struct callers *callers, const uint32_t *of, size_t n,
	size_t *ret_count)
{
	uint32_t *all = xcalloc(callers_count(callers), sizeof(*all));
	size_t count = 0;

	for (uint32_t i = 0; i < callers_count(callers); i++)
		for (size_t j = 0; j < n; j++)
			if (callers_line(callers, i) == callers_line(callers, of[j])) {
				all[count++] = i;
				break;
			}
	*ret_count = count;
	return all;
}
