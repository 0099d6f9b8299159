/*
 * The text of a lecture: the current caption, and below it the last event and its reasons; or,
 * where the caption asks about the next event, that event, and nothing that gives the answer away.
 */
#include "panels/panel.h"

#include "panels/decision_step.h"
#include "story/names.h"
#include "story/narration.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define INDENT    3
#define STORY_MIN 5 /* least rows of a shortened story below the end of a caption */

struct lecture_panel {
	struct panel panel;
	struct narration narration;
	const char *caption; /* borrowed from the trace; NULL: before the first */
	bool has_story;      /* the last event is a request */
	bool is_bad;
};

/* The last note passed. */
static const char *caption_at(const struct scene *scene)
{
	const struct trace_mark *notes;
	size_t count = trace_notes(player_trace(scene->player), &notes), at = 0;

	while (at < count && notes[at].position < player_position(scene->player))
		at++;
	return at > 0 ? notes[at - 1].name : NULL;
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct lecture_panel *self = (struct lecture_panel *)panel;

	if (!panel->shown)
		return;
	self->caption = caption_at(scene);
	self->has_story = scene->event && !event_is_note_or_mark(scene->event);
	if (!self->has_story)
		return;
	self->is_bad = fault_is_serious(scene->effect->fault);
	narrate(&self->narration, player_heap(scene->player), player_trace(scene->player),
		scene->event, scene->effect, scene->log, scene->expert);
}

static void finish(struct panel *panel)
{
	narration_finish(&((struct lecture_panel *)panel)->narration);
}

/* Returns the row after it. */
static int draw_caption(struct canvas *canvas, struct area area, const char *caption)
{
	int end = area_caption(canvas, area, caption);

	return end < area.height ? end : area.height;
}

/* Before the first caption, says what comes and how to continue. */
static void draw_start(const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct trace_mark *notes;
	size_t captions = trace_notes(player_trace(scene->player), &notes);
	char words[200];

	if (captions > 0)
		snprintf(words, sizeof(words),
			"%zu caption%s. Space shows the next caption, or the answer to a question; PgUp goes back.",
			captions, captions == 1 ? "" : "s");
	else
		snprintf(words, sizeof(words),
			"This trace has no captions. Press . to go through it event by event.");
	draw_caption(canvas, area, words);
}

/* The request that is asked about: the next event that is not a mark. */
static bool next_request(const struct scene *scene, struct event *ret_event)
{
	uint64_t number = player_position(scene->player);

	while (trace_get(player_trace(scene->player), number, ret_event) &&
		ret_event->kind == EVENT_MARK)
		number++;
	return number < player_length(scene->player);
}

/* Draws the event that is asked about. */
static void draw_question(const struct scene *scene, struct canvas *canvas, struct area area)
{
	struct event next;
	char call[100];

	if (!next_request(scene, &next))
		return;
	int x = area_text(canvas, area, 1, 0, ROLE_CURSOR, CELL_BOLD, " NEXT ");
	area_text(canvas, area, x + 2, 0, ROLE_TITLE, 0, name_call(&next, call, sizeof(call)));
}

/*
 * Draws the last event and its result; the reasons between them are cut where they do not all fit.
 */
static void draw_story(const struct lecture_panel *self, struct canvas *canvas, struct area area)
{
	const struct narration *narration = &self->narration;
	int why = area_wrap_rows(canvas, area, INDENT, INDENT, text_of(&narration->why));
	int so = area_wrap_rows(canvas, area, INDENT, INDENT, text_of(&narration->so));
	int y = area_wrap(canvas, area, 1, 0, INDENT, self->is_bad ? ROLE_BAD : ROLE_TITLE,
		text_of(&narration->what));
	int room = area.height - y - so;
	struct area reasons = {area.x, area.y + y, area.width, why < room ? why : room};

	if (reasons.height > 0) {
		area_wrap(canvas, reasons, INDENT, 0, INDENT, ROLE_TEXT, text_of(&narration->why));
		y += reasons.height;
	}
	if (y < area.height && so > 0)
		area_wrap(canvas, area, INDENT, y, INDENT, ROLE_TEXT, text_of(&narration->so));
}

/* The last sentence of a caption: its question. */
static const char *last_sentence(const char *caption)
{
	const char *last = caption;

	for (const char *at = caption; at[0] && at[1]; at++)
		if (strchr(".!?:", at[0]) && at[1] == ' ' && at[2])
			last = at + 2;
	return last;
}

/*
 * The part of the caption that fits above the rows needed: all of it, its last sentence, or
 * nothing.
 */
static const char *caption_for(const char *caption, struct canvas *canvas, struct area area,
	int needed)
{
	if (area_wrap_rows(canvas, area, INDENT, INDENT, caption) + needed <= area.height)
		return caption;
	caption = last_sentence(caption);
	int least = needed < STORY_MIN ? needed : STORY_MIN;
	return area_wrap_rows(canvas, area, INDENT, INDENT, caption) + least <= area.height
		       ? caption
		       : "";
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct lecture_panel *self = (const struct lecture_panel *)panel;
	const char *caption = self->caption ? self->caption : "";
	int needed = 0;

	if (!scene->event && !scene->asking && !scene->decision_step) {
		draw_start(scene, canvas, area);
		return;
	}
	if (scene->asking)
		needed = 1;
	else if (self->has_story)
		needed = area_wrap_rows(canvas, area, 1, INDENT, text_of(&self->narration.what)) +
			 area_wrap_rows(canvas, area, INDENT, INDENT,
				 text_of(&self->narration.why)) +
			 area_wrap_rows(canvas, area, INDENT, INDENT, text_of(&self->narration.so));
	caption = needed > 0 ? caption_for(caption, canvas, area, needed) : caption;
	int y = *caption ? draw_caption(canvas, area, caption) : 0;
	y += y > 0 && area.height - y > needed;
	struct area below = {area.x, area.y + y, area.width, area.height - y};
	if (below.height <= 0)
		return;
	if (scene->decision_step)
		decision_step_draw(scene->decision_step, canvas, below);
	else if (scene->asking)
		draw_question(scene, canvas, below);
	else if (self->has_story)
		draw_story(self, canvas, below);
}

const struct panel_ops panel_lecture = {
	.name = "lecture",
	.title = "Lecture",
	.state_size = sizeof(struct lecture_panel),
	.update = update,
	.finish = finish,
	.draw = draw,
};
