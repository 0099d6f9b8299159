/* See difference.h. */
#include "panels/comparison/difference.h"

#include "base/units.h"
#include "story/names.h"
#include "story/narration.h"

#include <inttypes.h>
#include <string.h>

static void add_space(int64_t took, struct text *out)
{
	struct units units;

	if (took == 0)
		text_add(out, "takes nothing");
	else
		text_add(out, took > 0 ? "takes %s" : "returns %s",
			units_bytes(&units, (uint64_t)(took > 0 ? took : -took)));
}

/* "moves it to heap +0x60" */
static void add_answer(const struct heap *heap, const struct difference *difference, size_t at,
	struct text *out)
{
	const struct effect *effect = &difference->effects[at];
	char place[64];

	if (difference->kind == DIFFERENCE_SPACE) {
		add_space(difference->took[at], out);
	} else if (effect->outcome == OUTCOME_PLACED) {
		name_address(heap, effect->address, place, sizeof(place));
		text_add(out, "%s%s",
			!effect->old_address                     ? ""
			: effect->old_address == effect->address ? "leaves it at "
								 : "moves it to ",
			place);
	} else {
		text_add(out, "%s",
			effect->fault == FAULT_PLUGIN          ? "fails"
			: effect->outcome == OUTCOME_NO_MEMORY ? "out of memory"
			: effect->outcome == OUTCOME_NO_ANSWER ? "has ended"
			: effect_is_null(effect)               ? "NULL"
							       : outcome_name(effect->outcome));
	}
}

/* Appends "A: heap +0, B C: has no memory": engines that did the same share an entry. */
static void add_answers(const struct rivals *rivals, const struct difference *difference,
	bool of_scouts, struct text *out)
{
	struct text answers[RIVALS_MAX] = {0};
	size_t count = rivals_count(rivals);

	for (size_t i = 0; i < count; i++)
		add_answer(of_scouts ? rivals_scout_heap(rivals, i)
				     : player_heap(rivals_player(rivals, i)),
			difference, i, &answers[i]);
	for (size_t i = 0; i < count; i++) {
		size_t first = 0;
		while (strcmp(text_of(&answers[first]), text_of(&answers[i])) != 0)
			first++;
		if (first < i)
			continue; /* shares the entry of that one */
		text_add(out, "%s%c", i ? ", " : "", (char)('A' + (int)i));
		for (size_t j = i + 1; j < count; j++)
			if (strcmp(text_of(&answers[j]), text_of(&answers[i])) == 0)
				text_add(out, " %c", (char)('A' + (int)j));
		text_add(out, ": %s", text_of(&answers[i]));
	}
	for (size_t i = 0; i < count; i++)
		text_finish(&answers[i]);
}

/* Whether all engines are of one kind; others place everything differently. */
static bool are_of_a_kind(const struct rivals *rivals)
{
	const struct engine_ops *first = heap_layer(player_heap(rivals_player(rivals, 0)), 0)->ops;

	for (size_t i = 1; i < rivals_count(rivals); i++)
		if (heap_layer(player_heap(rivals_player(rivals, i)), 0)->ops != first)
			return false;
	return true;
}

void difference_add_first(const struct rivals *rivals, const struct difference *difference,
	struct text *out)
{
	struct trace *trace = player_trace(rivals_player(rivals, 0));
	struct units number;
	struct event event;
	char call[100];

	if (difference->kind == DIFFERENCE_NONE) {
		text_add(out,
			are_of_a_kind(rivals)
				? "They never differ: every block is in the same place."
				: "They take memory at the same events, and the same requests fail. Places are not compared: the allocators are of two kinds.");
		return;
	}
	trace_get(trace, difference->number, &event);
	text_add(out,
		"First difference at event %s, %s: ", units_count(&number, difference->number),
		name_call(&event, call, sizeof(call)));
	add_answers(rivals, difference, true, out);
	text_add(out, ".");
}

/*
 * The sentence for an event without a difference. Blocks of engines of different kinds are in
 * different places even then.
 */
static const char *words_of_no_difference(const struct rivals *rivals,
	const struct difference *here, bool in_short)
{
	int64_t took = here->took[0];

	if (are_of_a_kind(rivals))
		return "alike";
	if (in_short)
		return took == 0  ? "none takes memory"
		       : took > 0 ? "all take memory"
				  : "all return it";
	return took == 0  ? "no engine takes memory from the system"
	       : took > 0 ? "all take memory from the system"
			  : "all return memory to the system";
}

void difference_add_here(const struct rivals *rivals, const struct difference *here, bool in_short,
	struct text *out)
{
	if (here->kind == DIFFERENCE_NONE) {
		text_add(out, "This event: %s.", words_of_no_difference(rivals, here, in_short));
		return;
	}
	text_add(out, "%s", in_short ? "" : "This event: ");
	add_answers(rivals, here, false, out);
	text_add(out, "%s", in_short ? "" : ".");
}

size_t difference_first_in_short(const char *words)
{
	const char *comma = strstr(words, ", "), *colon = strstr(words, ": ");
	const char *end = !comma || (colon && colon < comma) ? colon : comma;

	return end ? (size_t)(end - words) : strlen(words);
}
