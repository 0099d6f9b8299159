#include "view/view_state.h"

#include "base/error.h"
#include "base/numbers.h"
#include "base/options.h"
#include "base/xalloc.h"
#include "story/names.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SITE_UNKNOWN, SITE_HAS_WORDS, SITE_HAS_NOT };

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

static bool has_words(struct view *view, const struct event *event)
{
	char call[100];

	if (event_is_note_or_mark(event))
		return strcasestr(trace_text(player_trace(view->player), event->text),
			view->search.words);
	return strcasestr(name_call(event, call, sizeof(call)), view->search.words) ||
	       site_has_words(view, event->site);
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

/* Goes to the nearest event in the direction that matches. */
static void find_event(struct view *view, bool back,
	bool (*matches)(struct view *view, const struct event *event), const char *words)
{
	uint64_t here = player_position(view->player);
	uint64_t length = player_length(view->player);
	struct event event;

	if (back && here == 0) {
		view_say(view, "no earlier match: %s", words);
		return;
	}
	/* The event last applied is number here - 1; the one before it is number here - 2. */
	for (uint64_t i = back ? here - 1 : here; back ? i-- > 0 : i < length; i += back ? 0 : 1)
		if (trace_get(player_trace(view->player), i, &event) && matches(view, &event)) {
			view_jump(view, i + 1);
			return;
		}
	view_say(view, "not found %s: %s", back ? "before" : "ahead", words);
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
	search_finish(&view->search);
	view->search = (struct search){.words = xstrdup(words)};
	parse(&view->search, words);
	view_find_again(view, false);
	return 0;
}
