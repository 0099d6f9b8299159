/* See report_words.h. */
#include "cmd/report_words.h"

#include "base/text.h"
#include "cmd/remedies.h"
#include "cmd/report_owners.h"
#include "report/report.h"

bool report_counts(const struct report *report, uint64_t bytes)
{
	return bytes > 0 && bytes >= report->holdings.held / 100;
}

const char *report_held_or_known(const struct report *report)
{
	return report_counts(report, report->holdings.causes[CAUSE_UNKNOWN]) ? "known" : "held";
}

uint64_t report_less_held(const struct report *report, uint64_t held)
{
	return held < report->holdings.held ? report->holdings.held - held : 0;
}

const char *report_caller(const struct report *report, uint32_t caller)
{
	return caller == 0 ? "unrecorded callers" : callers_name(report->callers, caller);
}

/* Of callers side by side that are of one line, one; gives how many. */
static size_t first_of_lines(const struct report *report, const uint32_t *callers, size_t n,
	uint32_t *ret_firsts)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (i == 0 || callers_line(report->callers, callers[i]) !=
				      callers_line(report->callers, callers[i - 1]))
			ret_firsts[count++] = callers[i];
	return count;
}

void add_callers(struct text *words, const struct report *report, const uint32_t *callers, size_t n)
{
	uint32_t firsts[REMEDY_CALLERS_MAX];
	size_t lines = first_of_lines(report, callers, n, firsts);

	if (lines > NAMED_MAX)
		text_add(words, "the %zu lines that keep most", lines);
	else
		add_lines(words, report, firsts, lines);
}

size_t add_chosen(struct text *words, const struct report *report, const char *before)
{
	uint32_t callers[REMEDY_CALLERS_MAX];
	size_t n = remedies_choose(report, callers);

	if (n == 0)
		return 0;
	text_join(words, " ", before);
	add_callers(words, report, callers, n);
	return n;
}

struct keeper report_first_keepers(const struct report *report, size_t n)
{
	struct keeper sum = {0};

	for (size_t i = 0; i < n; i++) {
		const struct keeper *keeper = &report->keepers.items[i];
		sum.blocks += keeper->blocks;
		sum.bytes += keeper->bytes;
		sum.idle += keeper->idle;
		sum.with_above = keeper->with_above;
	}
	return sum;
}

bool report_has_spaces(const struct report *report)
{
	return engine_has_spaces(heap_layer(report->heap, 0));
}

bool report_is_of_plugin(const struct report *report)
{
	return heap_layer(report->heap, 0)->ops->runs_code;
}
