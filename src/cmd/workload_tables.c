/* See workload_tables.h. */
#include "cmd/workload_tables.h"

#include "base/text.h"

#include <inttypes.h>

static void emit_per_page(struct emit *emit, uint64_t nanoseconds, uint64_t pages)
{
	if (nanoseconds == 0 || pages == 0)
		emit_cell(emit, "");
	else
		emit_number(emit, nanoseconds / pages);
}

void workload_emit_compression(struct emit *emit, const struct workload_result *results, size_t n)
{
	static const char *const titles[] = {"<workload", "packed", "unpacked", "text", "stored",
		"saved", "pack ns", "unpack ns", NULL};
	bool has_table = false;

	for (size_t i = 0; i < n; i++) {
		const struct run_totals *totals = results[i].totals;
		if (totals->packed == 0)
			continue;
		if (!has_table) {
			emit_table(emit, "compression");
			emit_columns(emit, titles);
			has_table = true;
		}
		emit_row(emit);
		emit_cell(emit, results[i].workload->name);
		emit_number(emit, totals->packed);
		emit_number(emit, totals->unpacked);
		emit_number(emit, totals->packed_from);
		emit_number(emit, totals->packed_to);
		emit_number(emit, totals->packed_from > totals->packed_to
					  ? totals->packed_from - totals->packed_to
					  : 0);
		emit_per_page(emit, totals->pack_time, totals->packed);
		emit_per_page(emit, totals->unpack_time, totals->unpacked);
	}
}

void workload_emit_collector(struct emit *emit, const struct workload_result *results, size_t n)
{
	static const char *const titles[] = {"<workload", "collections", "longest pause", "peak",
		NULL};
	bool has_table = false;

	for (size_t i = 0; i < n; i++) {
		const struct run_totals *totals = results[i].totals;
		if (!workload_takes(results[i].workload, "collect-every"))
			continue;
		if (!has_table) {
			emit_table(emit, "collector");
			emit_columns(emit, titles);
			has_table = true;
		}
		emit_row(emit);
		emit_cell(emit, results[i].workload->name);
		emit_number(emit, totals->collections);
		emit_number(emit, totals->longest_pause);
		emit_number(emit, totals->peak_live);
	}
}

/* ---- over time ------------------------------------------------------------------------------ */

static uint64_t most_of(const uint64_t *spans)
{
	uint64_t most = 0;

	for (size_t i = 0; i < SPANS; i++)
		most = spans[i] > most ? spans[i] : most;
	return most;
}

/* Zero is blank, and anything more has at least the lowest step. */
static void add_curve(struct text *out, const uint64_t *spans, uint64_t most)
{
	static const char *const steps[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	const uint64_t top = sizeof(steps) / sizeof(*steps) - 1;

	for (size_t i = 0; i < SPANS; i++) {
		uint64_t step = (uint64_t)((double)spans[i] / (double)most * (double)top);
		text_add(out, "%s", steps[spans[i] > 0 && step == 0 ? 1 : step]);
	}
}

static void add_numbers(struct text *out, const uint64_t *spans)
{
	for (size_t i = 0; i < SPANS; i++)
		text_add(out, "%s%" PRIu64, i ? " " : "", spans[i]);
}

static void emit_curve(struct emit *emit, const struct workload_result *result,
	enum span_figure figure)
{
	const uint64_t *spans = result->totals->spans.figures[figure];
	uint64_t most = most_of(spans);
	struct text curve = {0};

	if (most == 0)
		return;
	emit_row(emit);
	emit_cell(emit, result->workload->name);
	emit_cell(emit, span_name(figure));
	emit_number(emit, most);
	if (emit->form == EMIT_TABLE)
		add_curve(&curve, spans, most);
	else
		add_numbers(&curve, spans);
	emit_cell(emit, text_of(&curve));
	text_finish(&curve);
}

void workload_emit_timeline(struct emit *emit, const struct workload_result *results, size_t n)
{
	static const char *const titles[] = {"<workload", "<figure", "most", "<from start to end",
		NULL};

	emit_table(emit, "timeline");
	emit_columns(emit, titles);
	for (size_t i = 0; i < n; i++)
		for (unsigned figure = 0; figure < SPAN_FIGURE_COUNT; figure++)
			emit_curve(emit, &results[i], (enum span_figure)figure);
}
