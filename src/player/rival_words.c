/* See rival_words.h. */
#include "player/rival_words.h"

#include "base/suggestion.h"
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "player/origin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_spec *spec_with_choice(const struct engine_ops *engine,
	const char *value)
{
	for (const struct option_spec *spec = engine->options; spec && spec->name; spec++)
		for (size_t i = 0; spec->type == OPTION_CHOICE && spec->choices[i]; i++)
			if (strcmp(spec->choices[i], value) == 0)
				return spec;
	return NULL;
}

/* The engine of that name, or that has such a value. */
static const struct engine_ops *engine_of_word(const char *word)
{
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	if (engine_find(word))
		return engine_find(word);
	for (size_t i = 0; i < count; i++)
		if (spec_with_choice(engines[i], word))
			return engines[i];
	return NULL;
}

static int unknown_rival(const char *word, struct error *err)
{
	struct suggestion nearest = {.word = word, .length = strlen(word)};
	struct text all = {0};
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++) {
		text_join(&all, ", ", engines[i]->name);
		suggestion_offer(&nearest, engines[i]->name);
		for (const struct option_spec *spec = engines[i]->options; spec && spec->name;
			spec++)
			for (size_t j = 0; spec->type == OPTION_CHOICE && spec->choices[j]; j++) {
				text_add(&all, " %s", spec->choices[j]);
				suggestion_offer(&nearest, spec->choices[j]);
			}
	}
	suggestion_refuse(&nearest, "engine or preset", text_of(&all), err);
	text_finish(&all);
	return -1;
}

/*
 * The option that "NAME=VALUE" names, with or without the prefix of the engine; NULL: the engine
 * has none.
 */
static const struct option_spec *spec_of_setting(const struct engine_ops *engine, const char *word)
{
	int length = (int)strcspn(word, "=:");
	char name[80], whole[80];

	snprintf(name, sizeof(name), "%.*s", length, word);
	snprintf(whole, sizeof(whole), "%s-%s", engine->name, name);
	for (const struct option_spec *spec = engine->options; spec && spec->name; spec++)
		if (strcmp(spec->name, whole) == 0 || strcmp(spec->name, name) == 0)
			return spec;
	return NULL;
}

/* Sets "NAME=VALUE", a value that only one option has, or an option that takes none. */
static int set_word(const struct engine_ops *engine, struct options *options, const char *word,
	struct error *err)
{
	const char *equals = strchr(word, '=');
	const struct option_spec *spec = equals ? NULL : spec_with_choice(engine, word);
	char name[80];

	if (spec)
		return options_set(options, spec->name, word, err);
	spec = spec_of_setting(engine, word);
	if (!equals && spec && spec->type == OPTION_FLAG)
		return options_set(options, spec->name, NULL, err);
	if (!equals)
		return error_set(err, "%s has no option or value '%s'", engine->name, word);
	if (spec)
		return options_set(options, spec->name, equals + 1, err);
	snprintf(name, sizeof(name), "%.*s", (int)(equals - word), word);
	return options_set(options, name, equals + 1, err);
}

/* A Python other than the recorded one would not have had its arenas. */
static void take_own_arenas(const struct options *given, struct options *options)
{
	bool is_recorded = strcmp(options_text(given, "arenas"), "recorded") == 0;

	if (is_recorded &&
		strcmp(options_text(given, "python"), options_text(options, "python")) != 0)
		options_set(options, "arenas", "mmap", NULL);
}

int rival_set_options(const char *words, struct options *options, const char **ret_engine,
	struct error *err)
{
	char *copy = xstrdup(words), *rest = copy;
	int result = 0;

	const char *word = strsep(&rest, ":");
	const struct engine_ops *engine = engine_of_word(word);
	if (!engine) {
		result = unknown_rival(word, err);
		goto out;
	}
	if (!engine_find(word))
		result = set_word(engine, options, word, err);
	if (engine->runs_code && (word = strsep(&rest, ":"))) /* whatever follows is a file name */
		result = options_set(options, engine->name, word, err);
	while (result == 0 && (word = strsep(&rest, ":")))
		result = set_word(engine, options, word, err);
	*ret_engine = engine->name;
out:
	free(copy);
	return result;
}

int rival_parse(const char *words, const struct options *given, const char **ret_engine,
	struct options **ret_options, struct error *err)
{
	struct options *options = options_clone(given);

	if (rival_set_options(words, options, ret_engine, err) < 0) {
		options_free(options);
		return -1;
	}
	take_own_arenas(given, options);
	*ret_options = options;
	return 0;
}

/*
 * Whether the name mentions this choice. The source of arenas is visible anyway, the preset is
 * always named, and other choices are where they were given.
 */
static bool is_named(const struct option_spec *spec, const struct options *options)
{
	if (strcmp(spec->name, "arenas") == 0 || strcmp(spec->name, "malloc") == 0)
		return false;
	return strcmp(spec->name, "python") == 0 || options_given(options, spec->name);
}

/* " 3.8"; ", best fit"; ", order front" */
static void add_choice(const struct engine_ops *engine, const struct option_spec *spec,
	const char *value, struct text *out)
{
	size_t length = strlen(engine->name);
	const char *name =
		strncmp(spec->name, engine->name, length) == 0 && spec->name[length] == '-'
			? spec->name + length + 1
			: NULL;

	if (!name)
		text_add(out, " %s", value);
	else if (strcmp(name, "fit") == 0)
		text_add(out, ", %s fit", value);
	else
		text_add(out, ", %s %s", name, value);
}

static void add_choices(const struct engine_ops *engine, const struct options *options,
	struct text *out)
{
	for (const struct option_spec *spec = engine->options; spec && spec->name; spec++)
		if (spec->type == OPTION_CHOICE && is_named(spec, options))
			add_choice(engine, spec, options_text(options, spec->name), out);
}

static bool is_sized_heap(const struct engine_ops *engine, const struct options *options)
{
	return strcmp(engine->name, "heap") == 0 && options_number(options, "heap-size") > 0;
}

/* The name of the plug-in file, without its folder. */
static void add_file(const struct engine_ops *engine, const struct options *options,
	struct text *out)
{
	const char *path = engine->runs_code ? options_text(options, engine->name) : NULL;
	const char *slash = path ? strrchr(path, '/') : NULL;

	if (path)
		text_add(out, " %s", slash ? slash + 1 : path);
}

void rival_name(const struct heap *heap, const struct options *options, struct text *out)
{
	struct units units;

	for (size_t i = 0; i < heap_layer_count(heap); i++) {
		const struct engine_ops *engine = heap_layer(heap, i)->ops;
		text_add(out, "%s%s", i ? " over " : "", engine->name);
		if (is_sized_heap(engine, options))
			text_add(out, " of %s",
				units_bytes(&units, options_number(options, "heap-size")));
		add_choices(engine, options, out);
		add_file(engine, options, out);
		if (heap_layer(heap, i)->takes_recorded)
			text_add(out, " as recorded");
	}
}

void rival_title(struct trace *trace, const struct heap *heap, const struct options *options,
	struct text *out)
{
	const struct engine_ops *last = heap_layer(heap, heap_layer_count(heap) - 1)->ops;
	bool is_simulated = origin_is_simulated(trace, heap);

	text_add(out, "%s", is_simulated ? "simulated: " : "");
	rival_name(heap, options, out);
	if (is_simulated && strcmp(last->name, "heap") == 0 && !options_given(options, "heap-fit"))
		text_add(out, ", %s fit", options_text(options, "heap-fit"));
}

void rival_add_settings(const struct engine_ops *engine, const char *words, struct text *out)
{
	for (const char *at = strchr(words, ':'); at; at = strchr(at + 1, ':')) {
		int length = (int)strcspn(at + 1, ":");
		const struct option_spec *spec = spec_of_setting(engine, at + 1);
		bool is_seen = spec && (spec->type == OPTION_CHOICE ||
					       strcmp(spec->name, "heap-size") == 0);
		bool is_path = memchr(at + 1, '/', (size_t)length);
		bool is_setting =
			memchr(at + 1, '=', (size_t)length) || (spec && spec->type == OPTION_FLAG);
		if (is_setting && !is_path && !is_seen)
			text_add(out, " %.*s", length, at + 1);
	}
}
