/*
 * Figures: where every byte held went, adding up; live and peak; fragmentation by its names; faults
 * by kind.
 *
 * They stand in sections, one below the other, and in as many columns side by side as there is room
 * for.
 */
#include "view/look.h"

#include "base/units.h"

#include <inttypes.h>
#include <stdio.h>

#define LAYERS_MAX 4u
#define FIELDS_MAX 8u
#define NAME_WIDTH 17
#define COLUMN	   34

struct info_panel {
	struct panel panel;
	struct metrics metrics;
	struct fragmentation fragmentation;
	struct whereabouts whereabouts[LAYERS_MAX];
	const char *names[LAYERS_MAX];
	size_t layers;
};

static void update(struct panel *panel, const struct scene *scene)
{
	struct info_panel *self = (struct info_panel *)panel;
	const struct heap *heap = player_heap(scene->player);

	self->metrics = *player_metrics(scene->player);
	fragmentation_of(heap, &self->metrics, &self->fragmentation);
	self->layers = heap_layer_count(heap) < LAYERS_MAX ? heap_layer_count(heap) : LAYERS_MAX;
	for (size_t i = 0; i < self->layers; i++) {
		self->names[i] = heap_layer(heap, i)->ops->name;
		whereabouts_of(heap, i, &self->whereabouts[i]);
	}
}

/* Where the next figure goes: down a column, then on to the next one. */
struct pen {
	struct canvas *canvas;
	struct area area;
	int x, y;
};

/* A line of name, value, and what it is a part of. */
static void figure(struct pen *pen, const char *name, const char *value, const char *part)
{
	if (pen->y >= pen->area.height) {
		pen->y = 0;
		pen->x += COLUMN;
	}
	if (pen->x > 0 && pen->x + NAME_WIDTH + 8 > pen->area.width)
		return;
	struct area column = {pen->area.x + pen->x, pen->area.y, COLUMN - 1, pen->area.height};
	if (column.width > pen->area.width - pen->x)
		column.width = pen->area.width - pen->x;
	area_text(pen->canvas, column, 1, pen->y, *value ? ROLE_QUIET : ROLE_TITLE, 0, name);
	area_text(pen->canvas, column, NAME_WIDTH, pen->y, ROLE_TEXT, 0, value);
	area_text(pen->canvas, column, NAME_WIDTH + 10, pen->y, ROLE_QUIET, 0, part);
	pen->y++;
}

static void bytes(struct pen *pen, const char *name, uint64_t value, uint64_t whole)
{
	struct units units, percent;

	figure(pen, name, units_bytes(&units, value), whole ? units_percent(&percent, value, whole) : "");
}

static void count(struct pen *pen, const char *name, uint64_t value)
{
	struct units units;

	figure(pen, name, units_count(&units, value), "");
}

static void fragmentation_figure(struct pen *pen, const struct figure_info *info, double value)
{
	char words[16];

	if (info->is_ratio)
		snprintf(words, sizeof(words), "%.2f", value);
	else
		snprintf(words, sizeof(words), "%.0f%%", value * 100);
	figure(pen, info->brief, words, "");
}

static void draw_figures(struct pen *pen, const struct info_panel *self, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		fragmentation_figure(pen, figure_info((enum figure)i), self->fragmentation.figures[i]);
}

/* Where every byte of a layer went; the parts add up to what it holds. */
static void draw_layer(struct pen *pen, const char *name, const struct whereabouts *whereabouts)
{
	if (whereabouts->held == 0)
		return;
	figure(pen, name, "", "");
	bytes(pen, "  holds", whereabouts->held, 0);
	for (unsigned part = 0; part < PART_COUNT; part++) {
		char indented[24];
		snprintf(indented, sizeof(indented), "  %s", part_name((enum part)part));
		if (whereabouts->parts[part] > 0)
			bytes(pen, indented, whereabouts->parts[part], whereabouts->held);
	}
}

/* What each size class holds beyond what was asked of it, and how much of it that is. */
static void draw_classes(struct pen *pen, const struct heap *heap)
{
	struct class_waste waste;
	bool has_title = false;

	for (size_t class = 0; class_waste_of(heap, class, &waste); class++) {
		char name[24];
		if (waste.held == 0)
			continue;
		if (!has_title)
			figure(pen, "waste by class", "", "");
		has_title = true;
		snprintf(name, sizeof(name), "  %2zu %4" PRIu32 " B", class, waste.class.size);
		bytes(pen, name, waste.waste, waste.held);
	}
}

/* What an engine says of itself as a whole. */
static void draw_own_fields(struct pen *pen, const struct engine *engine)
{
	struct field fields[FIELDS_MAX];
	size_t n = engine->ops->fields ? engine->ops->fields(engine, 0, fields, FIELDS_MAX) : 0;

	if (n > 0)
		figure(pen, engine->ops->name, "", "");
	for (size_t i = 0; i < n; i++) {
		char name[24];
		snprintf(name, sizeof(name), "  %s", fields[i].name);
		figure(pen, name, fields[i].value, "");
	}
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct info_panel *self = (const struct info_panel *)panel;
	const struct metrics *metrics = &self->metrics;
	struct pen pen = {canvas, area, 0, 0};

	for (size_t i = 0; i < self->layers; i++)
		draw_own_fields(&pen, heap_layer(player_heap(scene->player), i));
	bytes(&pen, "live, as asked", metrics->live_bytes, 0);
	bytes(&pen, "held for it", metrics->reserved, 0);
	count(&pen, "objects", metrics->live);
	bytes(&pen, "peak so far", metrics->peak_bytes, 0);
	draw_figures(&pen, self, 0, FIGURE_SCATTER);
	for (size_t i = 0; i < self->layers; i++)
		draw_layer(&pen, self->names[i], &self->whereabouts[i]);
	for (unsigned fault = 1; fault < FAULT_COUNT; fault++)
		if (fault_is_serious((enum fault)fault) && metrics->faults[fault] > 0)
			count(&pen, fault_name((enum fault)fault), metrics->faults[fault]);
	/* Where there is room. */
	draw_figures(&pen, self, FIGURE_SCATTER, FIGURE_COUNT);
	draw_classes(&pen, player_heap(scene->player));
}

const struct panel_ops panel_info = {
	.name = "info",
	.title = "Figures",
	.letter = 'i',
	.state_size = sizeof(struct info_panel),
	.is_read = true,
	.update = update,
	.draw = draw,
};
