/*
 * The lists of free blocks of an engine that has several kinds of them: those of the thread whose
 * event was last (or another one's), and those of the arena in which the selection is. Below them
 * is what the engine says of the arena, and of itself.
 */
#include "panels/bins/rows.h"
#include "panels/bins/sizes.h"

#include "base/utf8.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FIELDS_MAX 16u
#define FIELD_ROWS 3
#define SIZES_ROWS 3   /* with fewer rows the bins need them all */
#define SHOWN      64u /* blocks of a bin among which left and right move */

struct bins_panel {
	struct panel panel;
	struct bins bins;
	uint32_t thread;  /* whose lists are shown */
	uint32_t threads; /* that have lists */
	bool is_other;    /* a person has chosen the thread */
	uint32_t arena;   /* by its number */
	uint64_t base;    /* of its heap */
};

static bool is_useful(const struct scene *scene)
{
	return kinds_layer(player_heap(scene->player));
}

/* How many threads have lists. */
static uint32_t count_threads(const struct engine *engine)
{
	const struct free_kind *kinds = engine_kinds(engine);
	uint32_t threads = 0;
	size_t first;

	for (size_t i = 0; kinds[i].name; i++)
		while (kinds[i].is_per_thread && engine_lists_of(engine, i, threads, &first) > 0)
			threads++;
	return threads;
}

/* The arena in which the selection is, or the event; otherwise the first one. */
static void find_arena(struct bins_panel *self, const struct scene *scene,
	const struct engine *engine)
{
	uint64_t address = scene->selection->follow && scene->effect
				   ? scene->effect->address ? scene->effect->address
							    : scene->effect->old_address
				   : scene->selection->address;
	struct region region;
	size_t at;

	self->arena = 0;
	self->base = 0;
	if (engine_region_count(engine) == 0)
		return;
	if (!engine_region_at(engine, address, &at, &region) || region.kind == REGION_MAPPING)
		engine_region(engine, 0, &region);
	self->base = region.base;
	self->arena = region.kind == REGION_ARENA ? region.serial : 0;
}

/* Whose lists the last request used: captions and marks are of no thread. */
static uint32_t thread_of_request(const struct scene *scene)
{
	const struct decision_log *log;
	struct event request;
	struct effect effect;

	return player_last_request(scene->player, &request, &effect, &log) ? request.thread
									   : scene->event->thread;
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct bins_panel *self = (struct bins_panel *)panel;
	const struct engine *engine = kinds_layer(player_heap(scene->player));

	self->threads = count_threads(engine);
	if (!self->is_other && scene->event)
		self->thread = thread_of_request(scene);
	if (self->thread >= self->threads)
		self->thread = 0;
	find_arena(self, scene, engine);
	bins_collect(&self->bins, engine, self->thread, self->arena);
}

static void finish(struct panel *panel)
{
	array_finish(&((struct bins_panel *)panel)->bins.items);
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	const struct bins_panel *self = (const struct bins_panel *)panel;

	if (self->threads > 1)
		snprintf(ret_remark, size,
			"thread %" PRIu32 " of %" PRIu32 "  arena %" PRIu32 "  chunks in hex",
			self->thread, self->threads, self->arena);
	else
		snprintf(ret_remark, size, "chunks in hex");
}

/* ---- drawing ------------------------------------------------------------------------------- */

/* "top +1c350 of 0x4cb0   last_remainder +2e10 of 0x6b0 …", in as many rows as there are. */
static void draw_fields(const struct field *fields, size_t n, struct canvas *canvas,
	struct area area)
{
	int x = 1, y = 0;

	for (size_t i = 0; i < n; i++) {
		int width = (int)(utf8_cells(fields[i].name) + 1 + utf8_cells(fields[i].value));
		if (x > 1 && x + width > area.width) {
			x = 1;
			y++;
		}
		if (y == area.height)
			return;
		x = area_text(canvas, area, x, y, ROLE_QUIET, 0, fields[i].name);
		x = area_text(canvas, area, x + 1, y, ROLE_TEXT, 0, fields[i].value) + 3;
	}
}

/*
 * Those of the arena, then those of the engine as a whole; or the other way round below the sizes,
 * which say where top is, since the last may be cut.
 */
static void draw_all_fields(const struct bins_panel *self, struct canvas *canvas, struct area area,
	bool has_sizes)
{
	const struct engine *engine = self->bins.engine;
	struct field fields[FIELDS_MAX];
	size_t n = 0;

	if (self->base && !has_sizes)
		n += engine_fields(engine, self->base, fields, FIELDS_MAX);
	n += engine_fields(engine, 0, fields + n, FIELDS_MAX - n);
	if (self->base && has_sizes)
		n += engine_fields(engine, self->base, fields + n, FIELDS_MAX - n);
	draw_fields(fields, n, canvas, area);
}

/* The rows for bins, below the sizes: the last are kept for the fields, where there are many. */
static struct area bins_area(struct area area, int sizes)
{
	area.height -= area.height >= 4 * FIELD_ROWS ? FIELD_ROWS : area.height > 5;
	area.y += sizes;
	area.height -= sizes;
	return area;
}

/* Draws the sizes of a few chunks, where bins have rows enough; gives how many rows they take. */
static int draw_sizes(const struct bins_panel *self, const struct scene *scene,
	struct canvas *canvas, struct area area)
{
	return self->base && area.height >= SIZES_ROWS
		       ? sizes_draw(self->bins.engine, self->base, scene, canvas, area)
		       : 0;
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct bins_panel *self = (const struct bins_panel *)panel;

	if (self->bins.nkinds == 0) {
		area_text(canvas, area, 1, 0, ROLE_QUIET, 0, "Nothing has been allocated yet.");
		return;
	}
	int sizes = draw_sizes(self, scene, canvas, area);
	int y = sizes + bins_draw(&self->bins, scene, canvas, bins_area(area, sizes));
	y += area.height - y > FIELD_ROWS; /* a blank row */
	if (y < area.height && engine_has_fields(self->bins.engine))
		draw_all_fields(self, canvas,
			(struct area){area.x, area.y + y, area.width, area.height - y}, sizes > 0);
}

/* ---- keys ---------------------------------------------------------------------------------- */

/* The bin with the selected block, and the block's place in it; false: none has it. */
static bool find_chosen(const struct bins_panel *self, const struct scene *scene, size_t *ret_bin,
	size_t *ret_place)
{
	struct list_entry entries[SHOWN];

	for (size_t i = 0; i < self->bins.items.count; i++) {
		size_t n = engine_list_entries(self->bins.engine, self->bins.items.items[i].at, 0,
			entries, SHOWN);
		for (size_t at = 0; at < n; at++)
			if (scene->selection->address - entries[at].address < entries[at].size) {
				*ret_bin = i;
				*ret_place = at;
				return true;
			}
	}
	return false;
}

static struct panel_answer choose(const struct bins_panel *self, const struct scene *scene,
	size_t bin, size_t place)
{
	struct list_entry entry;
	const struct bin *chosen = &self->bins.items.items[bin];

	if (engine_list_entries(self->bins.engine, chosen->at, place, &entry, 1) == 0)
		return ANSWER_HANDLED;
	return answer_select_address(scene, entry.address + entry.size / 2);
}

/* The lists of the next thread, or of the one before. */
static struct panel_answer turn(struct bins_panel *self, const struct scene *scene, bool is_back)
{
	if (self->threads < 2)
		return ANSWER_HANDLED;
	self->thread = (self->thread + (is_back ? self->threads - 1 : 1)) % self->threads;
	self->is_other = true;
	bins_collect(&self->bins, kinds_layer(player_heap(scene->player)), self->thread,
		self->arena);
	return ANSWER_HANDLED;
}

static struct panel_answer act(struct panel *panel, const struct scene *scene, enum action action)
{
	struct bins_panel *self = (struct bins_panel *)panel;
	size_t bin = 0, place = 0;
	bool has_chosen = find_chosen(self, scene, &bin, &place);

	if (action == ACTION_CLOSER || action == ACTION_FARTHER)
		return turn(self, scene, action == ACTION_FARTHER);
	if (action == ACTION_FIT) {
		self->is_other = false;
		update(panel, scene);
		return ANSWER_HANDLED;
	}
	if (action != ACTION_UP && action != ACTION_DOWN && action != ACTION_LEFT &&
		action != ACTION_RIGHT)
		return ANSWER_IGNORED;
	if (self->bins.items.count == 0)
		return ANSWER_IGNORED;
	if (!has_chosen)
		return choose(self, scene, 0, 0);
	if (action == ACTION_UP || action == ACTION_DOWN) {
		bin = action == ACTION_DOWN ? bin + (bin + 1 < self->bins.items.count)
					    : bin - (bin > 0);
		return choose(self, scene, bin, 0);
	}
	return choose(self, scene, bin, action == ACTION_RIGHT ? place + 1 : place - (place > 0));
}

static struct panel_answer click(struct panel *panel, const struct scene *scene, int x, int y)
{
	const struct bins_panel *self = (const struct bins_panel *)panel;
	struct canvas nowhere = {.charset = CHARSET_UTF8};
	int sizes = draw_sizes(self, scene, &nowhere, panel->area);
	int bin = bins_at_row(&self->bins, scene, bins_area(panel->area, sizes), y - sizes);

	return bin < 0 ? ANSWER_IGNORED : choose(self, scene, (size_t)bin, 0);
}

const struct panel_ops panel_bins = {
	.name = "bins",
	.title = "Bins",
	.letter = 't',
	.state_size = sizeof(struct bins_panel),
	.is_read = true,
	.is_useful = is_useful,
	.finish = finish,
	.update = update,
	.remark = remark,
	.draw = draw,
	.act = act,
	.click = click,
};
