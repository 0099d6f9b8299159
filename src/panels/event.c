/*
 * The last event and its reasons, in words; a note is shown as a caption. Each reason has a line of
 * its own; where there is not room for that, they are one text, and runs are said once.
 * What still does not fit is cut, and up and down scroll it.
 */
#include "panels/panel.h"

#include "base/units.h"
#include "panels/decision_step.h"
#include "player/origin.h"
#include "story/callers.h"
#include "story/names.h"
#include "story/narration.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define INDENT 6 /* indent of why and so, after their names */
#define ROOMY  6 /* rows from which everything is shown */

#define TITLE_ROWS 1 /* where the remark is */

struct event_panel {
	struct panel panel;
	struct narration narration;
	struct text run_on; /* the reasons as one text */
	struct text caller; /* the caller */
	struct text before; /* at a caption: the effect of the request before it */
	uint64_t position;  /* of the event described */
	int scroll;         /* lines of the reasons above the first one shown */
	enum event_kind kind;
	bool is_bad;
	bool has_event;
	char remark[64];
};

/* At a caption maps still mark the effect of the request before it, so that is named. */
static void describe_before(struct event_panel *self, const struct scene *scene)
{
	const struct decision_log *log;
	struct narration narration = {0};
	struct event request;
	struct effect effect;

	text_clear(&self->before);
	if ((self->kind != EVENT_NOTE && self->kind != EVENT_MARK) ||
		!player_last_request(scene->player, &request, &effect, &log))
		return;
	narrate(&narration, player_heap(scene->player), player_trace(scene->player), &request,
		&effect, log, scene->expert);
	text_add(&self->before, "%s", text_of(&narration.what));
	narration_finish(&narration);
}

static void run_on(struct event_panel *self, const struct decision_log *log)
{
	text_clear(&self->run_on);
	narration_add_digest(&self->narration, log, &self->run_on);
	for (size_t i = 0; i < self->run_on.length; i++)
		if (self->run_on.bytes[i] == '\n')
			self->run_on.bytes[i] = ' ';
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct event_panel *self = (struct event_panel *)panel;
	uint64_t position = player_position(scene->player);
	struct units units, time;

	if (self->position != position)
		self->scroll = 0;
	self->position = position;
	self->has_event = scene->event;
	if (scene->decision_step) {
		snprintf(self->remark, sizeof(self->remark), "in event %s",
			units_count(&units, position));
		return;
	}
	if (!scene->event) {
		snprintf(self->remark, sizeof(self->remark), "before the first event");
		return;
	}
	self->kind = (enum event_kind)scene->event->kind;
	self->is_bad = fault_is_alarming(scene->player, scene->effect);
	snprintf(self->remark, sizeof(self->remark), "event %s", units_count(&units, position - 1));
	if (player_is_searching(scene->player))
		snprintf(self->remark, sizeof(self->remark), "event %s, searching for the cause",
			units_count(&units, position - 1));
	else if (scene->event->flags & EVENT_HAS_TIME)
		snprintf(self->remark + strlen(self->remark),
			sizeof(self->remark) - strlen(self->remark), ", at %s",
			units_time(&time, scene->event->time));
	narrate(&self->narration, player_heap(scene->player), player_trace(scene->player),
		scene->event, scene->effect, scene->log, scene->expert);
	run_on(self, scene->log);
	describe_before(self, scene);
	text_clear(&self->caller);
	caller_add(&self->caller, scene->symbols, player_trace(scene->player), scene->event,
		scene->effect);
}

static void finish(struct panel *panel)
{
	narration_finish(&((struct event_panel *)panel)->narration);
	text_finish(&((struct event_panel *)panel)->run_on);
	text_finish(&((struct event_panel *)panel)->caller);
	text_finish(&((struct event_panel *)panel)->before);
}

static int rows_of(struct area area, const struct text *words)
{
	struct canvas none = {0};

	return area_wrap_rows(&none, area, INDENT, INDENT, text_of(words));
}

static bool tells_story(const struct event_panel *self)
{
	return self->has_event && self->kind != EVENT_NOTE && self->kind != EVENT_MARK;
}

/* Of the story, its reasons as one text. */
static int story_rows(const struct event_panel *self, int width)
{
	struct area area = {0, 0, width, 0};

	return rows_of(area, &self->narration.what) + (self->caller.length > 0) +
	       rows_of(area, &self->run_on) + rows_of(area, &self->narration.so);
}

/* What happened, and how much of it is out of sight. */
static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	const struct event_panel *self = (const struct event_panel *)panel;
	int hidden = story_rows(self, panel->area.width) - (panel->area.height - TITLE_ROWS);

	snprintf(ret_remark, size, "%s", self->remark);
	if (tells_story(self) && hidden > 0)
		snprintf(ret_remark, size, "%s, %d more row%s below", self->remark, hidden,
			hidden == 1 ? "" : "s");
}

/* The next event, as a call only, since it has not happened yet. */
static void add_next(struct text *text, const struct scene *scene, const struct event *next)
{
	char call[80];

	if (next->kind == EVENT_NOTE)
		text_add(text, "caption: %s", trace_text(player_trace(scene->player), next->text));
	else if (next->kind == EVENT_MARK)
		text_add(text, "mark: %s", trace_text(player_trace(scene->player), next->text));
	else
		text_add(text, "%s",
			name_call_of(player_heap(scene->player), next, call, sizeof(call)));
}

/* Draws it in rows from `first` on, at_end: in the last of them; in one where no more is free. */
static void draw_next(const struct scene *scene, struct canvas *canvas, struct area area, int first,
	bool at_end)
{
	struct text words = {0};
	struct event next;

	if (!trace_get(player_trace(scene->player), player_position(scene->player), &next))
		return;
	add_next(&words, scene, &next);
	int y = at_end ? area.height - rows_of(area, &words) : first;
	if (y < first)
		y = first;
	area_text(canvas, area, 1, y, ROLE_QUIET, 0, "next");
	area_wrap(canvas, area, INDENT, y, INDENT, ROLE_QUIET, text_of(&words));
	text_finish(&words);
}

/* Draws, for a recording, the program and whether the screen shows its real addresses. */
static int draw_origin(const struct scene *scene, struct canvas *canvas, struct area area, int y)
{
	struct trace *trace = player_trace(scene->player);
	const struct trace_info *info = trace_info(trace);
	struct text text = {0};

	text_add(&text, "Recorded from: ");
	text_add_visible(&text, info->program);
	y = area_wrap(canvas, area, 1, y, INDENT, ROLE_TEXT, text_of(&text));
	text_finish(&text);
	if (!origin_is_simulated(trace, player_heap(scene->player)))
		return y;
	return area_wrap(canvas, area, 1, y, 1, ROLE_TEXT,
		"The allocator named above places its requests afresh; :compare recorded shows where they really were.");
}

static void draw_start(const struct scene *scene, struct canvas *canvas, struct area area)
{
	if (player_length(scene->player) == 0) {
		area_text(canvas, area, 1, 0, ROLE_QUIET, 0, "This trace has no events.");
		return;
	}
	int y = area_wrap(canvas, area, 1, 0, 1, ROLE_TEXT,
		"Nothing has happened yet. Press . for the first event, Space to play.");
	if (*trace_info(player_trace(scene->player))->program && y + 3 < area.height)
		y = draw_origin(scene, canvas, area, y);
	draw_next(scene, canvas, area, y + (area.height > y + 1), false);
}

static void draw_caption(const struct event_panel *self, const struct scene *scene,
	struct canvas *canvas, struct area area)
{
	int end = area_caption(canvas, area, text_of(&self->narration.what)) + 1;

	if (self->before.length && end + 1 < area.height) {
		area_text(canvas, area, 1, end, ROLE_QUIET, 0, "last");
		area_text(canvas, area, INDENT, end++, ROLE_QUIET, 0, text_of(&self->before));
	}
	draw_next(scene, canvas, area, end, false);
}

/* Draws the reasons, which need some rows, in rows [y, y + shown). */
static void draw_why(const struct event_panel *self, struct canvas *canvas, struct area area, int y,
	int shown, const struct text *why)
{
	struct area window = {area.x, area.y + y, area.width, shown};
	int needed = rows_of(area, why), last = needed > shown ? needed - shown : 0;
	int scroll = self->scroll < last ? self->scroll : last;

	if (shown <= 0)
		return;
	area_wrap(canvas, window, INDENT, -scroll, INDENT, ROLE_TEXT, text_of(why));
	area_text(canvas, window, 1, 0, ROLE_QUIET, 0, "why");
}

/* Draws the call and its result; where room is short, without the object number. */
static int draw_what(const struct event_panel *self, struct canvas *canvas, struct area area)
{
	const struct text *what = &self->narration.what;
	enum role role = self->is_bad ? ROLE_BAD : ROLE_TITLE;
	const char *object = strstr(text_of(what), "   (object");
	char brief[160];

	if (!object || what->bytes[what->length - 1] != ')' || area.height >= ROOMY ||
		area_wrap_rows(canvas, area, INDENT, INDENT, text_of(what)) == 1)
		return area_wrap(canvas, area, 1, 0, INDENT, role, text_of(what));
	snprintf(brief, sizeof(brief), "%.*s", (int)(object - text_of(what)), text_of(what));
	return area_wrap(canvas, area, 1, 0, INDENT, role, brief);
}

/*
 * Draws the caller, in one row and shortened where the rest of the story, in rows, leaves no more;
 * left out where there is hardly room for more than the event itself.
 */
static int draw_caller(const struct event_panel *self, struct canvas *canvas, struct area area,
	int y, int rest)
{
	const char *words = text_of(&self->caller);

	if (self->caller.length == 0 || area.height - y < 3)
		return 0;
	int rows = area_wrap_rows(canvas, area, INDENT, INDENT, words);
	area_text(canvas, area, 1, y, ROLE_QUIET, 0, "site");
	if (y + rows + rest > area.height) {
		area_text(canvas, area, INDENT, y, ROLE_TEXT, 0, words);
		return 1;
	}
	area_wrap(canvas, area, INDENT, y, INDENT, ROLE_TEXT, words);
	return rows;
}

static void draw_story(const struct event_panel *self, const struct scene *scene,
	struct canvas *canvas, struct area area)
{
	const struct narration *narration = &self->narration;
	const struct text *reasons = &narration->why;
	int why = rows_of(area, reasons), so = rows_of(area, &narration->so);
	int y = draw_what(self, canvas, area);
	y += draw_caller(self, canvas, area, y, why + so);
	int room = area.height - y;

	if (why + so > room) {
		reasons = &self->run_on;
		why = rows_of(area, reasons);
	}
	int so_shown = why + so <= room ? so : room < 4 ? 1 : (room + 1) / 3;
	if (so_shown > so)
		so_shown = so;
	int why_shown = why < room - so_shown ? why : room - so_shown;
	draw_why(self, canvas, area, y, why_shown, reasons);
	y += why_shown > 0 ? why_shown : 0;
	if (so_shown > 0) {
		struct area window = {area.x, area.y + y, area.width, so_shown};
		if (window.height > area.height - y)
			window.height = area.height - y;
		area_text(canvas, window, 1, 0, ROLE_QUIET, 0, "so");
		area_wrap(canvas, window, INDENT, 0, INDENT, ROLE_TEXT, text_of(&narration->so));
		y += so_shown;
	}
	draw_next(scene, canvas, area, y + 1, true);
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct event_panel *self = (const struct event_panel *)panel;

	if (scene->decision_step)
		decision_step_draw(scene->decision_step, canvas, area);
	else if (!self->has_event)
		draw_start(scene, canvas, area);
	else if (self->kind == EVENT_NOTE || self->kind == EVENT_MARK)
		draw_caption(self, scene, canvas, area);
	else
		draw_story(self, scene, canvas, area);
}

/* Captions are known before their time. */
static int rows(const struct panel *panel, const struct scene *scene, int width)
{
	const struct event_panel *self = (const struct event_panel *)panel;

	return scene->decision_step || !tells_story(self) ? 0 : story_rows(self, width);
}

static struct panel_answer act(struct panel *panel, const struct scene *scene, enum action action)
{
	struct event_panel *self = (struct event_panel *)panel;
	int by = action_rows(action, 5);

	if (by == 0)
		return ANSWER_IGNORED;
	self->scroll += by;
	if (self->scroll < 0)
		self->scroll = 0;
	if (self->scroll > DECISIONS_MAX)
		self->scroll = DECISIONS_MAX;
	return ANSWER_HANDLED;
}

const struct panel_ops panel_event = {
	.name = "event",
	.title = "What happened",
	.state_size = sizeof(struct event_panel),
	.is_read = true,
	.update = update,
	.finish = finish,
	.remark = remark,
	.draw = draw,
	.rows = rows,
	.act = act,
};
