/*
 * The events around the position, a line each.  What past events did is remembered while it is played; after a jump only their calls
 * are known until they are stepped over again.
 */
#include "view/look.h"

#include "base/units.h"
#include "view/narrate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define REMEMBERED 128u

struct remembered {
	uint64_t number;	/* of the event + 1; 0: nothing */
	bool is_bad;
	char words[120];
};

struct events_panel {
	struct panel panel;
	struct narration narration;
	struct remembered past[REMEMBERED];
};

static void update(struct panel *panel, const struct scene *scene)
{
	struct events_panel *self = (struct events_panel *)panel;

	if (!scene->event)
		return;
	uint64_t number = player_position(scene->player);
	struct remembered *place = &self->past[number % REMEMBERED];
	narrate(&self->narration, player_heap(scene->player), player_trace(scene->player), scene->event, scene->effect,
		NULL, scene->expert);
	place->number = number;
	place->is_bad = fault_is_serious(scene->effect->fault);
	snprintf(place->words, sizeof(place->words), "%s   %s", text_of(&self->narration.what),
		text_of(&self->narration.so));
}

static void finish(struct panel *panel)
{
	narration_finish(&((struct events_panel *)panel)->narration);
}

static void draw_line(const struct events_panel *self, const struct scene *scene, struct canvas *canvas,
	struct area area, int y, uint64_t number, uint64_t position)
{
	struct trace *trace = player_trace(scene->player);
	const struct remembered *known = &self->past[(number + 1) % REMEMBERED];
	bool is_past = number < position;
	bool is_now = number + 1 == position;
	struct event event;
	struct units units;
	char call[100];

	if (!trace_get(trace, number, &event))
		return;
	if (is_now)
		area_put(canvas, area, 1, y, glyph_of(canvas->charset, GLYPH_POINTER, 0), ROLE_PLAYHEAD, 0);
	area_print(canvas, area, 3, y, ROLE_QUIET, "%9s", units_count(&units, number));
	if (event.kind == EVENT_NOTE || event.kind == EVENT_MARK) {
		area_print(canvas, area, 14, y, is_past ? ROLE_MARK : ROLE_QUIET, "%s: %s",
			event_kind_name((enum event_kind)event.kind), trace_text(trace, event.text));
		return;
	}
	bool is_known = is_past && known->number == number + 1;
	if (is_known && known->is_bad)
		area_put(canvas, area, 2, y, glyph_of(canvas->charset, GLYPH_BAD, 0), ROLE_BAD, 0);
	area_text(canvas, area, 14, y, is_past ? ROLE_TEXT : ROLE_QUIET, is_now ? CELL_BOLD : 0,
		is_known ? known->words : name_call(&event, call, sizeof(call)));
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct events_panel *self = (const struct events_panel *)panel;
	uint64_t position = player_position(scene->player);
	uint64_t above = (uint64_t)(area.height > 2 ? area.height * 2 / 3 : area.height);
	uint64_t first = position > above ? position - above : 0;

	for (int y = 0; y < area.height; y++)
		draw_line(self, scene, canvas, area, y, first + (uint64_t)y, position);
}

const struct panel_ops panel_events = {
	.name = "events",
	.title = "Events",
	.letter = 'e',
	.priority = 6,
	.state_size = sizeof(struct events_panel),
	.update = update,
	.finish = finish,
	.draw = draw,
};
