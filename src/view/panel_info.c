/* Figures: where every reserved byte went, live and peak, fragmentation by name, faults so far. */
#include "view/look.h"

#include "base/units.h"

#include <inttypes.h>
#include <stdio.h>

struct info_panel {
	struct panel panel;
	struct metrics metrics;
	struct fragmentation fragmentation;
	struct totals totals[4];
	const char *names[4];
	size_t layers;
};

static void update(struct panel *panel, const struct scene *scene)
{
	struct info_panel *self = (struct info_panel *)panel;
	const struct heap *heap = player_heap(scene->player);

	self->metrics = *player_metrics(scene->player);
	fragmentation_of(heap, &self->fragmentation);
	self->layers = heap_layer_count(heap) < 4 ? heap_layer_count(heap) : 4;
	for (size_t i = 0; i < self->layers; i++) {
		const struct engine *engine = heap_layer(heap, i);
		self->names[i] = engine->ops->name;
		engine->ops->totals(engine, &self->totals[i]);
	}
}

/* Where the next figure goes: down a column, then on to the next one. */
struct pen {
	struct canvas *canvas;
	struct area area;
	int x, y;
};

static void figure(struct pen *pen, const char *name, const char *value)
{
	if (pen->y >= pen->area.height) {
		pen->y = 0;
		pen->x += 30;
	}
	if (pen->x + 24 > pen->area.width)
		return;
	struct area column = {pen->area.x + pen->x, pen->area.y, 28, pen->area.height};
	area_text(pen->canvas, column, 1, pen->y, ROLE_QUIET, 0, name);
	area_text(pen->canvas, column, 17, pen->y, ROLE_TEXT, 0, value);
	pen->y++;
}

static void bytes(struct pen *pen, const char *name, uint64_t value)
{
	struct units units;

	figure(pen, name, units_bytes(&units, value));
}

static void draw_layer(struct pen *pen, const struct info_panel *self, size_t i)
{
	const struct totals *totals = &self->totals[i];

	if (totals->reserved == 0)
		return;
	figure(pen, self->names[i], "");
	bytes(pen, "  holds", totals->reserved);
	bytes(pen, "  in blocks", totals->blocks);
	bytes(pen, "  available", totals->available);
	if (totals->unused)
		bytes(pen, "  unused pools", totals->unused);
	if (totals->headers)
		bytes(pen, "  headers", totals->headers);
	if (totals->tails + totals->alignment)
		bytes(pen, "  tails, align", totals->tails + totals->alignment);
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct info_panel *self = (const struct info_panel *)panel;
	struct pen pen = {canvas, area, 0, 0};
	struct units units;
	char percent[16];
	uint64_t faults = 0;

	(void)scene;
	bytes(&pen, "live (asked)", self->metrics.live_bytes);
	bytes(&pen, "held", self->metrics.reserved);
	bytes(&pen, "peak live", self->metrics.peak_bytes);
	figure(&pen, "objects", units_count(&units, self->metrics.live));
	snprintf(percent, sizeof(percent), "%.0f%%", self->fragmentation.utilisation * 100);
	figure(&pen, "utilisation", percent);
	snprintf(percent, sizeof(percent), "%.0f%%", self->fragmentation.internal * 100);
	figure(&pen, "internal frag.", percent);
	snprintf(percent, sizeof(percent), "%.0f%%", self->fragmentation.external * 100);
	figure(&pen, "external frag.", percent);
	for (size_t i = 0; i < self->layers; i++)
		draw_layer(&pen, self, i);
	for (unsigned fault = 1; fault < FAULT_COUNT; fault++)
		faults += fault_is_serious((enum fault)fault) ? self->metrics.faults[fault] : 0;
	figure(&pen, "faults so far", units_count(&units, faults));
}

const struct panel_ops panel_info = {
	.name = "info",
	.title = "Figures",
	.letter = 'i',
	.priority = 7,
	.state_size = sizeof(struct info_panel),
	.update = update,
	.draw = draw,
};
