/*
 * The inspector: one block, hole, pool or arena, and what is known about it.
 *
 *	block   a block or a hole and its owners (block.c). Earlier and later owners are looked up
 *	        while no key is pressed (player/tenancies.h)
 *	pool    the blocks that live in it (tenants.c)
 *	arena   the blocks in all its pools
 *	heap    where there are no pools: the blocks that keep it from shrinking (compaction.c)
 *
 * Lines that name an event are links: one of them is selected, and Enter goes to its event
 * (list.h).
 */
#include "story/names.h"

#include "panels/inspector/subject.h"
#include "panels/panel.h"
#include "player/tenancies.h"

#include <inttypes.h>
#include <stdio.h>

#define SLICE 40000u /* events searched before the screen is shown again */

struct inspector {
	struct panel panel;
	struct inspector_list list;
	struct tenancies *past; /* NULL: not needed */
	bool looks_ahead;
	unsigned life;    /* life of the scene when the search of the past began */
	uint64_t address; /* the selected one */
	uint64_t shown;   /* the one that the lines describe */
	enum inspect_level level;
	char remark[80];
};

/* Searches the past of the inspected range: the owners of any part of it. */
static void look_into_past(struct inspector *self, const struct scene *scene,
	const struct span *span)
{
	uint64_t from = span->state == SPAN_USED && span->payload ? span->payload : span->base;
	uint64_t to = span->base + span->size;

	if (!self->past || self->life != scene->life || !tenancies_is_of(self->past, from, to)) {
		tenancies_free(self->past);
		self->past = tenancies_new(scene->player, from, to);
		self->life = scene->life;
	}
	self->looks_ahead = tenancies_played(self->past) < player_length(scene->player);
}

/* Where nothing is at the selected address: the selected or the first arena, or the heap. */
static uint64_t address_instead(const struct scene *scene)
{
	const struct heap *heap = player_heap(scene->player);
	const struct engine *layers[] = {arena_layer(heap), span_layer(heap)};
	struct region region;
	struct page page;
	size_t at;

	for (size_t i = 0; i < 2; i++) {
		if (!layers[i] || engine_region_count(layers[i]) == 0)
			continue;
		if (!engine_region_at(layers[i], scene->selection->region, &at, &region)) {
			at = 0;
			engine_region(layers[i], at, &region);
		}
		if (region.pages == 0)
			return region.base;
		engine_page(layers[i], at, 0, &page);
		return page.base + page.first_block;
	}
	return 0;
}

static void compose(struct inspector *self, const struct scene *scene)
{
	const struct heap *heap = player_heap(scene->player);
	struct subject subject = {.scene = scene,
		.list = &self->list,
		.now = player_position(scene->player),
		.address = scene->selection->address};
	char name[64];

	self->list.lines.count = 0;
	snprintf(self->remark, sizeof(self->remark),
		scene->selection->follow ? "follows events" : "stays; f follows");
	struct place place;
	if (!place_find(heap, subject.address, &place))
		subject.address = address_instead(scene);
	self->shown = subject.address;
	if (!place_find(heap, subject.address, &subject.place) ||
		!span_find(subject.place.engine, subject.address, &subject.span)) {
		subject_add(&subject, "", "%s",
			"Nothing is held: there is no arena and no heap yet, or no longer.");
		return;
	}
	bool is_arena = subject.place.region.pages > 0;
	if (!is_arena && scene->selection->level != INSPECT_BLOCK) {
		describe_heap(&subject);
		return;
	}
	/* before the first pool of an arena there is none */
	bool is_lost = is_arena && !subject.place.has_page;
	switch (is_lost ? INSPECT_ARENA : scene->selection->level) {
	case INSPECT_BLOCK:
		look_into_past(self, scene, &subject.span);
		subject.past = self->past;
		describe_block(&subject);
		break;
	case INSPECT_POOL:
		page_name(subject.place.engine, subject.address, name, sizeof(name));
		describe_tenants(&subject, subject.place.page.base, subject.place.page.size, name,
			false);
		break;
	case INSPECT_ARENA:
		describe_tenants(&subject, subject.place.region.base, subject.place.region.size,
			subject.place.region.name, true);
		break;
	}
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct inspector *self = (struct inspector *)panel;

	if (!panel->shown)
		return;
	if (self->address != scene->selection->address || self->level != scene->selection->level) {
		self->list.chosen = 0;
		self->list.scrolled = 0;
	}
	self->address = scene->selection->address;
	self->level = scene->selection->level;
	compose(self, scene);
}

/* While the trace plays, nothing is looked up, since the next event needs another past. */
static bool tick(struct panel *panel, const struct scene *scene)
{
	struct inspector *self = (struct inspector *)panel;

	if (!self->past || !self->looks_ahead || scene->playing)
		return false;
	const struct tenancies *past = self->past;
	bool goes_on = tenancies_run(self->past, SLICE);
	compose(self, scene);
	if (self->past == past) /* otherwise a new search began */
		self->looks_ahead = goes_on;
	return self->looks_ahead;
}

static void finish(struct panel *panel)
{
	struct inspector *self = (struct inspector *)panel;

	tenancies_free(self->past);
	array_finish(&self->list.lines);
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	snprintf(ret_remark, size, "%s", ((const struct inspector *)panel)->remark);
}

/* Draws "A01 > A01.p23 > block 7" or "heap > hole", with the inspected level marked. */
static void draw_levels(const struct scene *scene, uint64_t address, struct canvas *canvas,
	struct area area)
{
	char names[INSPECT_ARENA + 1][40] = {"", "", ""};
	struct place place;
	struct span span;
	uint32_t block;
	int x = 1;

	if (!place_find(player_heap(scene->player), address, &place))
		return;
	bool is_block = span_find(place.engine, address, &span) && span.state == SPAN_USED;
	if (place.region.pages > 0)
		snprintf(names[INSPECT_ARENA], sizeof(*names), "arena %s", place.region.name);
	if (place.has_page) {
		snprintf(names[INSPECT_POOL], sizeof(*names), "pool p%02" PRIu32, place.number);
		if (place_block(&place, address, &block))
			snprintf(names[INSPECT_BLOCK], sizeof(*names), "block %" PRIu32, block);
		else
			snprintf(names[INSPECT_BLOCK], sizeof(*names), "header");
	} else if (place.region.pages == 0) {
		snprintf(names[INSPECT_ARENA], sizeof(*names), "%s", place.region.name);
		snprintf(names[INSPECT_BLOCK], sizeof(*names), is_block ? "block" : "hole");
	}
	bool is_outer = scene->selection->level != INSPECT_BLOCK;
	for (int level = INSPECT_ARENA; level >= INSPECT_BLOCK; level--) {
		bool is_chosen = place.has_page ? level == (int)scene->selection->level
						: is_outer == (level == INSPECT_ARENA);
		char padded[44];
		if (!names[level][0])
			continue;
		snprintf(padded, sizeof(padded), " %s ", names[level]);
		x = area_text(canvas, area, x, 0, is_chosen ? ROLE_TITLE : ROLE_QUIET,
			is_chosen ? CELL_CHOSEN : 0, padded);
		if (level > INSPECT_BLOCK)
			area_put(canvas, area, x++, 0, glyph_of(canvas->charset, GLYPH_POINTER, 0),
				ROLE_QUIET, 0);
	}
	area_text(canvas, area, x + 2, 0, ROLE_QUIET, 0, "h l");
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct inspector *self = (const struct inspector *)panel;

	draw_levels(scene, self->shown, canvas, area);
	list_draw(&self->list, canvas,
		(struct area){area.x, area.y + 1, area.width, area.height - 1});
}

static struct panel_answer go_there(struct inspector *self, const struct scene *scene)
{
	int at = list_chosen_line(&self->list);

	if (at < 0)
		return ANSWER_HANDLED;
	const struct inspector_line *line = &self->list.lines.items[at];
	struct panel_answer answer =
		answer_select_address(scene, line->address ? line->address : self->shown);
	answer.goes = true;
	answer.position = line->to;
	return answer;
}

/* Without pools, the only level around a block is the heap. */
static bool has_pools(const struct inspector *self, const struct scene *scene)
{
	struct place place;

	return place_find(player_heap(scene->player), self->shown, &place) && place.has_page;
}

static struct panel_answer act(struct panel *panel, const struct scene *scene, enum action action)
{
	struct inspector *self = (struct inspector *)panel;
	struct selection selection = *scene->selection;

	switch ((int)action) {
	case ACTION_UP:
		return list_go_up(&self->list, panel->area.width, panel->area.height - 1)
			       ? ANSWER_HANDLED
			       : ANSWER_IGNORED;
	case ACTION_DOWN:
		return list_go_down(&self->list, panel->area.width, panel->area.height - 1)
			       ? ANSWER_HANDLED
			       : ANSWER_IGNORED;
	case ACTION_LEFT:
		selection.level += selection.level < INSPECT_ARENA;
		if (!has_pools(self, scene))
			selection.level = INSPECT_ARENA;
		return answer_select(selection);
	case ACTION_RIGHT:
		selection.level -= selection.level > INSPECT_BLOCK;
		if (!has_pools(self, scene))
			selection.level = INSPECT_BLOCK;
		return answer_select(selection);
	case ACTION_ZOOM_IN:
		return go_there(self, scene);
	default:
		return ANSWER_IGNORED;
	}
}

static struct panel_answer click(struct panel *panel, const struct scene *scene, int x, int y)
{
	struct inspector *self = (struct inspector *)panel;

	return list_choose_row(&self->list, panel->area.width, panel->area.height - 1, y - 1)
		       ? ANSWER_HANDLED
		       : ANSWER_IGNORED;
}

const struct panel_ops panel_inspect = {
	.name = "inspect",
	.title = "Inspector",
	.letter = 'I',
	.state_size = sizeof(struct inspector),
	.is_read = true,
	.update = update,
	.tick = tick,
	.finish = finish,
	.remark = remark,
	.draw = draw,
	.act = act,
	.click = click,
};
