/* See mark_names.h. */
#include "player/mark_names.h"

#include "base/suggestion.h"
#include "base/text.h"
#include "trace/exits.h"
#include "trace/trace.h"

#include <stdbool.h>
#include <string.h>

#define NAMES_MAX 8u    /* that are shown */
#define BYTES_MAX 160u  /* of names: with more, no further one is shown */
#define MARKS_MAX 1000u /* that are read */

struct names {
	const char *items[MARKS_MAX]; /* each once, in order */
	size_t count;
};

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
		if (strncmp(marks[i].name, "kernel: ", strlen("kernel: ")) != 0)
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

static bool is_recorders(const char *name)
{
	enum exit_kind kind;

	return exit_find_kind(name, strlen(name), &kind) ||
	       strncmp(name, TRACE_MARK_EXEC, strlen(TRACE_MARK_EXEC)) == 0 ||
	       strncmp(name, "recording ", 10) == 0;
}

void mark_names_list(struct text *out, const struct trace *trace)
{
	struct names names;
	size_t begin = out->length, said = 0, of_others = 0;

	read_names(&names, trace);
	for (size_t i = 0; i < names.count; i++)
		if (!is_recorders(names.items[i]))
			names.items[of_others++] = names.items[i];
	for (; said < of_others && said < NAMES_MAX && out->length - begin < BYTES_MAX; said++) {
		text_add(out, "%s", said == 0 ? "" : said + 1 == of_others ? " and " : ", ");
		text_add_visible(out, names.items[said]);
	}
	if (of_others > said)
		text_add(out, " and %zu more", of_others - said);
}
