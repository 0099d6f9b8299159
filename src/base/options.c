/*
 * See options.h.  Values are kept as they were typed; they were checked against their spec when
 * they were set.
 */
#include "base/options.h"

#include "base/arrays.h"
#include "base/error.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct value {
	const struct option_spec *spec; /* borrowed */
	char *words;                    /* as typed; NULL for a flag */
};

struct options {
	ARRAY(const struct option_spec *) tables;
	ARRAY(struct value) values;
};

struct options *options_new(void)
{
	return xcalloc(1, sizeof(struct options));
}

struct options *options_clone(const struct options *options)
{
	struct options *clone = options_new();

	for (size_t i = 0; i < options->tables.count; i++)
		*array_push(&clone->tables) = options->tables.items[i];
	for (size_t i = 0; i < options->values.count; i++) {
		const struct value *value = &options->values.items[i];
		*array_push(&clone->values) =
			(struct value){value->spec, value->words ? xstrdup(value->words) : NULL};
	}
	return clone;
}

void options_free(struct options *options)
{
	if (!options)
		return;
	for (size_t i = 0; i < options->values.count; i++)
		free(options->values.items[i].words);
	array_finish(&options->values);
	array_finish(&options->tables);
	free(options);
}

void options_add_table(struct options *options, const struct option_spec *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < options->tables.count; i++)
		if (options->tables.items[i] == table)
			return;
	*array_push(&options->tables) = table;
}

static const struct option_spec *find_spec(const struct options *options, const char *name,
	size_t length)
{
	for (size_t i = 0; i < options->tables.count; i++)
		for (const struct option_spec *spec = options->tables.items[i]; spec->name; spec++)
			if (strncmp(spec->name, name, length) == 0 && spec->name[length] == '\0')
				return spec;
	return NULL;
}

static const struct option_spec *find_letter(const struct options *options, char letter)
{
	for (size_t i = 0; i < options->tables.count; i++)
		for (const struct option_spec *spec = options->tables.items[i]; spec->name; spec++)
			if (spec->letter == letter)
				return spec;
	return NULL;
}

static int unknown_option(const struct options *options, const char *name, size_t length,
	struct error *err)
{
	struct suggestion nearest = {.word = name, .length = length};

	for (size_t i = 0; i < options->tables.count; i++)
		for (const struct option_spec *spec = options->tables.items[i]; spec->name; spec++)
			suggestion_offer(&nearest, spec->name);
	const char *meant = suggestion_name(&nearest);
	return error_set(err, "unknown option --%.*s (%s%s%s)", (int)length, name,
		meant ? "did you mean --" : "see --help", meant ? meant : "", meant ? "?" : "");
}

static const struct value *find_value(const struct options *options, const struct option_spec *spec)
{
	for (size_t i = 0; i < options->values.count; i++)
		if (options->values.items[i].spec == spec)
			return &options->values.items[i];
	return NULL;
}

enum digits { DIGITS_NONE, DIGITS_TOO_MANY, DIGITS_FINE };

/* Reads as many digits as there are, behind 0x hexadecimal ones; *words is left behind them. */
static enum digits read_digits(const char **words, uint64_t *ret_number)
{
	const char *digits = *words;
	bool is_hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
	char *end;

	digits += is_hex ? 2 : 0;
	if (is_hex ? !isxdigit((unsigned char)*digits) : !isdigit((unsigned char)*digits))
		return DIGITS_NONE;
	errno = 0;
	*ret_number = strtoull(digits, &end, is_hex ? 16 : 10);
	*words = end;
	return errno == ERANGE ? DIGITS_TOO_MANY : DIGITS_FINE;
}

int number_parse(const char *words, uint64_t *ret_number, struct error *err)
{
	const char *rest = words;
	uint64_t number;
	enum digits digits = read_digits(&rest, &number);

	if (digits == DIGITS_NONE || *rest != '\0')
		return error_set(err, "'%s' is not a number", words);
	if (digits == DIGITS_TOO_MANY)
		return error_set(err, "%s is too large", words);
	*ret_number = number;
	return 0;
}

int size_parse(const char *words, uint64_t *ret_bytes, struct error *err)
{
	static const char units[] = "KMGT";
	const char *rest = words;
	uint64_t bytes = 0;
	unsigned shift = 0;
	enum digits digits = read_digits(&rest, &bytes);

	const char *unit = *rest ? strchr(units, toupper((unsigned char)*rest)) : NULL;
	if (unit) {
		shift = 10 * (unsigned)(unit - units + 1);
		rest++;
		rest += *rest == 'i';
	}
	rest += *rest == 'B';
	if (digits == DIGITS_NONE || *rest != '\0')
		return error_set(err, "'%s' is not a size (4096, 64K, 1M, 2GiB)", words);
	if (digits == DIGITS_TOO_MANY || (shift && bytes >> (64 - shift)))
		return error_set(err, "%s is too large", words);
	*ret_bytes = bytes << shift;
	return 0;
}

/* What strtod() takes, but for what is no plain number: signs, inf, 0x10. */
static bool read_decimal(const char **words, double *ret_value)
{
	char *end;
	size_t digits = strspn(*words, "0123456789.");

	*ret_value = strtod(*words, &end);
	bool is_plain = digits > 0 && end == *words + digits;
	*words = end;
	return is_plain;
}

int time_parse(const char *words, uint64_t *ret_nanoseconds, struct error *err)
{
	static const struct {
		const char *name;
		double nanoseconds;
	} units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"min", 60e9}};
	const char *rest = words;
	double value, minutes = 0, unit = 0;
	bool is_time = read_decimal(&rest, &value);

	if (is_time && *rest == ':') {
		rest++;
		minutes = value;
		is_time = read_decimal(&rest, &value) && value < 60 && *rest == '\0';
		unit = 1e9;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strcmp(rest, units[i].name) == 0)
			unit = units[i].nanoseconds;
	if (!is_time || unit == 0)
		return error_set(err, "'%s' is no time (2s, 500ms, 1:30)", words);
	double all = minutes * 60e9 + value * unit;
	if (all >= 1e18)
		return error_set(err, "%s is too long", words);
	*ret_nanoseconds = (uint64_t)(all + 0.5);
	return 0;
}

/* A limit as people write it: sizes with their unit. */
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

static int check_choice(const struct option_spec *spec, const char *words, struct error *err)
{
	struct text all = {0};

	for (const char *const *choice = spec->choices; *choice; choice++)
		if (strcmp(*choice, words) == 0)
			return 0;
	for (const char *const *choice = spec->choices; *choice; choice++)
		text_join(&all, ", ", *choice);
	error_set(err, "--%s: '%s' is not one of %s", spec->name, words, text_of(&all));
	text_finish(&all);
	return -1;
}

static int check(const struct option_spec *spec, const char *words, struct error *err)
{
	if (spec->type == OPTION_FLAG)
		return words ? error_set(err, "--%s takes no value", spec->name) : 0;
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

static int set(struct options *options, const struct option_spec *spec, const char *words,
	struct error *err)
{
	if (check(spec, words, err) < 0)
		return -1;

	for (size_t i = 0; i < options->values.count; i++) {
		struct value *value = &options->values.items[i];
		if (value->spec != spec)
			continue;
		free(value->words);
		value->words = words ? xstrdup(words) : NULL;
		return 0;
	}
	*array_push(&options->values) = (struct value){spec, words ? xstrdup(words) : NULL};
	return 0;
}

int options_set(struct options *options, const char *name, const char *value, struct error *err)
{
	const struct option_spec *spec = find_spec(options, name, strlen(name));
	if (!spec)
		return unknown_option(options, name, strlen(name), err);
	return set(options, spec, value, err);
}

static bool same_words(const char *one, const char *other)
{
	return one && other ? strcmp(one, other) == 0 : one == other;
}

bool options_equal(const struct options *one, const struct options *other)
{
	if (one->values.count != other->values.count)
		return false;
	for (size_t i = 0; i < one->values.count; i++) {
		const struct value *value = &one->values.items[i];
		const struct value *theirs = find_value(other, value->spec);
		if (!theirs || !same_words(value->words, theirs->words))
			return false;
	}
	return true;
}

void options_default_from(struct options *options, const struct options *others)
{
	for (size_t i = 0; i < others->values.count; i++) {
		const struct value *value = &others->values.items[i];
		const struct option_spec *spec =
			find_spec(options, value->spec->name, strlen(value->spec->name));
		if (spec && !find_value(options, spec))
			set(options, spec, value->words, NULL);
	}
}

/* Parses the long option argv[*at]; *at is left at its last word. */
static int parse_long(struct options *options, int argc, char *const *argv, int *at,
	struct error *err)
{
	const char *name = argv[*at] + 2;
	size_t length = strcspn(name, "=");
	const struct option_spec *spec = find_spec(options, name, length);
	const char *value = name[length] == '=' ? name + length + 1 : NULL;

	if (!spec)
		return unknown_option(options, name, length, err);
	if (!value && spec->type != OPTION_FLAG && *at + 1 < argc)
		value = argv[++*at];
	return set(options, spec, value, err);
}

/* Parses the cluster of short options argv[*at]. */
static int parse_short(struct options *options, int argc, char *const *argv, int *at,
	struct error *err)
{
	for (const char *letter = argv[*at] + 1; *letter; letter++) {
		const struct option_spec *spec = find_letter(options, *letter);
		if (!spec)
			return error_set(err, "unknown option -%c (see --help)", *letter);
		if (spec->type == OPTION_FLAG) {
			if (set(options, spec, NULL, err) < 0)
				return -1;
			continue;
		}
		const char *value = letter[1] ? letter + 1 : *at + 1 < argc ? argv[++*at] : NULL;
		return set(options, spec, value, err);
	}
	return 0;
}

int options_parse(struct options *options, int argc, char *const *argv, bool stop_at_word,
	const char **ret_words, int *ret_count, struct error *err)
{
	int count = 0;
	bool words_only = false;

	for (int at = 0; at < argc; at++) {
		const char *word = argv[at];
		int result = 0;

		if (words_only || word[0] != '-' || word[1] == '\0') {
			ret_words[count++] = word;
			words_only = words_only || stop_at_word;
		} else if (strcmp(word, "--") == 0) {
			words_only = true;
		} else if (word[1] == '-') {
			result = parse_long(options, argc, argv, &at, err);
		} else {
			result = parse_short(options, argc, argv, &at, err);
		}
		if (result < 0)
			return -1;
	}
	*ret_count = count;
	return 0;
}

/* What stands for the option: as typed, else its fallback, else NULL. */
static const char *words_of(const struct options *options, const char *name)
{
	const struct option_spec *spec = find_spec(options, name, strlen(name));
	assert(spec);
	const struct value *value = find_value(options, spec);
	return value ? value->words : spec->fallback;
}

bool options_given(const struct options *options, const char *name)
{
	const struct option_spec *spec = find_spec(options, name, strlen(name));
	assert(spec);
	return find_value(options, spec);
}

bool options_flag(const struct options *options, const char *name)
{
	return options_given(options, name);
}

uint64_t options_number(const struct options *options, const char *name)
{
	const char *words = words_of(options, name);
	uint64_t number = 0;

	if (words && size_parse(words, &number, NULL) < 0)
		assert(!"a fallback that is no number");
	return number;
}

const char *options_text(const struct options *options, const char *name)
{
	return words_of(options, name);
}

size_t options_choice(const struct options *options, const char *name)
{
	const struct option_spec *spec = find_spec(options, name, strlen(name));
	const char *words = words_of(options, name);
	size_t at = 0;

	assert(words);
	while (spec->choices[at] && strcmp(spec->choices[at], words) != 0)
		at++;
	assert(spec->choices[at]);
	return at;
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
	if (spec->fallback)
		text_add(&right, " (default" TEXT_GLUE "%s)", spec->fallback);
	text_add(text, "  %-*s  ", HELP_COLUMN - 4, text_of(&left));
	text_add_wrapped(text, left.length + 4 < HELP_COLUMN ? HELP_COLUMN : left.length + 4,
		HELP_COLUMN, text_of(&right));
	text_finish(&left);
	text_finish(&right);
}

void options_help(const struct option_spec *table, struct text *text)
{
	for (const struct option_spec *spec = table; spec && spec->name; spec++)
		help_line(spec, text);
}
