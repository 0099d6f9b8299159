/* See difference.h. */
#include "panels/comparison/difference.h"

#include "base/units.h"
#include "story/names.h"
#include "story/places.h"

#include <inttypes.h>
#include <string.h>

/* ---- one entry for all that did the same ---------------------------------------------------- */

typedef void add_entry(const struct difference *difference, size_t at, struct text *out);

/* Whether the entries of all engines are the same. */
static bool are_alike(const struct difference *difference, add_entry *add)
{
	struct text first = {0}, other = {0};
	bool is_alike = true;

	add(difference, 0, &first);
	for (size_t i = 1; i < difference->count; i++) {
		text_clear(&other);
		add(difference, i, &other);
		is_alike &= strcmp(text_of(&first), text_of(&other)) == 0;
	}
	text_finish(&first);
	text_finish(&other);
	return is_alike;
}

/* Appends "A: heap +0, B C: out of memory". between: what is between letters and entry. */
static void add_entries(const struct difference *difference, add_entry *add, const char *between,
	struct text *out)
{
	struct text entries[RIVALS_MAX] = {0};
	size_t count = difference->count;

	for (size_t i = 0; i < count; i++)
		add(difference, i, &entries[i]);
	for (size_t i = 0; i < count; i++) {
		size_t first = 0;
		while (strcmp(text_of(&entries[first]), text_of(&entries[i])) != 0)
			first++;
		if (first < i)
			continue; /* shares the entry of that one */
		text_add(out, "%s%c", i ? ", " : "", (char)('A' + (int)i));
		for (size_t j = i + 1; j < count; j++)
			if (strcmp(text_of(&entries[j]), text_of(&entries[i])) == 0)
				text_add(out, " %c", (char)('A' + (int)j));
		text_add(out, "%s%s", between, text_of(&entries[i]));
	}
	for (size_t i = 0; i < count; i++)
		text_finish(&entries[i]);
}

/* ---- what they did ------------------------------------------------------------------------- */

static void add_former(const struct deed *deed, struct text *out)
{
	if (deed->former == OBJECT_NONE)
		text_add(out, "never used before");
	else
		text_add(out, "where object %" PRIu32 " was", deed->former);
}

/* "moves it to heap +0x60" */
static void add_place(const struct deed *deed, struct text *out)
{
	const struct effect *effect = &deed->effect;
	char place[64];

	name_address(deed->heap, effect->address, place, sizeof(place));
	text_add(out, "%s%s",
		!effect->old_address                     ? ""
		: effect->old_address == effect->address ? "leaves it at "
							 : "moves it to ",
		place);
}

static void add_freed(const struct deed *deed, struct text *out)
{
	uint64_t freed = deed->effect.freed;

	if (freed == 0)
		text_add(out, "frees it");
	else
		text_add(out, "frees %" PRIu64 " object%s", freed, freed == 1 ? "" : "s");
}

static void add_answer(const struct deed *deed, struct text *out)
{
	static const char *const words[] = {
		[ANSWER_NOTHING] = "frees nothing",
		[ANSWER_NULL] = "NULL",
		[ANSWER_REFUSED] = "out of memory",
		[ANSWER_CRASHED] = "crash",
		[ANSWER_FAILED] = "fails",
		[ANSWER_ENDED] = "has ended",
		[ANSWER_NONE_TO_FREE] = "nothing to free",
	};
	enum answer answer = deed_answer(deed);
	enum fault fault = deed->effect.fault;

	if (answer == ANSWER_BLOCK)
		add_place(deed, out);
	else if (answer == ANSWER_FREED)
		add_freed(deed, out);
	else if (answer == ANSWER_INVALID || (answer == ANSWER_NOTHING && fault != FAULT_NONE))
		text_add(out, "%s", fault_words(fault));
	else
		text_add(out, "%s", words[answer]);
}

static void add_given(const struct difference *difference, size_t at, struct text *out)
{
	struct units units;

	text_add(out, "%s", units_bytes(&units, difference->deeds[at].effect.given));
}

static void add_deed(const struct difference *difference, size_t at, struct text *out)
{
	const struct deed *deed = &difference->deeds[at];
	bool has_block = deed_answer(deed) == ANSWER_BLOCK;

	if (has_block && difference->kind == DIFFERENCE_FORMER) {
		add_former(deed, out);
	} else if (has_block && difference->kind == DIFFERENCE_BYTES) {
		text_add(out, "takes ");
		add_given(difference, at, out);
	} else {
		add_answer(deed, out);
	}
}

static void add_took(const struct difference *difference, size_t at, struct text *out)
{
	int64_t took = difference->deeds[at].took;
	struct units units;

	if (took == 0)
		text_add(out, "none");
	else
		text_add(out, "%s%s", took > 0 ? "" : "returns ",
			units_bytes(&units, (uint64_t)(took > 0 ? took : -took)));
}

/* ---- sentences ----------------------------------------------------------------------------- */

void difference_add_first(const struct rivals *rivals, const struct difference *difference,
	const char *which, struct text *out)
{
	struct units number;
	struct event event;
	char call[100];

	trace_get(player_trace(rivals_player(rivals, 0)), difference->number, &event);
	text_add(out, "%s at event %s, %s: ", which, units_count(&number, difference->number),
		name_call(&event, call, sizeof(call)));
	add_entries(difference, add_deed, ": ", out);
	text_add(out, ".");
}

void difference_add_none(const struct rivals *rivals, struct text *out)
{
	text_add(out,
		rivals_are_mixed(rivals)
			? "They never differ: the same requests are served, each where the same object was before, or none. Their addresses cannot be compared."
			: "They never differ: the same requests are served, each in the same place.");
}

/* How many holes a heap has; 0 where it has none by its nature. */
static uint64_t holes_of(const struct deed *deed)
{
	uint64_t holes = 0;

	for (size_t i = 0; i < heap_layer_count(deed->heap); i++) {
		struct totals totals;
		const struct engine *engine = heap_layer(deed->heap, i);
		engine_totals(engine, &totals);
		if (!engine_has_classes(engine) && !engine_has_spaces(engine))
			holes += totals.free_spans;
	}
	return holes;
}

static void add_holes(const struct difference *difference, size_t at, struct text *out)
{
	struct units units;

	text_add(out, "%s", units_count(&units, holes_of(&difference->deeds[at])));
}

static bool all_are_of_a_kind(const struct difference *here)
{
	for (size_t i = 1; i < here->count; i++)
		if (!are_of_a_kind(here->deeds[0].heap, here->deeds[i].heap))
			return false;
	return true;
}

/* Engines of one kind do the same here, but what is free lies otherwise. */
static bool differ_in_holes(const struct difference *here)
{
	return all_are_of_a_kind(here) && !are_alike(here, add_holes);
}

/* What is no difference: the bytes usable in each block, and what comes from the system. */
static void add_apart(const struct difference *here, struct text *out)
{
	bool is_held = false;

	for (size_t i = 0; i < here->count; i++)
		is_held |= here->deeds[i].took != 0;
	if (!are_alike(here, add_given)) {
		text_add(out, " Usable bytes: ");
		add_entries(here, add_given, " ", out);
		text_add(out, ".");
	}
	if (is_held) {
		text_add(out, " From the system: ");
		add_entries(here, add_took, " ", out);
		text_add(out, ".");
	}
}

static void add_freed_place(const struct difference *difference, size_t at, struct text *out)
{
	const struct deed *deed = &difference->deeds[at];
	char place[64];

	text_add(out, "%s",
		name_address(deed->heap, deed->effect.old_address, place, sizeof(place)));
}

/*
 * One block is freed in each, by its address and not since its count is 0, and what it lay in did
 * not go back to the system with it.
 */
static bool frees_a_block(const struct difference *here)
{
	for (size_t i = 0; i < here->count; i++) {
		const struct effect *effect = &here->deeds[i].effect;
		struct place place;
		if (effect->outcome != OUTCOME_RELEASED || !effect->old_address || effect->freed ||
			!place_find(here->deeds[i].heap, effect->old_address, &place))
			return false;
	}
	return true;
}

/* What is freed lies where it was placed, which was a difference then. */
static void add_none(const struct difference *here, struct text *out)
{
	bool has_holes = differ_in_holes(here), frees = frees_a_block(here);

	if (frees && all_are_of_a_kind(here) && !are_alike(here, add_freed_place)) {
		text_add(out, "frees ");
		add_entries(here, add_freed_place, ": ", out);
	} else if (has_holes && (frees || deed_answer(&here->deeds[0]) == ANSWER_BLOCK)) {
		text_add(out, "the same place");
	} else if (has_holes && deed_answer(&here->deeds[0]) == ANSWER_NOTHING) {
		text_add(out, "nothing is placed or freed");
	} else {
		text_add(out, "no difference");
	}
	text_add(out, ".");
	if (has_holes) {
		text_add(out, " Holes: ");
		add_entries(here, add_holes, " ", out);
		text_add(out, ".");
	}
	add_apart(here, out);
}

void difference_add_here(const struct difference *here, bool in_short, struct text *out)
{
	text_add(out, "%s", in_short ? "" : "This event: ");
	if (here->kind == DIFFERENCE_NONE) {
		add_none(here, out);
		return;
	}
	add_entries(here, add_deed, ": ", out);
	text_add(out, "%s", in_short ? "" : ".");
}

size_t difference_first_in_short(const char *words)
{
	const char *comma = strstr(words, ", "), *colon = strstr(words, ": ");
	const char *end = !comma || (colon && colon < comma) ? colon : comma;

	return end ? (size_t)(end - words) : strlen(words);
}
