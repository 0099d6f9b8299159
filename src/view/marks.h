/* The person's own marks, besides those of the trace. */
#ifndef VIEW_MARKS_H
#define VIEW_MARKS_H

#include "base/arrays.h"

#include <stdbool.h>
#include <stdint.h>

struct view;

struct marks {
	ARRAY(uint64_t) positions;
};

void marks_finish(struct marks *marks);
void view_set_mark(struct view *view); /* sets a mark here, or clears the one here */
void view_to_mark(struct view *view, bool back);

#endif
