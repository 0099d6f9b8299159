/*
 * The marks that two traces have in common, by name: of several marks with a name the first is the
 * first, the second the second, and so on.
 */
#ifndef PLAYER_COMMON_MARKS_H
#define PLAYER_COMMON_MARKS_H

#include "base/arrays.h"

#include <stdbool.h>
#include <stdint.h>

struct trace;

/* Numbers of marks: trace_marks(). */
struct common_mark {
	size_t one, other;
};

struct common_marks {
	ARRAY(struct common_mark) items; /* in the order of the first trace's marks */
	bool is_known;
	size_t count, other_count; /* marks of the traces when they were compared */
};

/* Compares them if they have changed since. Grows with the marks of both. */
void common_marks_update(struct common_marks *common, const struct trace *one,
	const struct trace *other);
void common_marks_finish(struct common_marks *common);

/*
 * How many of the items are marks of the first trace before the position. Grows with the logarithm
 * of the items.
 */
size_t common_marks_before(const struct common_marks *common, const struct trace *one,
	uint64_t position);

#endif
