/*
 * The events around the position, one per line: number, call, place, and a few words. The effect of
 * an event is remembered once it has been played. After a jump, an earlier event of a heap has its
 * place; one in a pool only while the object is still there, since the pool may have been divided
 * for another size. What went wrong is marked however the position was reached; other words have
 * only events that were stepped over.
 */
#include "panels/panel.h"

#include "base/units.h"
#include "story/names.h"
#include "story/narration.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define REMEMBERED 128u
#define STEP_MAX   8u /* most rows by which the list scrolls */

/* Columns, and the width of numbers. */
struct event_columns {
	int number, digits, call, place, words;
};

#define NARROW      48 /* columns; with fewer, they are closer together */
#define PLACE_WIDTH 15 /* columns of most places */

struct remembered {
	uint64_t number; /* event number + 1; 0: nothing */
	bool is_bad;
	char place[32];
	char words[80];
};

struct events_panel {
	struct panel panel;
	struct narration narration;
	struct remembered past[REMEMBERED];
};

static void update(struct panel *panel, const struct scene *scene)
{
	struct events_panel *self = (struct events_panel *)panel;
	const struct heap *heap = player_heap(scene->player);
	const struct effect *effect = scene->effect;

	if (!scene->event)
		return;
	uint64_t number = player_position(scene->player);
	struct remembered *past = &self->past[number % REMEMBERED];
	narrate(&self->narration, heap, player_trace(scene->player), scene->event, effect,
		scene->log, scene->expert);
	*past = (struct remembered){.number = number, .is_bad = fault_is_serious(effect->fault)};
	snprintf(past->words, sizeof(past->words), "%s", text_of(&self->narration.brief));
	if (effect->outcome == OUTCOME_PLACED)
		name_address(heap, effect->address, past->place, sizeof(past->place));
	else if (effect->outcome == OUTCOME_RELEASED &&
		 !(effect->happened & HAPPENED_ARENA_UNMAPPED))
		name_address(heap, effect->old_address, past->place, sizeof(past->place));
}

static void finish(struct panel *panel)
{
	narration_finish(&((struct events_panel *)panel)->narration);
}

/*
 * Whether the object is still at the place where an earlier event put it; *place is then that
 * place.
 */
static bool still_there(const struct scene *scene, uint64_t number, const struct event *event,
	char *place, size_t size)
{
	struct live live;

	if (event->object == OBJECT_NONE ||
		!heap_find(player_heap(scene->player), event->object, &live) ||
		live.moved != number)
		return false;
	name_address(player_heap(scene->player), live.address, place, size);
	return true;
}

/* Whether an earlier event took or freed a place whose name has not changed since. */
static bool was_there(const struct scene *scene, uint64_t number, char *place, size_t size)
{
	const struct heap *heap = player_heap(scene->player);
	struct effect effect;
	struct place found;

	if (!player_recent(scene->player, number, &effect) ||
		(effect.outcome != OUTCOME_PLACED && effect.outcome != OUTCOME_RELEASED))
		return false;
	uint64_t address = effect.outcome == OUTCOME_PLACED ? effect.address : effect.old_address;
	if (!place_find(heap, address, &found) || found.has_page)
		return false;
	name_address(heap, address, place, size);
	return true;
}

/*
 * What is known of an earlier event: what was remembered when it was stepped over, or, after a
 * jump, its place and what went wrong. Nothing: the number of the row is 0.
 */
static void recall(const struct events_panel *self, const struct scene *scene, uint64_t number,
	const struct event *event, struct remembered *ret_row)
{
	const struct remembered *known = &self->past[(number + 1) % REMEMBERED];
	struct effect effect;

	*ret_row = (struct remembered){0};
	if (known->number == number + 1) {
		*ret_row = *known;
		return;
	}
	if (still_there(scene, number, event, ret_row->place, sizeof(ret_row->place)) ||
		was_there(scene, number, ret_row->place, sizeof(ret_row->place)))
		ret_row->number = number + 1;
	if (player_recent(scene->player, number, &effect) && effect.fault != FAULT_NONE) {
		ret_row->number = number + 1;
		ret_row->is_bad = fault_is_serious(effect.fault);
		snprintf(ret_row->words, sizeof(ret_row->words), "%s",
			brief_of_fault(effect.fault));
	}
}

static struct event_columns columns_for(const struct scene *scene, int width)
{
	struct units last;
	int digits = (int)strlen(units_count(&last, player_length(scene->player)));

	return width >= NARROW
		       ? (struct event_columns){3, 9, 14, 34, 54}
		       : (struct event_columns){4, digits, digits + 5, digits + 18, width + 1};
}

static void draw_text(const struct scene *scene, struct canvas *canvas, struct area area, int x,
	int y, const struct event *event, bool is_past)
{
	const char *text = trace_text(player_trace(scene->player), event->text);

	if (event->kind == EVENT_MARK)
		area_put(canvas, area, 2, y, glyph_of(canvas->charset, GLYPH_MARK, 0), ROLE_MARK,
			0);
	area_print(canvas, area, x, y, is_past ? ROLE_MARK : ROLE_QUIET, "%s%s",
		event->kind == EVENT_MARK ? "mark: " : "", text);
}

/* Draws the text of a column, cut where the next begins. */
static void draw_column(struct canvas *canvas, struct area area, int x, int end, int y,
	enum role role, unsigned marks, const char *text)
{
	if (end - 1 < area.width)
		area.width = end - 1;
	area_text(canvas, area, x, y, role, marks, text);
}

/* A long call moves the place to the right, but not into the words; place: NULL: not known. */
static void make_room(struct event_columns *columns, int width, const char *call, const char *place)
{
	int end = columns->call + (int)strlen(call) + 1;
	int last = width < NARROW ? end
				  : columns->words - 1 - (place ? (int)strlen(place) : PLACE_WIDTH);

	end = end < last ? end : last;
	if (end > columns->place)
		columns->place = end;
}

static void draw_line(const struct events_panel *self, const struct scene *scene,
	struct canvas *canvas, struct area area, int y, uint64_t number)
{
	struct remembered row = {0};
	struct event_columns columns = columns_for(scene, area.width);
	uint64_t position = player_position(scene->player);
	bool is_past = number < position;
	unsigned marks = number + 1 == position ? CELL_BOLD : 0;
	struct event event;
	struct units units;
	char call[100];

	if (!trace_get(player_trace(scene->player), number, &event))
		return;
	/* Its words also take the column of places. */
	bool is_long = event.kind >= EVENT_REF && event.kind != EVENT_WEAK;
	if (marks)
		area_put(canvas, area, 1, y, glyph_of(canvas->charset, GLYPH_POINTER, 0),
			ROLE_PLAYHEAD, 0);
	area_print(canvas, area, columns.number, y, ROLE_QUIET, "%*s", columns.digits,
		units_count(&units, number));
	if (event_is_note_or_mark(&event)) {
		draw_text(scene, canvas, area, columns.call, y, &event, is_past);
		return;
	}
	if (is_past)
		recall(self, scene, number, &event, &row);
	name_call_of(player_heap(scene->player), &event, call, sizeof(call));
	make_room(&columns, area.width, call, row.number ? row.place : NULL);
	int call_end = !is_past ? area.width + 1 : is_long ? columns.words : columns.place;
	draw_column(canvas, area, columns.call, call_end, y, is_past ? ROLE_TEXT : ROLE_QUIET,
		marks, call);
	if (row.is_bad)
		area_put(canvas, area, 2, y, glyph_of(canvas->charset, GLYPH_BAD, 0), ROLE_BAD, 0);
	if (!is_long)
		draw_column(canvas, area, columns.place, columns.words, y, ROLE_TEXT, marks,
			row.place);
	area_text(canvas, area, row.place[0] || is_long ? columns.words : columns.place, y,
		row.is_bad ? ROLE_BAD : ROLE_TEXT, 0, row.words);
}

/*
 * The event on the first row. The list does not move while the position goes down half of its rows
 * (eight at most), with some earlier and some later events around it; then it scrolls by the same
 * number. That is easier to read than a list that moves at every step, and needs a fraction of the
 * bytes for the terminal.
 */
static uint64_t first_row(const struct scene *scene, int height)
{
	uint64_t position = player_position(scene->player);
	uint64_t rows = (uint64_t)(height > 0 ? height : 1);
	uint64_t step = rows / 2 > STEP_MAX ? STEP_MAX : rows > 3 ? rows / 2 : 1;
	uint64_t above = (rows - step) * 2 / 3;
	uint64_t last = position > 0 ? position - 1 : 0; /* the last event applied */
	uint64_t page = last / step * step;

	return page > above ? page - above : 0;
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct events_panel *self = (const struct events_panel *)panel;
	uint64_t first = first_row(scene, area.height);

	for (int y = 0; y < area.height; y++)
		draw_line(self, scene, canvas, area, y, first + (uint64_t)y);
}

/* The marked line is the position, so up and down step. */
static struct panel_answer act(struct panel *panel, const struct scene *scene, enum action action)
{
	uint64_t position = player_position(scene->player);
	int by = action_rows(action, panel->area.height > 2 ? panel->area.height - 1 : 1);
	uint64_t back = by < 0 ? (uint64_t)-by : 0;

	if (by == 0)
		return ANSWER_IGNORED;
	if (by < 0)
		return answer_go(position > back ? position - back : 0);
	return answer_go(position + (uint64_t)by);
}

static struct panel_answer click(struct panel *panel, const struct scene *scene, int x, int y)
{
	uint64_t number = first_row(scene, panel->area.height) + (uint64_t)(y > 0 ? y : 0);
	struct event event;

	if (y < 0 || y >= panel->area.height ||
		!trace_get(player_trace(scene->player), number, &event))
		return ANSWER_IGNORED;
	return answer_go(number + 1);
}

const struct panel_ops panel_events = {
	.name = "events",
	.title = "Events",
	.letter = 'e',
	.state_size = sizeof(struct events_panel),
	.is_read = true,
	.update = update,
	.finish = finish,
	.draw = draw,
	.act = act,
	.click = click,
};
