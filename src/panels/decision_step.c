/* See decision_step.h. */
#include "panels/decision_step.h"

#include "story/names.h"

#include <stdio.h>
#include <string.h>

#define INDENT 6 /* the indent of reasons in the event panel */

/* The nth line of why; the first is 0. */
static void line_of(const struct decision_step *step, unsigned n, char *ret_line, size_t size)
{
	const char *line = text_of(&step->narration.why);

	while (n-- > 0)
		line += strcspn(line, "\n") + 1;
	snprintf(ret_line, size, "%.*s", (int)strcspn(line, "\n"), line);
}

static int draw_line(const struct decision_step *step, unsigned n, struct canvas *canvas,
	struct area area, int y)
{
	char line[400];

	line_of(step, n, line, sizeof(line));
	return area_wrap(canvas, area, INDENT, y, INDENT,
		n + 1 == step->shown ? ROLE_TITLE : ROLE_TEXT, line);
}

/* Rows needed for the lines from `first` on. */
static int rows_from(const struct decision_step *step, unsigned first, struct canvas *canvas,
	struct area area)
{
	int y = 0;

	area.height = 0;
	for (unsigned i = first; i < step->shown; i++)
		y = draw_line(step, i, canvas, area, y);
	return y;
}

void decision_step_draw(const struct decision_step *step, struct canvas *canvas, struct area area)
{
	unsigned first = 0, count = step->narration.lines;
	char call[100];

	int x = area_text(canvas, area, 1, 0, ROLE_CURSOR, CELL_BOLD, " NEXT ") + 1;
	x = area_text(canvas, area, x, 0, ROLE_TITLE, 0,
		    name_call(&step->event, call, sizeof(call))) +
	    2;
	area_print(canvas, area, x, 0, ROLE_QUIET, "decision %u of %u", step->shown, count);
	while (first + 1 < step->shown && rows_from(step, first, canvas, area) > area.height - 1)
		first++;
	area_text(canvas, area, 1, 1, ROLE_QUIET, 0, first == 0 ? "why" : "...");
	int y = 1;
	for (unsigned i = first; i < step->shown; i++)
		y = draw_line(step, i, canvas, area, y);
	if (step->shown == count && y < area.height)
		area_text(canvas, area, INDENT, y, ROLE_QUIET, 0,
			"That was the last decision. Press s to apply the event.");
}
