/*
 * See suggestion.h. The distance is the number of characters added, left out, replaced, or
 * exchanged with their neighbour (optimal string alignment).
 */
#include "base/suggestion.h"

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <string.h>

#define LONGEST 32 /* longer words are not mistyped names */

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static unsigned distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned table[LONGEST + 1][LONGEST + 1];

	for (unsigned i = 0; i <= na; i++)
		table[i][0] = i;
	for (unsigned j = 0; j <= nb; j++)
		table[0][j] = j;
	for (size_t i = 1; i <= na; i++)
		for (size_t j = 1; j <= nb; j++) {
			unsigned best = table[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			best = least(best, least(table[i - 1][j], table[i][j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				best = least(best, table[i - 2][j - 2] + 1);
			table[i][j] = best;
		}
	return table[na][nb];
}

static bool is_beginning(const struct suggestion *nearest, const char *name, size_t length)
{
	return nearest->length > 1 && nearest->length < length &&
	       strncmp(name, nearest->word, nearest->length) == 0;
}

/* As "fit" of "heap-fit". */
static bool is_last_word(const struct suggestion *nearest, const char *name, size_t length)
{
	return nearest->length > 1 && nearest->length < length &&
	       name[length - nearest->length - 1] == '-' &&
	       strncmp(name + length - nearest->length, nearest->word, nearest->length) == 0;
}

void suggestion_offer(struct suggestion *nearest, const char *name)
{
	size_t length = strlen(name);

	if (nearest->length == 0 || nearest->length > LONGEST || length > LONGEST)
		return;
	bool is_part = is_beginning(nearest, name, length) || is_last_word(nearest, name, length);
	unsigned far = is_part ? 1 : distance(nearest->word, nearest->length, name, length);
	if (!nearest->name || far < nearest->distance) {
		nearest->name = name;
		nearest->distance = far;
	}
}

const char *suggestion_name(const struct suggestion *nearest)
{
	if (!nearest->name || nearest->distance > (nearest->length + 2) / 3 ||
		nearest->distance >= nearest->length)
		return NULL;
	return nearest->name;
}

int suggestion_refuse(const struct suggestion *nearest, const char *what, const char *all,
	struct error *err)
{
	const char *meant = suggestion_name(nearest);
	int length = (int)nearest->length;

	if (length == 0)
		return error_set(err, "%s %s is needed: one of %s",
			strchr("aeiou", *what) ? "an" : "a", what, all);
	if (meant)
		return error_set(err, "unknown %s '%.*s'; did you mean '%s'? One of %s", what,
			length, nearest->word, meant, all);
	return error_set(err, "unknown %s '%.*s'; choose one of %s", what, length, nearest->word,
		all);
}

void suggestion_add(struct text *text, const char *name)
{
	if (name)
		text_add(text, "; did you mean '%s'?", name);
}
