/* The part "what" of a narration: the call, and its result. */
#include "story/story.h"

#include "base/units.h"
#include "engines/plugin.h"
#include "story/names.h"
#include "story/places.h"

#include <assert.h>
#include <inttypes.h>

#define ARENA_BYTES_MIN (256u << 10) /* in every version */

/*
 * The sentences for an event with a fault; they depend on whether something was still placed or
 * released.
 */
static const struct {
	const char *nothing; /* NULL: nothing to add to the outcome */
	const char *yet;     /* added after the outcome; NULL: nothing to add */
} fault_sentences[] = {
	[FAULT_NONE] = {NULL, NULL},
	[FAULT_FREE_NULL] = {"nothing to do: free(NULL) is allowed", NULL},
	[FAULT_SIZE_ZERO] = {NULL, "Even 0 bytes get an address of their own."},
	[FAULT_REALLOC_NULL] = {NULL, "realloc of NULL is malloc"},
	[FAULT_REALLOC_ZERO] = {NULL, "It was a realloc to 0 bytes."},
	[FAULT_FAILED_CALL] = {"FAILED when it was recorded: the program got no memory", NULL},
	[FAULT_FREE_UNKNOWN] = {"UNKNOWN POINTER: it was never allocated. Nothing changed", NULL},
	[FAULT_REALLOC_UNKNOWN] = {NULL, "UNKNOWN POINTER: treated as a new allocation."},
	[FAULT_DOUBLE_FREE] = {"DOUBLE FREE: it was freed before. Nothing changed", NULL},
	[FAULT_STILL_LIVE] = {"STILL LIVE: there is an object of this number. Nothing changed",
		"STILL LIVE: a free is missing; the old block is treated as freed."},
	[FAULT_NEVER_PLACED] = {"nothing to free: its allocation got no block here",
		"Its allocation got no block here: a new block."},
	[FAULT_NO_MEMORY] = {NULL, NULL},
	[FAULT_NO_ANSWER] = {NULL, NULL},
	[FAULT_NO_ADDRESS] = {"NO ADDRESS: the trace has no address for it", NULL},
	[FAULT_OVERLAP] = {"OVERLAP: something else is at its address", NULL},
	[FAULT_INVALID] = {"INVALID: the allocator has no such block. Nothing changed", NULL},
	[FAULT_BROKEN] = {"BROKEN CONTRACT: the engine's answer is impossible",
		"BROKEN CONTRACT: the engine contradicts itself."},
	[FAULT_NO_OBJECT] = {"NO SUCH OBJECT: it is not live. Nothing changed", NULL},
	[FAULT_NO_REFERENCE] = {"NO SUCH REFERENCE: there is none to drop. Nothing changed", NULL},
	[FAULT_WEAK_BOUND] =
		{"NOT FOR A WEAK REFERENCE: it always refers to one object. Nothing changed", NULL},
	[FAULT_COUNTED] = {"COUNTED: it lives until nothing refers to it. Nothing changed", NULL},
	[FAULT_NO_FRAME] = {"NO FRAME: the thread has entered no method. Nothing changed", NULL},
	[FAULT_STALE_FREE] = {NULL, "STALE POINTER: another object had the address."},
	[FAULT_USE_AFTER_FREE] = {"USE AFTER FREE: the object is not live", NULL},
	[FAULT_OUT_OF_BOUNDS] = {"OUT OF BOUNDS: not all of that is the object's", NULL},
	[FAULT_WRONG_SIZE] = {NULL, "WRONG SIZE: the block has another one."},
	[FAULT_PLUGIN] = {"YOUR ALLOCATOR FAILED", "YOUR ALLOCATOR FAILED."},
};
static_assert(sizeof(fault_sentences) / sizeof(*fault_sentences) == FAULT_COUNT,
	"every fault has its sentence");

/*
 * When arenas are where they were recorded, their blocks are expected at the recorded addresses as
 * well.
 */
static bool is_elsewhere(const struct story *story)
{
	return heap_layer(story->heap, 0)->takes_recorded && story->effect->layer == 0 &&
	       story->event->address && story->event->address != story->effect->address;
}

static void add_placed(const struct story *story, struct text *what)
{
	const struct effect *effect = story->effect;
	bool is_new =
		story->event->kind != EVENT_REALLOCATE || event_is_realloc_of_null(story->event);
	char name[64];

	text_add(what, "%s", name_in_story(story, effect->address, name, sizeof(name)));
	if (!is_new && effect->old_address == effect->address)
		text_add(what, ", where it was");
	if (is_new && effect->object != OBJECT_NONE) {
		text_add(what, "   (object %" PRIu32, effect->object);
		if (story->event->thread)
			text_add(what, ", thread %" PRIu32, story->event->thread);
		text_add(what, ")");
	}
	if (is_elsewhere(story))
		text_add(what, ". RECORDED ELSEWHERE: %s",
			name_in_story(story, story->event->address, name, sizeof(name)));
}

/* Whether the allocator's process has ended with it, so that the call never came back. */
static bool has_ended(const struct story *story)
{
	for (size_t i = 0; story->log && i < story->log->count; i++)
		if (story->log->items[i].kind == &decision_plugin_died)
			return true;
	return false;
}

static void add_released(const struct story *story, struct text *what)
{
	char name[64];

	text_add(what, "freed ");
	if (story->event->kind == EVENT_UNMAP)
		sentence_add_bytes(what, story->effect->old_given);
	else
		text_add(what, "%s",
			name_in_story(story, story->effect->old_address, name, sizeof(name)));
}

/* The meaning of an arena event of the trace for the engine. */
static const char *words_for_arena(const struct story *story)
{
	if (engine_is_as_recorded(heap_layer(story->heap, 0)))
		return story->event->kind == EVENT_UNMAP ? "Python returned it"
		       : story->event->size < ARENA_BYTES_MIN
			       ? "a piece of Python's own stack, not an arena"
			       : "one of Python's arenas";
	if (!heap_layer(story->heap, 0)->takes_recorded)
		return "an arena of the real program (the arenas shown are simulated)";
	if (story->event->kind == EVENT_UNMAP)
		return "Python has returned it";
	return story->event->size < ARENA_BYTES_MIN
		       ? "a piece of Python's own stack, not an arena"
		       : "Python's next arena: the allocation that follows needs it";
}

static void add_died(const struct story *story, struct text *what)
{
	const struct effect *effect = story->effect;
	struct units units;

	text_add(what, "%s object%s (", units_count(&units, effect->freed),
		effect->freed == 1 ? "" : "s");
	sentence_add_bytes(what, effect->freed_bytes);
	text_add(what, ")");
}

static const char *const use_results[] = {
	[USE_READ] = "as it should be",
	[USE_WRITE] = "as it should be",
	[USE_HIT] = "found",
	[USE_MISS] = "not found",
	[USE_KEEP] = "it is the newest",
	[USE_EVICT] = "it makes room",
	[USE_FOUND] = "found",
	[USE_SPARE] = "a second chance",
};
static_assert(sizeof(use_results) / sizeof(*use_results) == USE_WORD_COUNT, "each has its result");

/* What the variables of the frame that was left took with them. */
static void add_frames(const struct story *story, struct text *what)
{
	if (story->event->kind == EVENT_ENTER) {
		text_add(what, "a new frame of thread %" PRIu32, story->event->thread);
		return;
	}
	text_add(what, "its frame is gone, with its variables");
	if (story->effect->freed) {
		text_add(what, "; ");
		add_died(story, what);
		text_add(what, " died");
	}
}

/* The outcome where an engine traces objects. */
static void add_traced(const struct story *story, struct text *what)
{
	if (story->event->kind == EVENT_GC) {
		text_add(what, "no effect: this heap is collected when it is full");
	} else if (story->effect->freed) {
		text_add(what, "dropped ");
		add_died(story, what);
	} else {
		text_add(what, story->event->kind == EVENT_COLLECT ? "dropped nothing" : "done");
	}
}

static const char *const gc_results[GC_WORD_COUNT] = {
	[GC_OFF] = "from now on only counting frees objects",
	[GC_ON] = "it runs by itself again",
	[GC_THRESHOLDS] = "it now runs earlier or later",
	[GC_FREEZE] = "no collection looks at the objects that there are",
	[GC_UNFREEZE] = "collections look at them again",
	[GC_OTHERS] = "they count as objects that survived a collection",
};

/* The outcome of an event of counted objects that created none. */
static void add_counted(const struct story *story, struct text *what)
{
	const struct effect *effect = story->effect;
	uint32_t count = story_count(story);

	if (story->event->kind == EVENT_USE) {
		text_add(what, "%s", use_results[story->event->other]);
	} else if (story->event->kind == EVENT_ENTER || story->event->kind == EVENT_LEAVE) {
		add_frames(story, what);
	} else if (engine_is_tracing(heap_layer(story->heap, 0))) {
		add_traced(story, what);
	} else if (story->event->kind == EVENT_WHEN) {
		text_add(what, "noted; nothing happens yet");
	} else if (story->event->kind == EVENT_GC) {
		text_add(what, "%s", gc_results[story->event->other]);
	} else if (story->event->kind == EVENT_COLLECT) {
		text_add(what, effect->freed ? "freed " : "freed nothing");
		if (effect->freed)
			add_died(story, what);
	} else if (effect->freed == 1) {
		text_add(what, "its count is 0: it died, and its ");
		sentence_add_bytes(what, effect->freed_bytes);
		text_add(what, " were freed");
	} else if (effect->freed) {
		text_add(what, "its count is 0: it died and took others with it: ");
		add_died(story, what);
	} else {
		text_add(what, "its count is %" PRIu32, count);
	}
}

/* What a space of the recorded virtual machine is after the event; false: it is about none. */
static bool add_space(const struct story *story, struct text *what)
{
	const struct effect *effect = story->effect;
	bool is_placed = effect->outcome == OUTCOME_PLACED;
	struct place place;

	if (!event_is_of_space(story->event) || !engine_follows_spaces(heap_layer(story->heap, 0)))
		return false;
	if (effect->outcome == OUTCOME_NOTHING) {
		text_add(what,
			story->event->kind == EVENT_MAP ? "committed" : "no longer committed");
		return true;
	}
	if ((!is_placed && effect->outcome != OUTCOME_RELEASED) ||
		!place_find(story->heap, is_placed ? effect->address : effect->old_address, &place))
		return false;
	if (is_placed) {
		text_add(what, "%s has ", place.region.name);
		sentence_add_bytes(what, effect->size);
	} else {
		text_add(what, "%s is empty", place.region.name);
	}
	return true;
}

/* Whether the allocator did not get as far as an answer. */
static bool has_crashed(const struct story *story)
{
	for (size_t i = 0; story->log && i < story->log->count; i++)
		if (story->log->items[i].kind->is_crash)
			return true;
	return false;
}

/* nothing: why the request got nothing, where that is not a lack of memory; or NULL. */
static void add_unserved(const struct story *story, const char *nothing, struct text *what)
{
	const struct effect *effect = story->effect;

	if (nothing) {
		text_add(what, "%s", nothing);
		return;
	}
	if (story->event->kind == EVENT_MAP && story->event->size == 0) {
		text_add(what, "refused: 0 bytes cannot be mapped");
		return;
	}
	if (has_crashed(story)) {
		text_add(what, "CRASH: malloc does not return");
		return;
	}
	text_add(what, "%s: the program gets NULL",
		effect->outcome == OUTCOME_NO_MEMORY ? "OUT OF MEMORY" : "NO ANSWER");
	if (effect->old_address &&
		(effect->fault == FAULT_NO_MEMORY || effect->fault == FAULT_NO_ANSWER))
		text_add(what, ", object %" PRIu32 " stays where it is", effect->object);
}

void story_add_what(const struct story *story, struct text *what)
{
	const struct effect *effect = story->effect;
	const char *yet = fault_sentences[effect->fault].yet;
	const char *nothing = fault_sentences[effect->fault].nothing;
	char call[80];

	name_call_of(story->heap, story->event, call, sizeof(call));
	if (story->event->kind == EVENT_LIBC) {
		text_add(what, "%s", call);
		return;
	}
	text_add(what, "%s → ", call);
	if (add_space(story, what))
		return;
	bool has_no_block = event_is_counted(story->event) || story->event->kind == EVENT_USE;
	if (has_no_block && effect->fault == FAULT_NONE && effect->outcome != OUTCOME_PLACED) {
		add_counted(story, what);
		return;
	}
	switch (effect->outcome) {
	case OUTCOME_PLACED:
		add_placed(story, what);
		if (effect->freed) {
			text_add(what, ". The collector freed ");
			add_died(story, what);
		}
		break;
	case OUTCOME_RELEASED:
		if (has_ended(story) && nothing) {
			text_add(what, "%s", nothing);
			return;
		}
		add_released(story, what);
		break;
	case OUTCOME_NO_MEMORY:
	case OUTCOME_NO_ANSWER:
		add_unserved(story, nothing, what);
		return;
	case OUTCOME_INVALID:
	case OUTCOME_NOTHING:
		text_add(what, "%s",
			effect_is_null(effect) ? "NULL, which is allowed: 0 bytes were requested"
			: nothing              ? nothing
			: story->event->domain == DOMAIN_ARENA ? words_for_arena(story)
							       : "no effect");
		return;
	}
	if (yet)
		text_add(what, ". %s", yet);
}
