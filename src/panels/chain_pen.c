/* See chain_pen.h. */
#include "panels/chain_pen.h"

#include "base/utf8.h"

#include <inttypes.h>

static void count_others(const struct chain_pen *pen)
{
	uint64_t others = pen->length - pen->drawn;

	area_print(pen->canvas, pen->area, pen->x + 1, pen->y, ROLE_QUIET, "+%" PRIu64, others);
}

bool chain_pen_link(struct chain_pen *pen, uint64_t elements, enum role role, unsigned marks,
	const char *words)
{
	bool is_last = pen->drawn + elements == pen->length;
	int arrow = pen->drawn > 0 ? 3 : 0, more = is_last ? 0 : 5;

	if (pen->drawn > 0 && pen->x + arrow + (int)utf8_cells(words) + more > pen->area.width) {
		count_others(pen);
		return false;
	}
	if (arrow)
		area_put(pen->canvas, pen->area, pen->x + 1, pen->y,
			glyph_of(pen->canvas->charset, pen->arrow, 0), ROLE_QUIET, 0);
	pen->x = area_text(pen->canvas, pen->area, pen->x + arrow, pen->y, role, marks, words);
	pen->drawn += elements;
	return true;
}

void chain_pen_end(const struct chain_pen *pen)
{
	if (pen->length == 0)
		area_text(pen->canvas, pen->area, pen->x, pen->y, ROLE_QUIET, 0, "empty");
	else if (pen->drawn < pen->length)
		count_others(pen);
}
