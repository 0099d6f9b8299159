/* See spans.h. */
#include "workload/spans.h"

#include <assert.h>

static const struct {
	const char *name;
	int is_sum;
} figures[] = {
#define F(id, name, sum) [id] = {name, sum},
	SPAN_FIGURES(F)
#undef F
};

const char *span_name(enum span_figure figure)
{
	return figures[figure].name;
}

void spans_note(struct spans *spans, enum span_figure figure, uint64_t operation, uint64_t planned,
	uint64_t value)
{
	uint64_t at = operation > 0 ? (operation - 1) * SPANS / planned : 0;
	uint64_t *span = &spans->figures[figure][at < SPANS ? at : SPANS - 1];

	assert(planned > 0);
	if (figures[figure].is_sum)
		*span += value;
	else if (value > *span)
		*span = value;
}
