/*
 * See options.h.  Values are kept as they were typed; they were checked against their spec when
 * they were set.
 */
#include "base/options.h"

#include "base/arrays.h"
#include "base/error.h"
#include "base/numbers.h"
#include "base/suggestion.h"
#include "base/xalloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static int set(struct options *options, const struct option_spec *spec, const char *words,
	struct error *err)
{
	if (option_check(spec, words, err) < 0)
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

/* Parses the long option argv[*at]; leaves *at at the last word it took. */
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

/* A word with one dash: a name that wants two, or a file of that name. */
static int refuse_letter(const struct options *options, const char *word, char letter,
	struct error *err)
{
	const struct option_spec *spec = find_spec(options, word + 1, strcspn(word + 1, "="));

	if (spec)
		return error_set(err, "unknown option -%c (did you mean --%s?)", letter,
			spec->name);
	if (access(word, F_OK) == 0)
		return error_set(err, "unknown option -%c (write ./%s for the file)", letter, word);
	return error_set(err, "unknown option -%c (see --help)", letter);
}

/* Parses the cluster of short options argv[*at]. */
static int parse_short(struct options *options, int argc, char *const *argv, int *at,
	struct error *err)
{
	for (const char *letter = argv[*at] + 1; *letter; letter++) {
		const struct option_spec *spec = find_letter(options, *letter);
		if (!spec)
			return refuse_letter(options, argv[*at], *letter, err);
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

/* The value in force: as typed, otherwise the fallback, otherwise NULL. */
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
