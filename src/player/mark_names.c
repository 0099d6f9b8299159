/* See mark_names.h. */
#include "player/mark_names.h"

#include "base/suggestion.h"
#include "base/text.h"
#include "trace/trace.h"

#include <stdbool.h>
#include <string.h>

#define NAMES_MAX 8u    /* that are shown */
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

void mark_names_add(struct text *out, const struct trace *trace, const char *word)
{
	struct names names;
	size_t near = 0;

	read_names(&names, trace);
	size_t shown = names.count < NAMES_MAX ? names.count : NAMES_MAX;
	while (near < shown && bring_nearest(&names, near, word))
		near++;
	for (size_t i = 0; i < shown; i++) {
		bool is_last = i + 1 == names.count;
		text_add(out, "%s",
			i == 0    ? names.count == 1 ? "; its only mark is '" : "; its marks are '"
			: is_last ? " and '"
				  : ", '");
		text_add_visible(out, names.items[i]);
		text_add(out, "'");
	}
	if (names.count > shown)
		text_add(out, " and %zu more", names.count - shown);
}
