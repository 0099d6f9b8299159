/* The event in a few words, for the list of events. */
#include "story/story.h"

#include "story/places.h"

#include <inttypes.h>

const char *brief_of_fault(enum fault fault)
{
	return fault == FAULT_NONE ? NULL : fault == FAULT_PLUGIN ? "failed" : fault_words(fault);
}

void story_add_brief(const struct story *story, struct text *brief)
{
	struct place place;

	if (story->effect->fault != FAULT_NONE)
		text_add(brief, "%s", brief_of_fault(story->effect->fault));
	if (story->effect->freed)
		text_add(brief, "%" PRIu64 " died", story->effect->freed);
	else if ((story->event->kind == EVENT_REF || story->event->kind == EVENT_UNREF) &&
		 story_count(story))
		text_add(brief, "count %" PRIu32, story_count(story));
	for (size_t i = 0; story->log && i < story->log->count; i++) {
		const struct decision *decision = &story->log->items[i];
		const struct words *words = decision_words(decision);
		if (!words->brief)
			continue;
		text_add(brief, "%s", brief->length ? ", " : "");
		sentence_add(story, brief, decision, words->brief);
	}
	uint64_t address =
		story->effect->address ? story->effect->address : story->effect->old_address;
	if (brief->length == 0 && address && place_find(story->heap, address, &place) &&
		place.has_page)
		text_add(brief, "%" PRIu32 " of %" PRIu32 " in use", place.page.used,
			place.page.blocks);
}
