/* See option_spec.h. */
#include "base/option_spec.h"

#include "base/error.h"
#include "base/numbers.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "base/units.h"
#include "base/utf8.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A limit as people write it: a size with its unit. */
static const char *limit_words(const struct option_spec *spec, struct units *units, uint64_t number)
{
	if (spec->type == OPTION_SIZE)
		return units_bytes(units, number);
	snprintf(units->text, sizeof(units->text), "%" PRIu64, number);
	return units->text;
}

static int check_range(const struct option_spec *spec, const char *words, uint64_t number,
	struct error *err)
{
	struct units limit;

	if (number < spec->min)
		return error_set(err, "--%s: %s is too small: at least %s", spec->name, words,
			limit_words(spec, &limit, spec->min));
	if (spec->max && number > spec->max)
		return error_set(err, "--%s: %s is too large: at most %s", spec->name, words,
			limit_words(spec, &limit, spec->max));
	if (spec->power_of_two && (number & (number - 1)) != 0)
		return error_set(err, "--%s: %s is not a power of two (1, 2, 4, 8, and so on)",
			spec->name, words);
	return 0;
}

static int check_number(const struct option_spec *spec, const char *words, struct error *err)
{
	uint64_t number;
	int result = spec->type == OPTION_SIZE ? size_parse(words, &number, err)
					       : number_parse(words, &number, err);

	if (result < 0)
		return error_prefix(err, "--%s", spec->name);
	return check_range(spec, words, number, err);
}

/*
 * Of a word that is mistyped the nearest is named; of a number, as of a version, none. Choices are
 * short, and two of four letters make another one.
 */
static int check_choice(const struct option_spec *spec, const char *words, struct error *err)
{
	struct suggestion nearest = {.word = words, .length = strlen(words)};
	struct text all = {0};

	for (const char *const *choice = spec->choices; *choice; choice++)
		if (strcmp(*choice, words) == 0)
			return 0;
	for (const char *const *choice = spec->choices; *choice; choice++) {
		text_join(&all, ", ", *choice);
		suggestion_offer(&nearest, *choice);
	}
	bool is_mistyped =
		isalpha((unsigned char)*words) && nearest.distance <= (nearest.length + 1) / 4;
	suggestion_add(&all, is_mistyped ? suggestion_name(&nearest) : NULL);
	error_set(err, "--%s: '%s' is not one of %s", spec->name, words, text_of(&all));
	text_finish(&all);
	return -1;
}

int option_check(const struct option_spec *spec, const char *words, struct error *err)
{
	if (spec->type == OPTION_FLAG)
		return words ? error_set(err, "--%s takes no value", spec->name) : 0;
	if (!words && spec->listed_by)
		return error_set(err, "--%s needs a value (%s); `%s` lists them", spec->name,
			spec->value, spec->listed_by);
	if (!words)
		return error_set(err, "--%s needs a value (%s)", spec->name,
			spec->value ? spec->value : "VALUE");
	switch (spec->type) {
	case OPTION_FLAG:
	case OPTION_TEXT:
		return 0;
	case OPTION_CHOICE:
		return check_choice(spec, words, err);
	case OPTION_NUMBER:
	case OPTION_SIZE:
		return check_number(spec, words, err);
	}
	return 0;
}

#define HELP_COLUMN 30 /* where the help of an option begins */

static void help_line(const struct option_spec *spec, struct text *text)
{
	struct text left = {0}, right = {0};

	if (spec->letter)
		text_add(&left, "-%c, ", spec->letter);
	text_add(&left, "--%s", spec->name);
	if (spec->type != OPTION_FLAG)
		text_add(&left, " %s", spec->value ? spec->value : "VALUE");
	text_add(&right, "%s", spec->help);
	for (const char *const *choice = spec->choices; choice && *choice; choice++)
		text_add(&right, "%s%s", choice == spec->choices ? ": " : ", ", *choice);
	if (spec->fallback && spec->fallback[0])
		text_add(&right, " (default" TEXT_GLUE "%s)", spec->fallback);
	size_t cells = utf8_cells(text_of(&left));
	size_t pad = cells + 4 < HELP_COLUMN ? HELP_COLUMN - 4 - cells : 0;
	text_add(text, "  %s%*s  ", text_of(&left), (int)pad, "");
	text_add_wrapped(text, cells + 4 + pad, HELP_COLUMN, text_of(&right));
	text_finish(&left);
	text_finish(&right);
}

void options_help(const struct option_spec *table, struct text *text)
{
	for (const struct option_spec *spec = table; spec && spec->name; spec++)
		help_line(spec, text);
}
