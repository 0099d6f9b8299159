/* What just happened and why, in words; a note is shown as a caption. */
#include "view/look.h"

#include "base/units.h"
#include "view/narrate.h"

#include <inttypes.h>
#include <stdio.h>

struct event_panel {
	struct panel panel;
	struct narration narration;
	enum event_kind kind;
	bool is_bad;
	bool has_event;
	char remark[48];
};

static void update(struct panel *panel, const struct scene *scene)
{
	struct event_panel *self = (struct event_panel *)panel;
	struct units units;

	self->has_event = scene->event;
	if (!scene->event) {
		snprintf(self->remark, sizeof(self->remark), "before the first");
		return;
	}
	self->kind = (enum event_kind)scene->event->kind;
	self->is_bad = fault_is_serious(scene->effect->fault);
	snprintf(self->remark, sizeof(self->remark), "number %s", units_count(&units, player_position(scene->player) - 1));
	narrate(&self->narration, player_heap(scene->player), player_trace(scene->player), scene->event, scene->effect,
		scene->log, scene->expert);
}

static void finish(struct panel *panel)
{
	narration_finish(&((struct event_panel *)panel)->narration);
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	snprintf(ret_remark, size, "%s", ((const struct event_panel *)panel)->remark);
}

/* The next event, as a question of time: nothing has happened yet. */
static void draw_start(const struct scene *scene, struct canvas *canvas, struct area area)
{
	struct event next;
	char call[80];

	if (!trace_get(player_trace(scene->player), 0, &next)) {
		area_text(canvas, area, 1, 0, ROLE_QUIET, 0, "This trace has no events.");
		return;
	}
	area_wrap(canvas, area, 1, 0, 1, ROLE_TEXT, "Nothing has happened yet. Press . for the first event, Space to play.");
	if (next.kind != EVENT_NOTE && next.kind != EVENT_MARK)
		area_print(canvas, area, 1, 2, ROLE_QUIET, "first: %s", name_call(&next, call, sizeof(call)));
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct event_panel *self = (const struct event_panel *)panel;
	const struct narration *narration = &self->narration;

	if (!self->has_event) {
		draw_start(scene, canvas, area);
		return;
	}
	if (self->kind == EVENT_NOTE || self->kind == EVENT_MARK) {
		area_wrap(canvas, area, 1, 0, 1, ROLE_TITLE, text_of(&narration->what));
		return;
	}
	int y = area_wrap(canvas, area, 1, 0, 6, self->is_bad ? ROLE_BAD : ROLE_TITLE, text_of(&narration->what));
	if (narration->why.length > 0 && y < area.height) {
		area_text(canvas, area, 1, y, ROLE_QUIET, 0, "why");
		y = area_wrap(canvas, area, 6, y, 6, ROLE_TEXT, text_of(&narration->why));
	}
	if (narration->so.length > 0 && y > area.height - 1)
		y = area.height - 1;
	if (narration->so.length > 0) {
		area_fill(canvas, (struct area){area.x, area.y + y, area.width, 1}, ' ', ROLE_TEXT);
		area_text(canvas, area, 1, y, ROLE_QUIET, 0, "so");
		area_wrap(canvas, (struct area){area.x, area.y, area.width, area.height}, 6, y, 6, ROLE_TEXT,
			text_of(&narration->so));
	}
}

const struct panel_ops panel_event = {
	.name = "event",
	.title = "What happened",
	.priority = 0,
	.state_size = sizeof(struct event_panel),
	.update = update,
	.finish = finish,
	.remark = remark,
	.draw = draw,
};
