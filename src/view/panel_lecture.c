/*
 * What a lecture says: the caption that holds at this point, and below it what the last event did and why; or, where
 * the next one is asked, the question, and nothing that gives the answer away.
 */
#include "view/look.h"

#include "view/decided.h"
#include "view/narrate.h"

#include <inttypes.h>
#include <stdio.h>

#define INDENT 3

struct lecture_panel {
	struct panel panel;
	struct narration narration;
	const char *caption;	/* borrowed from the trace; NULL: before the first */
	bool has_story;		/* the last event is a request */
	bool is_bad;
};

/* The last note that has been passed. */
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
	self->has_story = scene->event && scene->event->kind != EVENT_NOTE && scene->event->kind != EVENT_MARK;
	if (!self->has_story)
		return;
	self->is_bad = fault_is_serious(scene->effect->fault);
	narrate(&self->narration, player_heap(scene->player), player_trace(scene->player), scene->event,
		scene->effect, scene->log, scene->expert);
}

static void finish(struct panel *panel)
{
	narration_finish(&((struct lecture_panel *)panel)->narration);
}

static int draw_caption(const struct lecture_panel *self, struct canvas *canvas, struct area area)
{
	int end = area_wrap(canvas, area, INDENT, 0, INDENT, ROLE_TITLE,
		self->caption ? self->caption : "PgDn goes from one caption to the next, PgUp back.");

	for (int y = 0; y < end && y < area.height; y++)
		area_put(canvas, area, 1, y, glyph_of(canvas->charset, GLYPH_V_LINE, 0), ROLE_MARK, 0);
	return end;
}

struct question {
	const char *ask, *think;
};

/* One more object, and the collector begins by itself. */
static bool is_due(const struct scene *scene)
{
	struct collector gc;

	return heap_collector(player_heap(scene->player), &gc) && gc.enabled && gc.thresholds[0] > 0 &&
		gc.counts[0] >= gc.thresholds[0];
}

static struct question question_about(const struct scene *scene, const struct event *event)
{
	bool pools = look_arenas(player_heap(scene->player));

	switch ((enum event_kind)event->kind) {
	case EVENT_ALLOCATE:
		return pools ? (struct question){"Which block will it get?",
				       "size class? which pool? which end of the chain?"}
			     : (struct question){"Where will it lie?",
				       "how many bytes with its header? which hole is looked at first?"};
	case EVENT_REALLOCATE:
		return (struct question){"Does the block stay where it is, or does it move?",
			pools ? "does the new size fit the old class?" : "is there room behind it?"};
	case EVENT_FREE:
		return pools ? (struct question){"What becomes of the block, and of its pool?",
				       "who hands it out next? is the pool full, used or empty now?"}
			     : (struct question){"What becomes of the hole?", "what lies before it, and behind?"};
	case EVENT_MAP:
	case EVENT_UNMAP:
		return (struct question){"What becomes of the address space?", "who holds it?"};
	case EVENT_NEW:
		if (is_due(scene))
			return (struct question){"What happens before the object is there?",
				"how many were made since the collector ran last?"};
		return pools ? (struct question){"Which block will it get, and what is its count?",
				       "size class? which pool? who refers to it?"}
			     : (struct question){"Where will it lie, and what is its count?",
				       "which hole is looked at first? who refers to it?"};
	case EVENT_REF:
		return (struct question){"What is its count now?", "who refers to it?"};
	case EVENT_UNREF:
		return (struct question){"Which objects die?", "who else refers to it? and what does it refer to?"};
	case EVENT_WEAK:
		return (struct question){"What is the object's count now?", "does a weak reference keep it alive?"};
	case EVENT_COLLECT:
		return (struct question){"Which objects does the collector free?",
			"which are referred to from outside of those it looks at?"};
	case EVENT_GC:
		return (struct question){"What will be different from now on?", "what dies without the collector?"};
	case EVENT_NOTE:
	case EVENT_MARK:
	case EVENT_KIND_COUNT:
		break;
	}
	return (struct question){"", ""};
}

static void draw_question(const struct scene *scene, struct canvas *canvas, struct area area)
{
	struct event next;
	char call[100];

	if (!trace_get(player_trace(scene->player), player_position(scene->player), &next))
		return;
	struct question question = question_about(scene, &next);
	int x = area_text(canvas, area, 1, 0, ROLE_CURSOR, CELL_BOLD, " NEXT ");
	area_text(canvas, area, x + 2, 0, ROLE_TITLE, 0, name_call(&next, call, sizeof(call)));
	area_text(canvas, area, INDENT, area.height > 3 ? 2 : 1, ROLE_TITLE, 0, question.ask);
	if (area.height > 3)
		area_print(canvas, area, INDENT, 3, ROLE_QUIET, "(%s)", question.think);
}

static void draw_story(const struct lecture_panel *self, struct canvas *canvas, struct area area)
{
	int y = area_wrap(canvas, area, 1, 0, INDENT, self->is_bad ? ROLE_BAD : ROLE_TITLE,
		text_of(&self->narration.what));

	if (y < area.height)
		y = area_wrap(canvas, area, INDENT, y, INDENT, ROLE_TEXT, text_of(&self->narration.why));
	if (y < area.height && self->narration.so.length)
		area_wrap(canvas, area, INDENT, y, INDENT, ROLE_TEXT, text_of(&self->narration.so));
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct lecture_panel *self = (const struct lecture_panel *)panel;
	struct area caption = area, below = area;

	/* The caption is read first: it may have all but three lines. */
	caption.height = area.height > 4 ? area.height - 3 : area.height;
	int y = draw_caption(self, canvas, caption);
	y += area.height - y > 4;
	below.y += y;
	below.height -= y;
	if (below.height <= 0)
		return;
	if (scene->decided)
		decided_draw(scene->decided, canvas, below);
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
