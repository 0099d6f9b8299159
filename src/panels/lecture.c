/*
 * The text of a lecture: the last caption, and below it the last event and its reasons; or,
 * where the caption asks about the next event, that event, and nothing that gives the answer away.
 * Where there is too little room for all of it, the keys for the next caption turn its pages first.
 */
#include "panels/panel.h"

#include "base/units.h"
#include "base/xalloc.h"
#include "panels/decision_step.h"
#include "panels/lecture_sheet.h"
#include "panels/lecture_start.h"
#include "story/callers.h"
#include "story/narration.h"
#include "story/places.h"
#include "story/question.h"
#include "trace/captions.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define STEP_ROWS_MIN 4 /* least rows of a step below the caption */

struct lecture_panel {
	struct panel panel;
	struct narration narration;
	struct text why;    /* its reasons, in paragraphs */
	struct text run_on; /* the same, and what has changed, as one */
	struct text who;    /* its caller */
	char *said; /* a copy of the caption of a film: it may change at any time; or NULL */
	/* what the text points to is the trace's, or is above */
	struct lecture_sheet sheet;
	char asked[100];     /* the request that is asked about */
	struct text earlier; /* the caption, named as an earlier one */
	uint64_t position;
	int page; /* of the sheet at that position */
};

/* The last note passed; NULL: there is none. */
static const struct trace_mark *caption_at(const struct scene *scene)
{
	const struct trace_mark *notes;
	size_t count = trace_notes(player_trace(scene->player), &notes), at = 0;

	while (at < count && notes[at].position < player_position(scene->player))
		at++;
	return at > 0 ? &notes[at - 1] : NULL;
}

/* The last event that is not a mark; false: there is none, or it is a caption. */
static bool find_request(const struct scene *scene, struct event *ret_event, uint64_t *ret_number)
{
	struct trace *trace = player_trace(scene->player);
	uint64_t position = player_position(scene->player);

	while (position > 0 && trace_get(trace, position - 1, ret_event) &&
		ret_event->kind == EVENT_MARK)
		position--;
	*ret_number = position - 1;
	return position > 0 && !event_is_note_or_mark(ret_event);
}

/* A caption tells of what came before it; only a question is about the request after it, too. */
static bool is_about(struct trace *trace, const struct trace_mark *caption, uint64_t request)
{
	struct event event;
	uint64_t number;

	return caption_asks(caption->name) &&
	       caption_next(trace, caption->position + 1, &number, &event) && number == request;
}

static void tell_caption(struct lecture_panel *self, const struct scene *scene)
{
	const struct trace_mark *caption = caption_at(scene);
	struct event request;
	struct units at;
	uint64_t number;

	self->sheet.caption = self->said ? self->said : caption ? caption->name : NULL;
	if (self->said || !caption || !find_request(scene, &request, &number) ||
		is_about(player_trace(scene->player), caption, number))
		return;
	text_clear(&self->earlier);
	text_add(&self->earlier, "Earlier (event %s): %s", units_count(&at, caption->position),
		caption->name);
	self->sheet.caption = text_of(&self->earlier);
	self->sheet.is_earlier = true;
}

static void run_on(struct lecture_panel *self)
{
	const struct text *so = &self->narration.so;

	text_clear(&self->run_on);
	text_add(&self->run_on, "%s%s%s", text_of(&self->why),
		self->why.length > 0 && so->length > 0 ? " " : "", text_of(so));
	for (size_t i = 0; i < self->run_on.length; i++)
		if (self->run_on.bytes[i] == '\n')
			self->run_on.bytes[i] = ' ';
}

/* At a mark, the scene has the effect of the request before it. */
static void tell_story(struct lecture_panel *self, const struct scene *scene,
	const struct event *event)
{
	narrate(&self->narration, player_heap(scene->player), player_trace(scene->player), event,
		scene->effect, scene->log, scene->expert);
	text_clear(&self->why);
	narration_add_paragraphs(&self->narration, scene->log, &self->why);
	run_on(self);
	text_clear(&self->who);
	caller_add(&self->who, scene->symbols, player_trace(scene->player), event, scene->effect);
	self->sheet.what = text_of(&self->narration.what);
	self->sheet.why = text_of(&self->why);
	self->sheet.so = text_of(&self->narration.so);
	self->sheet.run_on = text_of(&self->run_on);
	self->sheet.who = text_of(&self->who);
	self->sheet.is_bad = fault_is_alarming(scene->player, scene->effect);
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct lecture_panel *self = (struct lecture_panel *)panel;
	struct event next, request;
	uint64_t number;

	if (!panel->shown)
		return;
	if (self->position != player_position(scene->player))
		self->page = 0;
	self->position = player_position(scene->player);
	free(self->said);
	self->said = scene->said ? xstrdup(scene->said) : NULL;
	self->sheet = (struct lecture_sheet){.caption = NULL};
	tell_caption(self, scene);
	if (scene->asking &&
		caption_next(player_trace(scene->player), self->position, &number, &next))
		self->sheet.asked =
			name_question(player_trace(scene->player), player_heap(scene->player),
				number, &next, self->asked, sizeof(self->asked));
	else if (!scene->asking && scene->event && find_request(scene, &request, &number))
		tell_story(self, scene, &request);
}

static void finish(struct panel *panel)
{
	struct lecture_panel *self = (struct lecture_panel *)panel;

	narration_finish(&self->narration);
	text_finish(&self->why);
	text_finish(&self->run_on);
	text_finish(&self->who);
	text_finish(&self->earlier);
	free(self->said);
}

/* The decisions so far have the rows that the caption leaves; it gives way to them. */
static void draw_step(const struct lecture_panel *self, const struct scene *scene,
	struct canvas *canvas, struct area area)
{
	struct lecture_sheet caption = {.caption = self->sheet.caption};
	int rows = caption.caption ? lecture_sheet_rows(&caption, area.width) + 1 : 0;

	if (rows + STEP_ROWS_MIN <= area.height) {
		lecture_sheet_draw(&caption, canvas, area, 0);
		area = (struct area){area.x, area.y + rows, area.width, area.height - rows};
	}
	decision_step_draw(scene->decision_step, canvas, area);
}

static int pages_of(const struct lecture_panel *self)
{
	const struct area *area = &self->panel.area;

	return lecture_sheet_pages(&self->sheet, area->width, area->height);
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	const struct lecture_panel *self = (const struct lecture_panel *)panel;
	int pages = pages_of(self);

	if (pages > 1)
		snprintf(ret_remark, size, "page %d of %d", self->page + 1, pages);
}

/*
 * All that there is to read at this event, or, where the panel has too few rows for that, as it is
 * fitted into them. While decisions are shown one by one, more comes.
 */
static int rows(const struct panel *panel, const struct scene *scene, int width)
{
	const struct lecture_panel *self = (const struct lecture_panel *)panel;
	int whole = lecture_sheet_rows(&self->sheet, width), height = panel->area.height;

	if (scene->decision_step)
		return INT_MAX;
	return height > 0 && whole > height ? lecture_sheet_rows_in(&self->sheet, width, height)
					    : whole;
}

static struct panel_answer act(struct panel *panel, const struct scene *scene, enum action action)
{
	struct lecture_panel *self = (struct lecture_panel *)panel;
	int page = self->page + (action == ACTION_PAGE_DOWN) - (action == ACTION_PAGE_UP);

	if (page == self->page || page < 0 || page >= pages_of(self) || scene->decision_step)
		return ANSWER_IGNORED;
	self->page = page;
	return ANSWER_HANDLED;
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct lecture_panel *self = (const struct lecture_panel *)panel;

	if (scene->decision_step)
		draw_step(self, scene, canvas, area);
	else if (!scene->event && !scene->asking && !self->said)
		lecture_start_draw(scene, canvas, area);
	else
		lecture_sheet_draw(&self->sheet, canvas, area, self->page);
}

const struct panel_ops panel_lecture = {
	.name = "lecture",
	.title = "Lecture",
	.state_size = sizeof(struct lecture_panel),
	.update = update,
	.finish = finish,
	.remark = remark,
	.draw = draw,
	.rows = rows,
	.act = act,
};
