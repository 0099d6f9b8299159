/*
 * See libc_options.h.  A variable of its own (MALLOC_TOP_PAD_) gives way to GLIBC_TUNABLES, and the
 * first of the same name counts, as in the library.  A value that the library would not take is
 * passed over.
 *
 * Knowledge: the loader of glibc, which reads them (dl-tunables).
 */
#include "cmd/libc_options.h"

#include "base/xalloc.h"
#include "engine/engine.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TUNABLES "GLIBC_TUNABLES="
#define PREFIX   "glibc.malloc."

static const struct {
	const char *tunable; /* after PREFIX */
	const char *variable;
	const char *option;
	uint64_t max;
} tunables[] = {
	{"tcache_count", NULL, "tcache-count", UINT16_MAX},
	{"tcache_max", NULL, "tcache-max", 1032},
	{"mxfast", NULL, "mxfast", 160},
	{"mmap_threshold", "MALLOC_MMAP_THRESHOLD_", "mmap-threshold", UINT64_MAX},
	{"trim_threshold", "MALLOC_TRIM_THRESHOLD_", "trim-threshold", UINT64_MAX},
	{"top_pad", "MALLOC_TOP_PAD_", "top-pad", UINT64_MAX},
	{"mmap_max", "MALLOC_MMAP_MAX_", "mmap-max", INT32_MAX},
	{"arena_max", "MALLOC_ARENA_MAX", "arena-max", UINT64_MAX},
};
#define COUNT (sizeof(tunables) / sizeof(*tunables))

static bool is_name(const char *word, size_t length, const char *name)
{
	return name && strlen(name) == length && memcmp(word, name, length) == 0;
}

static void set_number(struct options *options, size_t at, const char *value)
{
	char *end, digits[24];
	uint64_t number = strtoull(value, &end, 0); /* octal and hexadecimal, too */

	if (end == value || number > tunables[at].max ||
		options_given(options, tunables[at].option))
		return;
	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	options_set(options, tunables[at].option, digits, NULL);
}

/* "NAME=VALUE" of a variable or, after its prefix, of a tunable. */
static void take_word(struct options *options, const char *word, bool is_tunable)
{
	size_t length = strcspn(word, "=");

	for (size_t i = 0; i < COUNT && word[length]; i++)
		if (is_name(word, length, is_tunable ? tunables[i].tunable : tunables[i].variable))
			set_number(options, i, word + length + 1);
}

static void take_tunables(struct options *options, const char *variable)
{
	char *words = xstrdup(variable), *next = NULL;

	for (char *word = strtok_r(words, ":", &next); word; word = strtok_r(NULL, ":", &next))
		if (strncmp(word, PREFIX, strlen(PREFIX)) == 0)
			take_word(options, word + strlen(PREFIX), true);
	free(words);
}

static void take_variables(struct options *options, const char *variables)
{
	char *words = xstrdup(variables), *copy = xstrdup(variables), *next = NULL;

	for (char *word = strtok_r(words, " ", &next); word; word = strtok_r(NULL, " ", &next))
		if (strncmp(word, TUNABLES, strlen(TUNABLES)) == 0)
			take_tunables(options, word + strlen(TUNABLES));
	next = NULL;
	for (char *word = strtok_r(copy, " ", &next); word; word = strtok_r(NULL, " ", &next))
		take_word(options, word, false);
	free(words);
	free(copy);
}

/* The preset of the release, or of the newest one before it; NULL: there is none. */
static const char *preset_for(const char *version)
{
	unsigned major, minor, preset_major, preset_minor;
	const char *found = NULL;

	if (sscanf(version, "glibc %u.%u", &major, &minor) != 2)
		return NULL;
	for (const struct option_spec *spec = engine_find("glibc")->options; spec->name; spec++)
		for (size_t i = 0; strcmp(spec->name, "glibc") == 0 && spec->choices[i]; i++)
			if (sscanf(spec->choices[i], "%u.%u", &preset_major, &preset_minor) == 2 &&
				(preset_major < major ||
					(preset_major == major && preset_minor <= minor)))
				found = spec->choices[i];
	return found;
}

bool libc_options_is_foreign(const struct trace_info *info)
{
	return *info->libc && strncmp(info->libc, "glibc ", strlen("glibc ")) != 0;
}

bool libc_options_take(struct options *options, const struct trace_info *info)
{
	const char *preset = preset_for(info->libc);
	char address[24];

	if (libc_options_is_foreign(info) && !options_given(options, "recorded-chunks"))
		options_set(options, "recorded-chunks", "none", NULL);
	if (!preset)
		return false;
	if (!options_given(options, "glibc"))
		options_set(options, "glibc", preset, NULL);
	take_variables(options, info->tunables);
	snprintf(address, sizeof(address), "0x%" PRIx64, info->first_break);
	if (info->first_break && !options_given(options, "first-break"))
		options_set(options, "first-break", address, NULL);
	return true;
}
