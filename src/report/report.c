/* See report.h. */
#include "report/report.h"

int report_make(struct report *ret_report, struct trace *trace, const char *engine,
	const struct options *options, uint64_t position, struct error *err)
{
	struct report *report = ret_report;

	if (heap_new(&report->heap, engine, options, err) < 0)
		return -1;
	report->position = position;
	metrics_play(&report->metrics, report->heap, trace, 0, position, err);
	fragmentation_of(report->heap, &report->metrics, &report->fragmentation);
	holdings_of(report->heap, &report->holdings);
	keeping_of(report->heap, &report->keeping);
	report->symbols = symbols_new(trace);
	report->callers = callers_new(trace, report->symbols);
	lives_read(&report->lives, trace, report->callers, position);
	pins_find(&report->pins, report->heap, &report->lives);
	report->nends = pins_of_end(report->heap, &report->lives, report->ends);
	return 0;
}

void report_finish(struct report *report)
{
	pins_finish(&report->pins);
	lives_finish(&report->lives);
	callers_free(report->callers);
	symbols_free(report->symbols);
	heap_free(report->heap);
}

uint64_t report_idle(const struct report *report)
{
	const struct holdings *holdings = &report->holdings;

	return holdings->held > holdings->live ? holdings->held - holdings->live : 0;
}
