/* See narration.h. */
#include "story/story.h"

#include <inttypes.h>

uint32_t story_count(const struct story *story)
{
	struct counted counted = {.count = 0};

	heap_counted(story->heap, story->event->object, &counted);
	return counted.count;
}

void narrate(struct narration *narration, const struct heap *heap, const struct trace *trace,
	const struct event *event, const struct effect *effect, const struct decision_log *log,
	bool expert)
{
	const struct story story = {heap, event, effect, log, expert};

	text_clear(&narration->what);
	text_clear(&narration->why);
	text_clear(&narration->so);
	text_clear(&narration->brief);
	narration->lines = 0;
	if (event_is_note_or_mark(event)) {
		text_add(&narration->what, "%s%s", event->kind == EVENT_MARK ? "mark: " : "",
			trace_text(trace, event->text));
		return;
	}
	story_add_what(&story, &narration->what);
	if (event->kind == EVENT_ENTER)
		text_add(&narration->what, ": %s", trace_text(trace, event->text));
	if (log)
		story_add_why(&story, narration);
	story_add_so(&story, &narration->so);
	story_add_brief(&story, &narration->brief);
}

void narration_finish(struct narration *narration)
{
	text_finish(&narration->what);
	text_finish(&narration->why);
	text_finish(&narration->so);
	text_finish(&narration->brief);
}
