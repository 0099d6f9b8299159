/* See rehearsal.h. */
#include "view/rehearsal.h"

#include "base/xalloc.h"
#include "panels/lecture_sheet.h"
#include "story/callers.h"
#include "story/places.h"
#include "trace/captions.h"
#include "view/refresh.h"
#include "view/view_state.h"

#include <stdlib.h>
#include <string.h>

#define EVENTS_MAX   200000u /* the last question of a longer way is not played to */
#define CAPTIONS_MAX 10000u  /* captions that are counted; each is laid out once for a width */

static void forget(struct rehearsal *rehearsal)
{
	for (size_t i = 0; i < rehearsal->answers.count; i++) {
		free(rehearsal->answers.items[i].what);
		free(rehearsal->answers.items[i].why);
		free(rehearsal->answers.items[i].so);
		free(rehearsal->answers.items[i].who);
	}
	rehearsal->answers.count = 0;
	rehearsal->is_done = false;
	rehearsal->width = 0;
}

void rehearsal_finish(struct rehearsal *rehearsal)
{
	forget(rehearsal);
	array_finish(&rehearsal->answers);
}

static void keep_answer(struct view *view, const char *caption)
{
	struct rehearsal *rehearsal = &view->rehearsal;
	struct narration narration = {0};
	const struct decision_log *log;
	struct text why = {0}, who = {0};
	struct effect effect;
	struct event event;

	if (!last_shown(view->player, &event, &effect, &log) || event_is_note_or_mark(&event))
		return;
	narrate(&narration, player_heap(view->player), player_trace(view->player), &event, &effect,
		log, view->appearance.is_expert);
	narration_add_paragraphs(&narration, log, &why);
	caller_add(&who, view->simulation.symbols, player_trace(view->player), &event, &effect);
	*array_push(&rehearsal->answers) = (struct rehearsed_answer){caption,
		xstrdup(text_of(&narration.what)), xstrdup(text_of(&why)),
		xstrdup(text_of(&narration.so)), xstrdup(text_of(&who))};
	narration_finish(&narration);
	text_finish(&why);
	text_finish(&who);
}

/* Grows with the events up to the last question. */
static void rehearse(struct view *view)
{
	struct trace *trace = player_trace(view->player);
	uint64_t here = player_position(view->player);
	const struct trace_mark *notes;
	size_t count = trace_notes(trace, &notes);
	struct event answer;
	uint64_t number;

	for (size_t i = 0; i < count && notes[i].position < EVENTS_MAX; i++) {
		if (!caption_asks(notes[i].name) ||
			!caption_next(trace, notes[i].position + 1, &number, &answer))
			continue;
		player_seek(view->player, number + 1);
		keep_answer(view, notes[i].name);
	}
	player_seek(view->player, here);
}

static bool is_current(const struct view *view)
{
	const struct rehearsal *rehearsal = &view->rehearsal;

	return rehearsal->is_done && rehearsal->life == view->simulation.life &&
	       rehearsal->is_expert == view->appearance.is_expert;
}

int view_caption_rows(struct view *view, int width)
{
	struct rehearsal *rehearsal = &view->rehearsal;
	const struct trace_mark *notes;
	size_t count = trace_notes(player_trace(view->player), &notes);

	count = count < CAPTIONS_MAX ? count : CAPTIONS_MAX;
	if (rehearsal->captions.width != width || rehearsal->captions.count > count)
		rehearsal->captions.count = 0;
	if (rehearsal->captions.count == 0)
		rehearsal->captions.rows = 0;
	for (size_t i = rehearsal->captions.count; i < count; i++) {
		struct lecture_sheet sheet = {.caption = notes[i].name};
		int rows = lecture_sheet_rows(&sheet, width);
		if (rows > rehearsal->captions.rows)
			rehearsal->captions.rows = rows;
	}
	rehearsal->captions.count = count;
	rehearsal->captions.width = width;
	return rehearsal->captions.rows;
}

static int most_rows(struct view *view, int width)
{
	const struct rehearsal *rehearsal = &view->rehearsal;
	int most = view_caption_rows(view, width);

	for (size_t i = 0; i < rehearsal->answers.count; i++) {
		const struct rehearsed_answer *answer = &rehearsal->answers.items[i];
		struct lecture_sheet sheet = {.caption = answer->caption,
			.what = answer->what,
			.why = answer->why,
			.so = answer->so,
			.who = answer->who};
		int rows = lecture_sheet_rows(&sheet, width);
		most = rows > most ? rows : most;
	}
	return most;
}

void view_rehearse(struct view *view)
{
	struct rehearsal *rehearsal = &view->rehearsal;

	if (is_current(view) || view_is_busy(view) || view_is_growing(view))
		return;
	forget(rehearsal);
	rehearse(view);
	rehearsal->is_done = true;
	rehearsal->life = view->simulation.life;
	rehearsal->is_expert = view->appearance.is_expert;
	view_settle(view);
}

int view_rehearsed_rows(struct view *view, int width)
{
	struct rehearsal *rehearsal = &view->rehearsal;

	if (rehearsal->width != width) {
		rehearsal->rows = most_rows(view, width);
		rehearsal->width = width;
	}
	return rehearsal->rows;
}
