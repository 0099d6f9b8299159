/*
 * What a tracing engine begins from: the frames of each thread, from the newest on, with the
 * objects in their variables and their program counter; classes with their statics; variables
 * without a frame; the dirty cards; what the last collection moved. Then the references between
 * objects, by which it goes on. The title has the collections so far.
 *
 *	pc   of a frame: the last event of its thread in it; a native frame has none
 */
#include "base/arrays.h"
#include "base/text.h"
#include "base/utf8.h"
#include "heap/frames.h"
#include "panels/panel.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX    256u
#define NAMED_MAX   8u    /* objects in a row */
#define OBJECTS_MAX 4096u /* that are looked through for variables without a frame */
#define FIELDS      6u

struct root_row {
	char name[40];
	char pc[24];
	char words[80];
	bool is_head; /* it is no frame */
};

struct roots_panel {
	struct panel panel;
	ARRAY(struct root_row) rows;
	struct root_row beyond; /* takes what is not shown */
	char remark[64];
};

static bool is_useful(const struct scene *scene)
{
	return engine_is_tracing(heap_layer(player_heap(scene->player), 0));
}

static void finish(struct panel *panel)
{
	array_finish(&((struct roots_panel *)panel)->rows);
}

static struct root_row *add_row(struct roots_panel *self, bool is_head)
{
	struct root_row *row =
		self->rows.count < ROWS_MAX ? array_push(&self->rows) : &self->beyond;

	memset(row, 0, sizeof(*row));
	row->is_head = is_head;
	return row;
}

/* "1, 4, 7 and 3 more" */
static void add_object(struct root_row *row, size_t at, uint32_t object)
{
	size_t length = strlen(row->words), room = sizeof(row->words) - length;

	if (at < NAMED_MAX)
		snprintf(row->words + length, room, "%s%" PRIu32, at ? ", " : "→ ", object);
	else if (at == NAMED_MAX)
		snprintf(row->words + length, room, " and more");
}

static void add_frame(struct roots_panel *self, const struct scene *scene,
	const struct frames *frames, const struct frame *frame)
{
	struct root_row *row = add_row(self, false);
	bool is_native = frame->word == 1 + FRAME_NATIVE;
	uint32_t object;

	snprintf(row->name, sizeof(row->name), "%.28s%s",
		trace_text(player_trace(scene->player), frame->name), is_native ? " (native)" : "");
	if (is_native)
		snprintf(row->pc, sizeof(row->pc), "no pc");
	else
		snprintf(row->pc, sizeof(row->pc), "pc %" PRIu64, frame->pc);
	for (size_t i = 0;
		i <= NAMED_MAX && (object = frame_local(frames, frame, i)) != OBJECT_NONE; i++)
		add_object(row, i, object);
}

static void add_threads(struct roots_panel *self, const struct scene *scene)
{
	const struct frames *frames = heap_frames(player_heap(scene->player));

	for (size_t i = 0; i < frames_stacks(frames); i++) {
		uint32_t thread = frames_thread(frames, i);
		const struct frame *frame = frames_top(frames, thread);
		struct root_row *row = add_row(self, true);
		snprintf(row->name, sizeof(row->name), "thread %" PRIu32, thread);
		snprintf(row->words, sizeof(row->words), "%s", frame ? "" : "in no method");
		for (; frame; frame = frames_below(frames, frame))
			add_frame(self, scene, frames, frame);
	}
}

static bool is_class(const struct heap *heap, uint32_t object)
{
	const struct engine *engine = heap_layer(heap, 0);
	struct region region;
	struct live live;
	size_t at;

	return heap_find(heap, object, &live) &&
	       engine_region_at(engine, live.address, &at, &region) &&
	       strcmp(region.name, "metaspace") == 0;
}

static void add_class(struct roots_panel *self, const struct heap *heap, uint32_t object)
{
	struct root_row *row = add_row(self, true);
	uint32_t statics[NAMED_MAX + 1];
	size_t n = heap_references(heap, object, 0, statics, NAMED_MAX + 1);

	snprintf(row->name, sizeof(row->name), "class %" PRIu32, object);
	for (size_t i = 0; i < n; i++)
		add_object(row, i, statics[i]);
}

struct locals {
	ARRAY(uint32_t) objects;
};

static void add_local(void *user, uint32_t object)
{
	*array_push(&((struct locals *)user)->objects) = object;
}

static int compare(const void *one, const void *other)
{
	uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;

	return (a > b) - (a < b);
}

/* The objects of all variables in frames, in order. */
static void take_locals(struct locals *locals, const struct frames *frames)
{
	for (size_t i = 0; i < frames_stacks(frames); i++)
		for (const struct frame *frame = frames_top(frames, frames_thread(frames, i));
			frame; frame = frames_below(frames, frame))
			frames_visit_locals(frames, frame, add_local, locals);
	if (locals->objects.count > 0)
		qsort(locals->objects.items, locals->objects.count, sizeof(uint32_t), compare);
}

/* How many of them refer to the object. */
static uint32_t count_locals(const struct locals *locals, uint32_t object)
{
	size_t low = 0, high = locals->objects.count;
	uint32_t count = 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (locals->objects.items[middle] < object)
			low = middle + 1;
		else
			high = middle;
	}
	while (low < locals->objects.count && locals->objects.items[low++] == object)
		count++;
	return count;
}

/* Grows with the objects, up to OBJECTS_MAX, and with v log v of the variables in frames. */
static void add_others(struct roots_panel *self, const struct heap *heap)
{
	struct root_row *row = NULL;
	struct locals locals = {0};
	struct counted counted;
	uint32_t cursor = 0;
	size_t named = 0;

	for (size_t i = 0; i < OBJECTS_MAX && heap_next_counted(heap, &cursor, &counted); i++)
		if (is_class(heap, counted.object))
			add_class(self, heap, counted.object);
	cursor = 0;
	take_locals(&locals, heap_frames(heap));
	for (size_t i = 0; i < OBJECTS_MAX && heap_next_counted(heap, &cursor, &counted); i++) {
		if (counted.by_program <= count_locals(&locals, counted.object) ||
			is_class(heap, counted.object))
			continue;
		if (!row) {
			row = add_row(self, true);
			snprintf(row->name, sizeof(row->name), "variables");
		}
		add_object(row, named++, counted.object);
	}
	array_finish(&locals.objects);
}

/* The figures that the engine has of its collections, by the names that it gives them. */
static void add_collections(struct roots_panel *self, const struct heap *heap)
{
	struct field fields[FIELDS];
	const struct engine *engine = heap_layer(heap, 0);
	size_t n = engine_has_fields(engine) ? engine_fields(engine, 0, fields, FIELDS) : 0;
	const char *minor = "0", *major = "0", *moved = "0", *cards = "none";

	for (size_t i = 0; i < n; i++) {
		const char *name = fields[i].name;
		minor = strcmp(name, "minor") == 0 ? fields[i].value : minor;
		major = strcmp(name, "major") == 0 ? fields[i].value : major;
		moved = strcmp(name, "moved") == 0 ? fields[i].value : moved;
		cards = strcmp(name, "dirty cards") == 0 ? fields[i].value : cards;
	}
	struct root_row *row = add_row(self, true);
	snprintf(row->name, sizeof(row->name), "dirty cards");
	snprintf(row->words, sizeof(row->words), "%s", cards);
	if (strcmp(moved, "0") != 0) {
		row = add_row(self, true);
		snprintf(row->name, sizeof(row->name), "last moved");
		snprintf(row->words, sizeof(row->words), "%s B", moved);
	}
	snprintf(self->remark, sizeof(self->remark), "%s minor, %s major", minor, major);
}

/* Grows with the objects, up to OBJECTS_MAX. */
static void add_references(struct roots_panel *self, const struct heap *heap)
{
	struct counted counted;
	uint32_t cursor = 0, others[NAMED_MAX + 1];
	bool has_any = false;

	for (size_t i = 0; i < OBJECTS_MAX && heap_next_counted(heap, &cursor, &counted); i++) {
		size_t n = heap_references(heap, counted.object, 0, others, NAMED_MAX + 1);
		if ((n == 0 && counted.referent == OBJECT_NONE) || is_class(heap, counted.object))
			continue;
		if (!has_any)
			snprintf(add_row(self, true)->name, sizeof(self->beyond.name),
				"references");
		has_any = true;
		struct root_row *row = add_row(self, false);
		snprintf(row->name, sizeof(row->name), "object %" PRIu32, counted.object);
		if (counted.referent != OBJECT_NONE)
			snprintf(row->words, sizeof(row->words), "%s → %" PRIu32,
				counted.is_soft ? "softly" : "weakly", counted.referent);
		for (size_t other = 0; other < n; other++)
			add_object(row, other, others[other]);
	}
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct roots_panel *self = (struct roots_panel *)panel;
	const struct heap *heap = player_heap(scene->player);

	if (!panel->shown)
		return;
	self->rows.count = 0;
	add_threads(self, scene);
	add_others(self, heap);
	add_collections(self, heap);
	add_references(self, heap);
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	snprintf(ret_remark, size, "%s", ((const struct roots_panel *)panel)->remark);
}

/* The objects are more important than the program counter. */
static void draw_row(const struct root_row *row, struct canvas *canvas, struct area area, int y)
{
	int name = row->is_head ? 1 : 3, pc = area.width / 2 > 30 ? 30 : area.width / 2;
	int end = area_text(canvas, area, name, y, row->is_head ? ROLE_TITLE : ROLE_TEXT, 0,
		row->name);
	int words = *row->words ? 2 + (int)utf8_cells(row->words) : 0;

	pc = end + 1 > pc ? end + 1 : pc;
	if (*row->pc && pc + (int)strlen(row->pc) + words <= area.width)
		end = area_text(canvas, area, pc, y, ROLE_QUIET, 0, row->pc);
	if (*row->words && end + 2 < area.width)
		area_text(canvas, area, end + 2, y, ROLE_TEXT, 0, row->words);
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct roots_panel *self = (const struct roots_panel *)panel;
	size_t room = area.height > 0 ? (size_t)area.height : 0, count = self->rows.count;
	size_t shown = count > room && room > 0 ? room - 1 : count < room ? count : room;

	for (size_t i = 0; i < shown; i++)
		draw_row(&self->rows.items[i], canvas, area, (int)i);
	if (shown < count && room > 0)
		area_print(canvas, area, 1, area.height - 1, ROLE_QUIET, "%zu more", count - shown);
}

const struct panel_ops panel_roots = {
	.name = "roots",
	.title = "Roots",
	.state_size = sizeof(struct roots_panel),
	.is_read = true,
	.is_useful = is_useful,
	.finish = finish,
	.update = update,
	.remark = remark,
	.draw = draw,
};
