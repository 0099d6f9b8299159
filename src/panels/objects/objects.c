/*
 * Counted objects: the number of references to each, and the objects to which it refers. After an
 * event in which the collector ran: what it found out about each candidate, and the candidate's
 * fate.
 *
 *	row       an object that is live, or that died at the event; in order of their numbers
 *	verdict   the result of the collection for a candidate (collection.h)
 */
#include "panels/panel.h"

#include "base/text.h"
#include "base/units.h"
#include "heap/decisions.h"
#include "panels/decision_step.h"
#include "panels/objects/table.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUMMARY_ROOMY 6     /* rows of verdicts with which their sum has one, too */
#define MORE_ROOM     10    /* columns for how many are hidden */
#define ROWS_MAX      4096u /* objects in the table; the others are counted */

struct objects_panel {
	struct panel panel;
	ARRAY(struct object_row) rows;
	size_t left_out; /* objects beyond ROWS_MAX */
	struct collection collection;
	struct object_marks marks;
	struct collector collector;
	bool has_collector;
	bool is_traced;            /* by the engine, so that counts and thresholds mean nothing */
	uint32_t leaked[ROWS_MAX]; /* objects that the program cannot reach, sorted */
	size_t nleaked;            /* in all */
};

static bool is_useful(const struct scene *scene)
{
	return trace_has_counted(player_trace(scene->player));
}

static void finish(struct panel *panel)
{
	struct objects_panel *self = (struct objects_panel *)panel;

	array_finish(&self->rows);
	collection_finish(&self->collection);
}

static int by_number(const void *one, const void *other)
{
	const struct object_row *a = one, *b = other;

	return a->object < b->object ? -1 : a->object > b->object;
}

static int by_identity(const void *one, const void *other)
{
	uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;

	return a < b ? -1 : a > b;
}

static size_t known_leaked(const struct objects_panel *self)
{
	return self->nleaked < ROWS_MAX ? self->nleaked : ROWS_MAX;
}

static bool is_leaked(const struct objects_panel *self, uint32_t object)
{
	return known_leaked(self) > 0 &&
	       bsearch(&object, self->leaked, known_leaked(self), sizeof(object), by_identity);
}

static void add_row(struct objects_panel *self, uint32_t object, bool is_dead, uint64_t size)
{
	if (self->rows.count == ROWS_MAX) {
		self->left_out++;
		return;
	}
	*array_push(&self->rows) =
		(struct object_row){object, is_dead, is_leaked(self, object), size};
}

/* Those that died at the request are rows at the captions after it as well. */
static void find_rows(struct objects_panel *self, const struct player *player)
{
	const struct heap *heap = player_heap(player);
	const struct live *died;
	size_t ndied = player_died(player, &died);
	struct counted counted;
	uint32_t cursor = 0;

	self->rows.count = self->left_out = 0;
	for (size_t i = 0; i < ndied; i++)
		if (!heap_counted(heap, died[i].object, &counted))
			add_row(self, died[i].object, true, died[i].size);
	while (self->rows.count < ROWS_MAX && heap_next_counted(heap, &cursor, &counted))
		add_row(self, counted.object, false, 0);
	if (self->rows.count == ROWS_MAX && self->collector.counted > ROWS_MAX)
		self->left_out += self->collector.counted - ROWS_MAX;
	if (self->rows.count > 0)
		qsort(self->rows.items, self->rows.count, sizeof(*self->rows.items), by_number);
}

/*
 * Finds the verdicts of the next event, as far as its decisions are shown, over the objects before
 * it.
 */
static void find_decision_step(struct objects_panel *self, const struct decision_step *step)
{
	unsigned count = step->narration.decisions[step->shown - 1];

	collection_read(&self->collection, &step->log, count);
	self->marks.current =
		count > 0 ? decision_object(&step->log.items[count - 1]) : OBJECT_NONE;
	if (self->marks.current != OBJECT_NONE)
		self->marks.chosen = self->marks.current;
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct objects_panel *self = (struct objects_panel *)panel;
	const struct heap *heap = player_heap(scene->player);

	self->marks.current = OBJECT_NONE;
	self->has_collector = heap_collector(heap, &self->collector);
	self->is_traced = engine_is_tracing(heap_layer(heap, 0));
	if (scene->selection->follow)
		self->marks.chosen = scene->event && names_object(scene->event)
					     ? scene->event->object
					     : OBJECT_NONE;
	self->nleaked = heap_out_of_reach(heap, self->leaked, ROWS_MAX);
	if (known_leaked(self) > 0)
		qsort(self->leaked, known_leaked(self), sizeof(*self->leaked), by_identity);
	find_rows(self, scene->player);
	if (scene->decision_step)
		find_decision_step(self, scene->decision_step);
	else
		collection_read(&self->collection, scene->log, scene->log ? scene->log->count : 0);
}

static bool is_wide(const struct panel *panel)
{
	return panel->area.width >= 76;
}

/* What the title says of a collector: its counts, or of one of increments its parts. */
static void add_counts(const struct collector *gc, const char *before, struct text *out)
{
	static const char *const parts[GENERATIONS] = {"young", "pending", "visited"};

	if (gc->is_incremental) {
		for (unsigned i = 0; i < GENERATIONS; i++)
			text_add(out, "%s %s %" PRIu32, i ? "," : ";", parts[i], gc->sizes[i]);
		text_add(out, ", work %" PRId64, gc->work_to_do);
		return;
	}
	for (unsigned i = 0; i < GENERATIONS; i++)
		text_add(out, "%s%u: %" PRIu32 " of %" PRIu32, i ? ", " : before, i, gc->counts[i],
			gc->thresholds[i]);
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	const struct objects_panel *self = (const struct objects_panel *)panel;
	const struct collector *gc = &self->collector;
	struct text words = {0};

	ret_remark[0] = '\0';
	if (!self->has_collector)
		return;
	text_add(&words, "%" PRIu32 " live", gc->counted);
	if (self->nleaked > 0)
		text_add(&words, ", %zu out of reach", self->nleaked);
	if (!self->is_traced) {
		if (!gc->is_incremental || !gc->enabled)
			text_add(&words, ", gc %s", gc->enabled ? "on" : "off");
		add_counts(gc, is_wide(panel) && self->nleaked == 0 ? "; generation " : "; ",
			&words);
	}
	snprintf(ret_remark, size, "%s", text_of(&words));
	text_finish(&words);
}

/* What a summary can do without, where it is narrow: the first is left out first. */
enum summary_part { SUMMARY_UNREACHABLE, SUMMARY_SURVIVORS, SUMMARY_PARTS };

static void summarize(const struct collection *collection, enum summary_part from, struct text *out)
{
	static const char *const what[] = {[COLLECTED_YOUNG] = "young",
		[COLLECTED_INCREMENT] = "increment",
		[COLLECTED_NOTHING] = "no work",
		[COLLECTED_MARKS] = "a cycle begins",
		[COLLECTED_ALL] = "all"};
	size_t unreachable = 0, dead = 0, alive = 0;

	for (size_t i = 0; i < collection->verdicts.count; i++) {
		unreachable += collection->verdicts.items[i].is_unreachable;
		dead += collection->verdicts.items[i].is_dead;
		alive += !collection->verdicts.items[i].is_dead;
	}
	if (what[collection->looked_at])
		text_add(out, "%s: ", what[collection->looked_at]);
	else
		text_add(out, "gen %" PRIu32 ": ", collection->generation);
	text_add(out, "%zu candidate%s, ", collection->candidates,
		collection->candidates == 1 ? "" : "s");
	if (from <= SUMMARY_UNREACHABLE)
		text_add(out, "%zu unreachable, ", unreachable);
	text_add(out, "%zu freed", dead);
	if (from <= SUMMARY_SURVIVORS && alive > 0 && collection->survivors_in != GENERATION_NONE) {
		text_add(out, "; survivors now ");
		if (collection->looked_at == COLLECTED_INCREMENT)
			text_add(out, "visited");
		else
			text_add(out, "in gen %" PRIu32, collection->survivors_in);
	}
	if (collection->is_cut)
		text_add(out, " (and more)");
}

/* room: columns, less than the area's where something else stands at the right. */
static void draw_summary(const struct objects_panel *self, struct canvas *canvas, struct area area,
	int y, int room)
{
	struct text words = {0};

	for (int from = 0; from <= SUMMARY_PARTS; from++) {
		text_clear(&words);
		summarize(&self->collection, (enum summary_part)from, &words);
		if ((int)words.length + 1 <= room)
			break;
	}
	area_text(canvas, area, 1, y, ROLE_TITLE, 0, text_of(&words));
	text_finish(&words);
}

/* Draws the references to the selected object. */
static void draw_edges(const struct objects_panel *self, const struct scene *scene,
	struct canvas *canvas, struct area area, int y)
{
	const struct heap *heap = player_heap(scene->player);
	uint32_t others[OBJECT_ENDS_MAX];
	struct counted counted, other;
	struct text words = {0};

	if (self->marks.chosen == OBJECT_NONE || !heap_counted(heap, self->marks.chosen, &counted))
		return;
	size_t n = heap_referrers(heap, self->marks.chosen, others, OBJECT_ENDS_MAX);
	text_add(&words, "%" PRIu32 " ←", self->marks.chosen);
	if (counted.by_program)
		text_add(&words,
			counted.by_program > 1 ? " the program (%" PRIu32 " times)"
					       : " the program",
			counted.by_program);
	for (size_t i = 0; i < n; i++) {
		bool is_weak = heap_counted(heap, others[i], &other) && other.is_weak;
		text_add(&words, "%s%s%" PRIu32, i || counted.by_program ? ", " : " ",
			!is_weak        ? ""
			: other.is_soft ? "softly "
					: "weakly ",
			others[i]);
	}
	area_text(canvas, area, 1, y, ROLE_TITLE, 0, text_of(&words));
	text_finish(&words);
}

static size_t place_of(const struct objects_panel *self, uint32_t object)
{
	for (size_t i = 0; i < self->rows.count; i++)
		if (self->rows.items[i].object == object)
			return i;
	return 0;
}

static bool is_collected(const struct objects_panel *self)
{
	return self->collection.verdicts.count > 0;
}

static bool has_head(struct area area)
{
	return area.height >= 3;
}

/* Where not all verdicts have room, those that say the same share a line. */
static bool is_grouped(const struct objects_panel *self, struct area area)
{
	return is_collected(self) &&
	       (int)self->collection.verdicts.count > area.height - has_head(area);
}

static size_t count_lines(const struct objects_panel *self, struct area area)
{
	return is_grouped(self, area) ? self->collection.groups.count
	       : is_collected(self)   ? self->collection.verdicts.count
				      : self->rows.count;
}

/* The verdicts of a line. */
static struct verdict_group verdicts_of(const struct objects_panel *self, struct area area,
	size_t line)
{
	return is_grouped(self, area) ? self->collection.groups.items[line]
				      : (struct verdict_group){line, 1};
}

/* In little room a verdict is worth more than the sum of them, and the last object than "1 more". */
static bool has_last_line(const struct objects_panel *self, struct area area)
{
	int room = area.height - 2;
	bool is_one_more = area.width < OBJECTS_ROOMY && self->left_out == 0 &&
			   count_lines(self, area) == (size_t)room + 1;

	return room >= 3 && !is_one_more &&
	       (!is_collected(self) || room >= SUMMARY_ROOMY ||
		       count_lines(self, area) <= (size_t)room);
}

/* The number of rows between the heading and the last line. */
static int table_height(const struct objects_panel *self, struct area area)
{
	return area.height - has_head(area) - has_last_line(self, area);
}

/* A heading, a line for each object or verdict, and the last line; 0: there is nothing to show. */
static int rows(const struct panel *panel, const struct scene *scene, int width)
{
	const struct objects_panel *self = (const struct objects_panel *)panel;
	size_t count = is_collected(self) ? self->collection.verdicts.count : self->rows.count;

	return count > 0 ? (int)count + 2 : 0;
}

/* The line of the object; the first, where there is none. */
static size_t line_of(const struct objects_panel *self, struct area area, uint32_t object)
{
	const struct verdict *verdicts = self->collection.verdicts.items;

	if (!is_collected(self))
		return place_of(self, object);
	for (size_t line = 0; line < count_lines(self, area); line++) {
		struct verdict_group group = verdicts_of(self, area, line);
		for (size_t i = group.first; i < group.first + group.count; i++)
			if (verdicts[i].object == object)
				return line;
	}
	return 0;
}

/* The first line on the screen, so that the one of the selected object is visible. */
static size_t first_shown(const struct objects_panel *self, struct area area)
{
	int height = table_height(self, area);
	size_t room = (size_t)(height > 0 ? height : 1), count = count_lines(self, area);
	size_t chosen = line_of(self, area, self->marks.chosen);

	if (count <= room || chosen < room / 2)
		return 0;
	return chosen - room / 2 < count - room ? chosen - room / 2 : count - room;
}

static void draw_verdicts(const struct objects_panel *self, const struct scene *scene,
	struct canvas *canvas, struct area area, int y, size_t line)
{
	struct verdict_group group = verdicts_of(self, area, line);

	verdicts_draw_row(&self->marks, scene, canvas, area, y,
		&self->collection.verdicts.items[group.first], group.count);
}

static void draw_lines(const struct objects_panel *self, const struct scene *scene,
	struct canvas *canvas, struct area area)
{
	size_t count = count_lines(self, area), first = first_shown(self, area);
	int height = table_height(self, area), y = has_head(area);

	if (has_head(area) && is_collected(self))
		verdicts_draw_head(canvas, area);
	else if (has_head(area))
		objects_draw_head(scene, canvas, area);
	for (size_t i = first; i < count && i - first < (size_t)height; i++, y++)
		if (is_collected(self))
			draw_verdicts(self, scene, canvas, area, y, i);
		else
			objects_draw_row(&self->marks, scene, canvas, area, y,
				&self->rows.items[i]);
}

/* The number of lines above and below those on the screen. */
static size_t count_hidden(const struct objects_panel *self, struct area area)
{
	size_t count = count_lines(self, area), height = (size_t)table_height(self, area);
	size_t hidden = count > height ? count - height : 0;

	return hidden + (is_collected(self) ? 0 : self->left_out);
}

/* How many are hidden, at the right of the last line or, where there is none, of the heading. */
static void draw_hidden(size_t hidden, struct canvas *canvas, struct area area, int y)
{
	struct units units;
	char more[40];

	if (hidden == 0)
		return;
	snprintf(more, sizeof(more), y > 0 || area.width >= OBJECTS_ROOMY ? "  %s more" : "  +%s",
		units_count(&units, hidden));
	area_text_right(canvas, area, area.width - (y > 0), y, ROLE_QUIET, 0, more);
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct objects_panel *self = (const struct objects_panel *)panel;
	size_t hidden = count_hidden(self, area);
	int last = has_last_line(self, area) ? area.height - 1 : 0;

	if (count_lines(self, area) == 0) {
		area_text(canvas, area, 1, 0, ROLE_QUIET, 0, "No counted object is live.");
		return;
	}
	draw_lines(self, scene, canvas, area);
	if (last > 0 && is_collected(self))
		draw_summary(self, canvas, area, last, area.width - (hidden > 0 ? MORE_ROOM : 0));
	else if (last > 0)
		draw_edges(self, scene, canvas, area, last);
	draw_hidden(hidden, canvas, area, last);
}

static struct panel_answer choose(struct objects_panel *self, const struct scene *scene,
	uint32_t object)
{
	struct selection selection = *scene->selection;
	struct place place;
	struct live live;

	self->marks.chosen = object;
	selection.follow = false;
	if (heap_find(player_heap(scene->player), object, &live)) {
		selection.address = live.address;
		if (place_find(player_heap(scene->player), live.address, &place)) {
			selection.region = place.region.base;
			selection.page = place.has_page ? place.page.base : 0;
		}
	}
	return answer_select(selection);
}

static struct panel_answer act(struct panel *panel, const struct scene *scene, enum action action)
{
	struct objects_panel *self = (struct objects_panel *)panel;
	int height = table_height(self, panel->area), page = height > 1 ? height - 1 : 1;
	int by = action_rows(action, page);

	if (by == 0 || self->rows.count == 0)
		return ANSWER_IGNORED;
	long at = (long)place_of(self, self->marks.chosen) + by;
	long last = (long)self->rows.count - 1;
	return choose(self, scene, self->rows.items[at < 0 ? 0 : at > last ? last : at].object);
}

static struct panel_answer click(struct panel *panel, const struct scene *scene, int x, int y)
{
	struct objects_panel *self = (struct objects_panel *)panel;
	int row = y - has_head(panel->area);
	size_t at = first_shown(self, panel->area) + (size_t)(row > 0 ? row : 0);

	if (row < 0 || row >= table_height(self, panel->area))
		return ANSWER_IGNORED;
	if (at >= count_lines(self, panel->area))
		return ANSWER_IGNORED;
	size_t verdict = verdicts_of(self, panel->area, at).first;
	return choose(self, scene,
		is_collected(self) ? self->collection.verdicts.items[verdict].object
				   : self->rows.items[at].object);
}

const struct panel_ops panel_objects = {
	.name = "objects",
	.title = "Objects",
	.letter = 'O',
	.state_size = sizeof(struct objects_panel),
	.is_read = true,
	.is_useful = is_useful,
	.finish = finish,
	.update = update,
	.remark = remark,
	.draw = draw,
	.rows = rows,
	.act = act,
	.click = click,
};
