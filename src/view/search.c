#include "view/view_state.h"

#include "base/error.h"
#include "base/numbers.h"
#include "base/options.h"
#include "base/xalloc.h"
#include "story/concepts.h"
#include "story/names.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS 256u /* that are read at once */

enum { SITE_UNKNOWN, SITE_HAS_WORDS, SITE_HAS_NOT }; /* of a shape as well */

/* ---- matching ------------------------------------------------------------------------------ */

/*
 * Callers are looked up once per call site, since their names are read from the files of the
 * program.
 */
static bool site_has_words(struct view *view, uint32_t site)
{
	struct search *search = &view->search;

	if (site == SITE_NONE)
		return false;
	if (search->life != view->simulation.life)
		search->sites.count = 0;
	search->life = view->simulation.life;
	while (search->sites.count <= site)
		*array_push(&search->sites) = SITE_UNKNOWN;
	if (search->sites.items[site] == SITE_UNKNOWN)
		search->sites.items[site] =
			strcasestr(symbols_site(view->simulation.symbols, site), search->words)
				? SITE_HAS_WORDS
				: SITE_HAS_NOT;
	return search->sites.items[site] == SITE_HAS_WORDS;
}

/* SEARCH_SHAPES: the event is no plain call of a known object, or has no number in its name. */
static unsigned shape_of(const struct event *event)
{
	unsigned how = (event->alignment ? 1u : 0u) | (event->flags & EVENT_SEEN_BEFORE ? 2u : 0u) |
		       (event->flags & EVENT_SIZED ? 4u : 0u);

	static_assert((EVENT_UNMAP + 1) * CALL_COUNT * 8 <= SEARCH_SHAPES, "each has a place");
	if (event->kind > EVENT_UNMAP || event->object == OBJECT_NONE ||
		(event->flags & EVENT_OLD_UNKNOWN) || event->size > INT64_MAX)
		return SEARCH_SHAPES;
	return (event->kind * CALL_COUNT + event->call) * 8 + how;
}

/* Words without a digit are looked for once in each shape: writing a name costs ten decodings. */
static bool call_has_words(struct search *search, const struct event *event)
{
	unsigned shape = shape_of(event);
	bool is_known = shape < SEARCH_SHAPES && !strpbrk(search->words, "0123456789");
	char call[100];

	if (is_known && search->shapes[shape] != SITE_UNKNOWN)
		return search->shapes[shape] == SITE_HAS_WORDS;
	bool found = strcasestr(name_call(event, call, sizeof(call)), search->words);
	if (is_known)
		search->shapes[shape] = found ? SITE_HAS_WORDS : SITE_HAS_NOT;
	return found;
}

static bool has_words(struct view *view, const struct event *event)
{
	if (event_is_note_or_mark(event))
		return strcasestr(trace_text(player_trace(view->player), event->text),
			view->search.words);
	return call_has_words(&view->search, event) || site_has_words(view, event->site);
}

static bool is_of_object(struct view *view, const struct event *event)
{
	uint64_t number = view->search.number;

	return number != OBJECT_NONE &&
	       (event->object == number || (event_has_other(event) && event->other == number));
}

static bool is_of_size(struct view *view, const struct event *event)
{
	return event_asks_for_memory(event) && event->size == view->search.number;
}

static bool is_larger(struct view *view, const struct event *event)
{
	return event_asks_for_memory(event) && event->size > view->search.number;
}

static bool is_of_this_object(struct view *view, const struct event *event)
{
	return event->object == view->latest.event.object;
}

/* ---- finding ------------------------------------------------------------------------------- */

static void end_hunt(struct view *view, uint64_t position)
{
	view_end_errand(view);
	view_jump(view, position);
}

/* Names the key for the other direction, unless there is nothing in it. */
static void give_up_hunt(struct view *view)
{
	const struct hunt *hunt = &view->search.hunt;
	bool is_same = hunt->matches == is_of_this_object;
	const char *key = hunt->is_back ? (is_same ? "*" : "n") : is_same ? "#" : "N";
	bool has_rest = hunt->is_back ? view->errand.origin < player_length(view->player)
				      : view->errand.origin > 0;

	char concept[80] = "";

	if (hunt->matches == has_words && concept_is_known(hunt->words))
		snprintf(concept, sizeof(concept), "; try :concept %s", hunt->words);
	view_end_errand(view);
	if (has_rest)
		view_say(view, "not found %s: %s; %s searches %s%s",
			hunt->is_back ? "before" : "ahead", hunt->words, key,
			hunt->is_back ? "ahead" : "back", concept);
	else
		view_say(view, "not found %s: %s%s", hunt->is_back ? "before" : "ahead",
			hunt->words, concept);
}

/* Reads events from `at` on, up to `end`. */
static void hunt_forwards(struct view *view, uint64_t n)
{
	struct hunt *hunt = &view->search.hunt;
	const struct event *events;
	size_t count;

	for (uint64_t read = 0; read < n && hunt->at < hunt->end; read += count) {
		events = trace_borrow(player_trace(view->player), hunt->at, &count);
		if (!events) /* damage was found: the trace ends there */
			hunt->end = hunt->at;
		count = count < EVENTS ? count : EVENTS;
		for (size_t i = 0; i < count; i++)
			if (hunt->matches(view, &events[i])) {
				end_hunt(view, hunt->at + i + 1);
				return;
			}
		hunt->at += count;
	}
	if (hunt->at >= hunt->end)
		give_up_hunt(view);
}

/* Reads events before `at`; the last one that matches is wanted. */
static void hunt_backwards(struct view *view, uint64_t n)
{
	struct hunt *hunt = &view->search.hunt;
	struct event events[EVENTS];

	for (uint64_t read = 0; read < n && hunt->at > 0; read += EVENTS) {
		uint64_t from = hunt->at > EVENTS ? hunt->at - EVENTS : 0;
		size_t count = trace_read(player_trace(view->player), from, events,
			(size_t)(hunt->at - from));
		while (count-- > 0)
			if (hunt->matches(view, &events[count])) {
				end_hunt(view, from + count + 1);
				return;
			}
		hunt->at = from;
	}
	if (hunt->at == 0)
		give_up_hunt(view);
}

static void hunt(struct view *view, uint64_t n)
{
	if (view->search.hunt.is_back)
		hunt_backwards(view, n);
	else
		hunt_forwards(view, n);
}

static void measure_hunt(const struct view *view, uint64_t *ret_done, uint64_t *ret_all)
{
	const struct hunt *hunt = &view->search.hunt;
	uint64_t from = view->errand.origin;

	*ret_done = hunt->is_back ? from - hunt->at : hunt->at - from;
	*ret_all = hunt->is_back ? from : hunt->end - from;
}

static const struct errand_kind hunting = {hunt, measure_hunt};

/* Goes to the nearest event in the direction that matches. */
static void find_event(struct view *view, bool back,
	bool (*matches)(struct view *view, const struct event *event), const char *words)
{
	struct hunt *hunt = &view->search.hunt;
	char what[100];

	view_cancel(view);
	view_finish_return(view);
	uint64_t here = player_position(view->player);
	if (back && here == 0) {
		view_say(view, "no earlier match: %s", words);
		return;
	}
	/* The event last applied is number here - 1; a search back begins before it. */
	*hunt = (struct hunt){.is_back = back,
		.matches = matches,
		.at = back ? here - 1 : here,
		.end = player_length(view->player)};
	snprintf(hunt->words, sizeof(hunt->words), "%s", words);
	snprintf(what, sizeof(what), "'%s' not found so far", hunt->words);
	view_begin_errand(view, &hunting, what, here, here);
}

/* ---- queries ------------------------------------------------------------------------------- */

/*
 * Conditions with a number. Conditions that are one word (split, note) are searched for in captions
 * instead.
 */
static const struct {
	const char *before;
	bool (*matches)(struct view *view, const struct event *event);
	int (*parse)(const char *words, uint64_t *ret_number, struct error *err);
} numbers[] = {
	{"object ", is_of_object, number_parse},
	{"size > ", is_larger, size_parse},
	{"size >", is_larger, size_parse},
	{"size ", is_of_size, size_parse},
};

static void parse(struct search *search, const char *words)
{
	char address[120];
	struct error err;

	search->matches = has_words;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		size_t length = strlen(numbers[i].before);
		if (strncmp(words, numbers[i].before, length) == 0 &&
			numbers[i].parse(words + length, &search->number, &err) == 0) {
			search->matches = numbers[i].matches;
			return;
		}
	}
	snprintf(address, sizeof(address), "%s%s", strncmp(words, "0x", 2) == 0 ? "address " : "",
		words);
	if (strpbrk(words, "0123456789") && stop_parse(&search->stop, address, &err) == 0)
		search->matches = NULL;
}

void search_finish(struct search *search)
{
	free(search->words);
	array_finish(&search->sites);
}

void view_find_again(struct view *view, bool back)
{
	struct search *search = &view->search;

	if (!search->words)
		view_say(view, "no search yet; press / to start one");
	else if (search->matches)
		find_event(view, back, search->matches, search->words);
	else
		view_find_stop(view, search->stop, back, search->words);
}

void view_find_same(struct view *view, bool back)
{
	char words[40];

	if (!view->latest.has_event || view->latest.event.object == OBJECT_NONE) {
		view_say(view, "this event has no object");
		return;
	}
	snprintf(words, sizeof(words), "object %" PRIu32, view->latest.event.object);
	/* A counted object may die at an event that does not name it. */
	if (trace_has_counted(player_trace(view->player)))
		view_run_to(view, (struct stop){STOP_OBJECT, view->latest.event.object}, back,
			words);
	else
		find_event(view, back, is_of_this_object, words);
}

int view_search(struct view *view, const char *words, struct error *err)
{
	if (*words == '\0')
		return error_set(err,
			"search needs text (caption, call, caller), or object 7, size > 512, 0x7f00");
	view_cancel(view);
	search_finish(&view->search);
	view->search = (struct search){.words = xstrdup(words)};
	parse(&view->search, words);
	view_find_again(view, false);
	return 0;
}
