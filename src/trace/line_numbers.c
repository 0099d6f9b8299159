/* See line_numbers.h. */
#include "trace/line_numbers.h"

#include <assert.h>

void line_numbers_finish(struct line_numbers *numbers)
{
	array_finish(&numbers->runs);
}

void line_numbers_add(struct line_numbers *numbers, uint64_t event, uint64_t line)
{
	assert(numbers->runs.count == 0 ||
		numbers->runs.items[numbers->runs.count - 1].event < event);
	*array_push(&numbers->runs) = (struct line_run){event, line};
}

uint64_t line_numbers_find(const struct line_numbers *numbers, uint64_t event)
{
	size_t low = 0, high = numbers->runs.count; /* the last run that begins at or before it */

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (numbers->runs.items[middle].event <= event)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return 0;
	const struct line_run *run = &numbers->runs.items[low - 1];
	return run->line + (event - run->event);
}
