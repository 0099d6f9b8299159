/* See table.h. */
#include "panels/objects/table.h"

#include "base/text.h"
#include "base/units.h"
#include "heap/decisions.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define VERDICTS_ROOMY 64 /* columns from which the verdicts, which are words, have room too */

/* The right ends of the columns, where numbers are aligned. 0: left out. */
struct object_columns {
	int object, size, count, program, generation, words;
};

static struct object_columns columns_for(int width)
{
	return width >= OBJECTS_ROOMY ? (struct object_columns){8, 18, 25, 34, 39, 42}
				      : (struct object_columns){6, 0, 13, 0, 18, 20};
}

bool names_object(const struct event *event)
{
	return event->kind == EVENT_NEW || event->kind == EVENT_REF || event->kind == EVENT_UNREF ||
	       event->kind == EVENT_WEAK;
}

static void put_number(struct canvas *canvas, struct area area, int end, int y, enum role role,
	uint64_t number)
{
	struct units units;

	area_text_right(canvas, area, end, y, role, 0, units_count(&units, number));
}

static enum role role_of(const struct scene *scene, const struct object_row *row)
{
	if (row->is_dead)
		return ROLE_HOT_FREE;
	if (!scene->event)
		return ROLE_TEXT;
	bool is_born = scene->event->kind == EVENT_NEW || scene->event->kind == EVENT_WEAK;
	if (is_born && scene->event->object == row->object)
		return ROLE_HOT_ALLOC;
	for (size_t i = 0; scene->log && i < scene->log->count; i++) {
		const struct decision *decision = &scene->log->items[i];
		bool counts = decision->kind == &decision_count_up ||
			      decision->kind == &decision_count_down ||
			      decision->kind == &decision_weak_cleared ||
			      decision->kind == &decision_resurrected;
		if (counts && decision->a == row->object)
			return ROLE_CHANGED;
	}
	return ROLE_TEXT;
}

/* "→ 2, 3" */
static void add_references(const struct heap *heap, const struct counted *counted, struct text *out)
{
	uint32_t others[OBJECT_ENDS_MAX];
	size_t n = heap_references(heap, counted->object, 0, others, OBJECT_ENDS_MAX);

	for (size_t i = 0; i < n; i++)
		text_add(out, "%s%" PRIu32, i ? ", " : "→ ", others[i]);
	if (counted->refers > n)
		text_add(out, ", … %" PRIu32, counted->refers);
}

static void describe(const struct heap *heap, const struct counted *counted, struct text *out)
{
	const char *weakness = counted->is_soft ? "soft" : "weak";

	if (counted->is_weak && counted->referent == OBJECT_NONE)
		text_add(out, "%s, cleared", weakness);
	else if (counted->is_weak)
		text_add(out, "%s → %" PRIu32, weakness, counted->referent);
	else
		add_references(heap, counted, out);
	if (counted->has_finalizer)
		text_add(out, "%s%s", out->length ? "   " : "",
			counted->is_finalized ? "finaliser called" : "finaliser");
}

/* Objects with successive numbers: "3", "3-8". */
struct object_range {
	uint32_t first, last;
};

static bool is_in(const struct object_range *range, uint32_t object)
{
	return object != OBJECT_NONE && range->first <= object && object <= range->last;
}

static void put_name(const struct object_marks *marks, const struct scene *scene,
	struct canvas *canvas, struct area area, int end, int y, enum role role,
	const struct object_range *range)
{
	bool is_event = scene->decision_step ? is_in(range, marks->current)
					     : scene->event && names_object(scene->event) &&
						       is_in(range, scene->event->object);
	bool is_chosen = !scene->selection->follow && is_in(range, marks->chosen);
	char name[24];
	int length = snprintf(name, sizeof(name), "%" PRIu32, range->first);

	if (range->last > range->first)
		snprintf(name + length, sizeof(name) - (size_t)length, "-%" PRIu32, range->last);
	if (is_event)
		area_put(canvas, area, 0, y, glyph_of(canvas->charset, GLYPH_POINTER, 0),
			ROLE_PLAYHEAD, 0);
	area_text_right(canvas, area, end, y, role, is_chosen ? CELL_BOLD | CELL_CHOSEN : CELL_BOLD,
		name);
}

/* Of a heap that traces: how many collections the object survived, and the space that it is in. */
static void draw_place(const struct scene *scene, struct canvas *canvas, struct area area, int y,
	const struct object_columns *columns, uint32_t object, struct text *words)
{
	const struct heap *heap = player_heap(scene->player);
	struct live live;
	struct place place;
	struct span span;

	if (!heap_find(heap, object, &live) || !place_find(heap, live.address, &place) ||
		!span_find(place.engine, live.address, &span))
		return;
	put_number(canvas, area, columns->count, y, ROLE_TEXT, span.age);
	text_add(words, "%-11s", place.region.name);
}

/* That an object is out of reach matters more than to what it refers, which is cut if need be. */
static void draw_words(struct canvas *canvas, struct area area, int x, int y,
	const struct object_row *row, enum role role, const char *words)
{
	static const char out_of_reach[] = "out of reach";
	const int gap = 3, length = (int)sizeof(out_of_reach) - 1;
	struct area room = area;

	if (row->is_leaked)
		room.width -= length + gap;
	int end = area_text(canvas, room, x, y, role, 0, words);
	if (row->is_leaked)
		area_text(canvas, area, end > x ? end + gap : x, y, ROLE_BAD, 0, out_of_reach);
}

void objects_draw_row(const struct object_marks *marks, const struct scene *scene,
	struct canvas *canvas, struct area area, int y, const struct object_row *row)
{
	const struct object_columns columns = columns_for(area.width);
	const struct heap *heap = player_heap(scene->player);
	enum role role = role_of(scene, row);
	struct text words = {0};
	struct counted counted = {.size = row->size, .generation = GENERATION_NONE};
	struct units units;
	char size[40], generation[4] = "-";
	bool is_traced = engine_is_tracing(heap_layer(heap, 0));

	if (is_traced && !row->is_dead)
		draw_place(scene, canvas, area, y, &columns, row->object, &words);
	put_name(marks, scene, canvas, area, columns.object, y, role,
		&(struct object_range){row->object, row->object});
	if (row->is_dead)
		text_add(&words, "died");
	else if (heap_counted(heap, row->object, &counted))
		describe(heap, &counted, &words);
	snprintf(size, sizeof(size), "%s B", units_count(&units, counted.size));
	area_text_right(canvas, area, columns.size, y, row->is_dead ? role : ROLE_QUIET, 0, size);
	if (!row->is_dead)
		put_number(canvas, area, columns.program, y, ROLE_TEXT, counted.by_program);
	if (!row->is_dead && !is_traced) {
		put_number(canvas, area, columns.count, y, role, counted.count);
		if (counted.generation == GENERATION_FROZEN)
			snprintf(generation, sizeof(generation), "f");
		else if (counted.generation != GENERATION_NONE)
			snprintf(generation, sizeof(generation), "%" PRIu32, counted.generation);
		area_text_right(canvas, area, columns.generation, y, ROLE_QUIET, 0, generation);
	}
	draw_words(canvas, area, columns.words, y, row, row->is_dead ? role : ROLE_TEXT,
		text_of(&words));
	text_finish(&words);
}

void objects_draw_head(const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct object_columns columns = columns_for(area.width);
	bool is_traced = engine_is_tracing(heap_layer(player_heap(scene->player), 0));

	area_text_right(canvas, area, columns.object, 0, ROLE_QUIET, 0, "object");
	area_text_right(canvas, area, columns.size, 0, ROLE_QUIET, 0, "size");
	area_text_right(canvas, area, columns.count, 0, ROLE_QUIET, 0, is_traced ? "age" : "count");
	area_text_right(canvas, area, columns.program, 0, ROLE_QUIET, 0, "program");
	if (!is_traced)
		area_text_right(canvas, area, columns.generation, 0, ROLE_QUIET, 0, "gen");
	area_text(canvas, area, columns.words, 0, ROLE_QUIET, 0,
		is_traced ? "space      refers to" : "refers to");
}

static enum role role_of_verdict(const struct verdict *verdict)
{
	bool is_open = verdict->outside == 0 && verdict->rescuer == OBJECT_NONE;

	return verdict->is_dead ? ROLE_HOT_FREE : is_open ? ROLE_CHANGED : ROLE_LIVE;
}

/* A verdict for narrow screens, in a word or two. */
static const char *short_verdict(const struct verdict *verdict)
{
	bool is_open = verdict->outside == 0 && verdict->rescuer == OBJECT_NONE;

	if (verdict->is_other)
		return "freed too";
	if (verdict->is_resurrected)
		return "resurrected";
	if (verdict->is_kept)
		return "kept alive";
	if (verdict->is_unreachable)
		return verdict->is_dead ? "freed" : "unreachable";
	return is_open ? "perhaps not" : "reachable";
}

static void name_verdict(const struct verdict *verdict, char *words, size_t size)
{
	if (verdict->is_other)
		snprintf(words, size, "not a candidate; freed with them");
	else if (verdict->is_resurrected)
		snprintf(words, size, "unreachable: resurrected by a finaliser");
	else if (verdict->is_kept)
		snprintf(words, size, "unreachable: kept by a resurrected one");
	else if (verdict->is_unreachable)
		snprintf(words, size, verdict->is_dead ? "unreachable: freed" : "unreachable");
	else if (verdict->rescuer != OBJECT_NONE)
		snprintf(words, size, "reachable through object %" PRIu32 "%s", verdict->rescuer,
			verdict->is_dead ? "; died later" : "");
	else if (verdict->outside == 0)
		snprintf(words, size, "perhaps unreachable");
	else
		snprintf(words, size, "reachable from outside%s",
			verdict->is_dead ? "; died later" : "");
}

static struct object_columns columns_of_verdicts(int width)
{
	return width >= VERDICTS_ROOMY  ? (struct object_columns){8, 16, 26, 0, 37, 40}
	       : width >= OBJECTS_ROOMY ? (struct object_columns){7, 14, 23, 0, 33, 35}
					: (struct object_columns){6, 12, 19, 0, 27, 29};
}

void verdicts_draw_row(const struct object_marks *marks, const struct scene *scene,
	struct canvas *canvas, struct area area, int y, const struct verdict *verdict, size_t count)
{
	const struct object_columns columns = columns_of_verdicts(area.width);
	enum role role = role_of_verdict(verdict);
	char words[80];

	put_name(marks, scene, canvas, area, columns.object, y, role,
		&(struct object_range){verdict->object, verdict->object + (uint32_t)count - 1});
	if (!verdict->is_other) {
		put_number(canvas, area, columns.size, y, ROLE_TEXT, verdict->count);
		put_number(canvas, area, columns.count, y, ROLE_TEXT, verdict->inside);
		put_number(canvas, area, columns.generation, y, role, verdict->outside);
	}
	name_verdict(verdict, words, sizeof(words));
	area_text(canvas, area, columns.words, y, role, 0,
		columns.words + (int)strlen(words) <= area.width ? words : short_verdict(verdict));
}

void verdicts_draw_head(struct canvas *canvas, struct area area)
{
	const struct object_columns columns = columns_of_verdicts(area.width);

	area_text_right(canvas, area, columns.object, 0, ROLE_QUIET, 0, "object");
	area_text_right(canvas, area, columns.size, 0, ROLE_QUIET, 0, "count");
	area_text_right(canvas, area, columns.count, 0, ROLE_QUIET, 0,
		area.width >= OBJECTS_ROOMY ? "- inside" : "- in");
	area_text_right(canvas, area, columns.generation, 0, ROLE_QUIET, 0,
		area.width >= OBJECTS_ROOMY ? "= outside" : "= out");
	area_text(canvas, area, columns.words, 0, ROLE_QUIET, 0, "verdict");
}
