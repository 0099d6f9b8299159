/*
 * The part "why" of a narration: the decisions in the order in which they were taken, one line
 * each.
 */
#include "story/story.h"

#include <ctype.h>

static void end_line(struct narration *narration, size_t decisions, uint64_t place)
{
	text_add(&narration->why, "\n");
	narration->decisions[narration->lines] = (unsigned)decisions;
	narration->places[narration->lines++] = place;
}

/* Of a request that went wrong: as a sentence. */
static void add_cause(const struct story *story, struct narration *narration)
{
	const char *cause = heap_cause(story->heap);

	if (!cause)
		return;
	text_add(&narration->why, "%c%s.", toupper((unsigned char)*cause), cause + 1);
	end_line(narration, 0, 0);
}

void story_add_why(const struct story *story, struct narration *narration)
{
	struct text *why = &narration->why;

	if (story->effect->fault == FAULT_PLUGIN && heap_broken(story->heap)) {
		text_add(why, "%s.", heap_broken(story->heap));
		end_line(narration, 0, 0);
	}
	if (story->effect->fault == FAULT_BROKEN && heap_broken(story->heap)) {
		text_add(why, "The engine broke its contract: %s.", heap_broken(story->heap));
		end_line(narration, 0, 0);
	}
	if (effect_is_broken(story->effect))
		add_cause(story, narration);
	for (size_t i = 0; i < story->log->count; i++) {
		const struct decision *decision = &story->log->items[i];
		const struct words *words = decision_words(decision);
		const char *sentence =
			story->expert && words->expert ? words->expert : words->plain;
		if (*sentence == '\0')
			continue;
		uint64_t place = sentence_add(story, why, decision, sentence);
		end_line(narration, i + 1, place);
	}
	if (story->log->lost) {
		text_add(why, "(%zu more decisions)", story->log->lost);
		end_line(narration, story->log->count, 0);
	}
	if (!effect_is_broken(story->effect))
		add_cause(story, narration);
}
