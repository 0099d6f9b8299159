/* See mark_names.h. */
#include "player/mark_names.h"

#include "base/error.h"
#include "base/numbers.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "trace/exits.h"
#include "trace/trace.h"
#include "trace/wire.h"

#include <inttypes.h>
#include <string.h>

#define NAMES_MAX 8u    /* that are shown */
#define BYTES_MAX 160u  /* of names: with more, no further one is shown */
#define MARKS_MAX 1000u /* that are read */

struct names {
	const char *items[MARKS_MAX]; /* each once, in order */
	size_t count;
};

/* How the names begin of marks that the recorder puts, beside those of exits. */
static const char *const recorders[] = {TRACE_MARK_EXEC, TRACE_MARK_RECORDING, TRACE_MARK_ATTACHED,
	TRACE_MARK_FORKED, TRACE_MARK_KERNEL};

bool mark_name_is_recorders(const char *name)
{
	enum exit_kind kind;

	for (size_t i = 0; i < sizeof(recorders) / sizeof(*recorders); i++)
		if (strncmp(name, recorders[i], strlen(recorders[i])) == 0)
			return true;
	return exit_find_kind(name, strlen(name), &kind);
}

bool mark_names_find(const struct trace *trace, const char *words, uint64_t *ret_number)
{
	const char *sign = strrchr(words, '#');
	const struct trace_mark *marks;
	size_t count = trace_marks(trace, &marks);
	uint64_t wanted;
	struct error unused;

	if (trace_find_mark(trace, words, ret_number))
		return true;
	if (!sign || number_parse(sign + 1, &wanted, &unused) < 0)
		return false;
	size_t length = (size_t)(sign - words);
	for (size_t i = 0; i < count; i++) {
		bool is_it =
			strncmp(marks[i].name, words, length) == 0 && marks[i].name[length] == '\0';
		if (!is_it || --wanted > 0)
			continue;
		*ret_number = marks[i].position;
		return true;
	}
	return false;
}

/* Which mark of its name the one at `at` is, from 1, and of how many. */
static size_t place_of(const struct trace_mark *marks, size_t count, size_t at, size_t *ret_count)
{
	size_t place = 0, of_name = 0;

	for (size_t i = 0; i < count; i++) {
		of_name += strcmp(marks[i].name, marks[at].name) == 0;
		place = i == at ? of_name : place;
	}
	*ret_count = of_name;
	return place;
}

/* "--at 'served#2'", or the number of that mark's event where another mark is named so. */
static void add_way_to(struct text *out, const struct trace *trace, const char *name, size_t place)
{
	const struct trace_mark *marks;
	size_t count = trace_marks(trace, &marks), rest = place;
	uint64_t wanted = 0, found = 0;
	struct text words = {0};

	text_add(&words, "%s#%zu", name, place);
	for (size_t i = 0; i < count && rest > 0; i++)
		if (strcmp(marks[i].name, name) == 0 && --rest == 0)
			wanted = marks[i].position;
	if (mark_names_find(trace, text_of(&words), &found) && found == wanted) {
		text_add(out, "--at '");
		text_add_visible(out, text_of(&words));
		text_add(out, "'");
	} else {
		text_add(out, "--at %" PRIu64, wanted);
	}
	text_finish(&words);
}

void mark_names_add_place(struct text *out, const struct trace *trace, uint64_t position)
{
	const struct trace_mark *marks;
	size_t count = trace_marks(trace, &marks), of_name, at = 0;

	while (at < count && marks[at].position + 1 != position)
		at++;
	if (at == count || mark_name_is_recorders(marks[at].name))
		return;
	size_t place = place_of(marks, count, at, &of_name);
	if (of_name < 2)
		return;
	text_add(out, "mark %zu of %zu named '", place, of_name);
	text_add_visible(out, marks[at].name);
	text_add(out, "'; ");
	add_way_to(out, trace, marks[at].name, place < of_name ? place + 1 : place - 1);
	text_add(out, " is the %s", place < of_name ? "next" : "one before");
}

static void add_name(struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0)
			return;
	names->items[names->count++] = name;
}

static void read_names(struct names *names, const struct trace *trace)
{
	const struct trace_mark *marks;
	size_t count = trace_marks(trace, &marks);

	names->count = 0;
	for (size_t i = 0; i < count && i < MARKS_MAX; i++)
		if (strncmp(marks[i].name, TRACE_MARK_KERNEL, strlen(TRACE_MARK_KERNEL)) != 0)
			add_name(names, marks[i].name);
}

/* Moves the name that is nearest to the word to `at`, if one is near. */
static bool bring_nearest(struct names *names, size_t at, const char *word)
{
	struct suggestion nearest = {.word = word, .length = strlen(word)};
	size_t found = at;

	for (size_t i = at; i < names->count; i++)
		suggestion_offer(&nearest, names->items[i]);
	const char *name = suggestion_name(&nearest);
	if (!name)
		return false;
	while (names->items[found] != name)
		found++;
	memmove(&names->items[at + 1], &names->items[at], (found - at) * sizeof(*names->items));
	names->items[at] = name;
	return true;
}

/* "; its marks are 'a'", ", 'b'", " and 'c'" */
static void say_name(struct text *out, const struct names *names, size_t at)
{
	const char *before = at + 1 == names->count ? " and '" : ", '";

	if (at == 0)
		before = names->count == 1 ? "; its only mark is '" : "; its marks are '";
	text_add(out, "%s", before);
	text_add_visible(out, names->items[at]);
	text_add(out, "'");
}

void mark_names_add(struct text *out, const struct trace *trace, const char *word)
{
	struct names names;
	size_t begin = out->length, near = 0, said = 0;

	read_names(&names, trace);
	while (near < names.count && near < NAMES_MAX && bring_nearest(&names, near, word))
		near++;
	while (said < names.count && said < NAMES_MAX && out->length - begin < BYTES_MAX)
		say_name(out, &names, said++);
	if (names.count > said)
		text_add(out, " and %zu more", names.count - said);
}

/* " (#1 to #4)" */
static void say_count(struct text *out, const struct trace *trace, const char *name)
{
	const struct trace_mark *marks;
	size_t count = trace_marks(trace, &marks), of_name = 0;

	for (size_t i = 0; i < count; i++)
		of_name += strcmp(marks[i].name, name) == 0;
	if (of_name > 1)
		text_add(out, " (#1 to #%zu)", of_name);
}

void mark_names_list(struct text *out, const struct trace *trace)
{
	struct names names;
	size_t begin = out->length, said = 0, of_others = 0;

	read_names(&names, trace);
	for (size_t i = 0; i < names.count; i++)
		if (!mark_name_is_recorders(names.items[i]))
			names.items[of_others++] = names.items[i];
	for (; said < of_others && said < NAMES_MAX && out->length - begin < BYTES_MAX; said++) {
		text_add(out, "%s", said == 0 ? "" : said + 1 == of_others ? " and " : ", ");
		text_add_visible(out, names.items[said]);
		say_count(out, trace, names.items[said]);
	}
	if (of_others > said)
		text_add(out, " and %zu more", of_others - said);
}
