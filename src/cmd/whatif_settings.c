/* See whatif_settings.h. */
#include "cmd/whatif_settings.h"

#include "cmd/cmd.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define TUNABLE "GLIBC_TUNABLES=glibc.malloc."

static const struct setting settings[] = {
	{"glibc:tcache-count=0", "glibc", TUNABLE "tcache_count=0"},
	{"glibc:tcache-count=64", "glibc", TUNABLE "tcache_count=64"},
	{"glibc:mxfast=0", "glibc", TUNABLE "mxfast=0"},
	{"glibc:mmap-threshold=32K", "glibc", TUNABLE "mmap_threshold=32768",
		.fixes_thresholds = true},
	{"glibc:mmap-threshold=1M", "glibc", TUNABLE "mmap_threshold=1048576",
		.fixes_thresholds = true},
	{"glibc:mmap-threshold=32M", "glibc", TUNABLE "mmap_threshold=33554432",
		.fixes_thresholds = true},
	{"glibc:trim-threshold=0", "glibc", TUNABLE "trim_threshold=0", .fixes_thresholds = true},
	{"glibc:trim-threshold=1M", "glibc", TUNABLE "trim_threshold=1048576",
		.fixes_thresholds = true},
	{"glibc:top-pad=0", "glibc", TUNABLE "top_pad=0", .fixes_thresholds = true},
	{"glibc:top-pad=1M", "glibc", TUNABLE "top_pad=1048576", .fixes_thresholds = true},
	{"glibc:arena-max=1", "glibc", TUNABLE "arena_max=1",
		.reserve =
			"With arena-max=1 all threads share one heap and wait for each other, so that their "
			"requests come in another order than the recorded one: the figure is a model's, and "
			"the program may hold much more or less."},
	{"pymalloc:3.8", "pymalloc", ""},
	{"pymalloc:3.13", "pymalloc", ""},
	{"pymalloc:arenas=heap", "pymalloc", ""},
	{"glibc", "pymalloc", "PYTHONMALLOC=malloc"},
	{"glibc:2.31", "glibc", ""},
	{"glibc:2.35", "glibc", ""},
	{"glibc:2.36", "glibc", ""},
	{"glibc:2.39", "glibc", ""},
	{"glibc:2.41", "glibc", ""},
	{"glibc:2.43", "glibc", ""},
	{"glibc", NULL, ""},
	{"heap:first", NULL, ""},
	{"heap:next", NULL, ""},
	{"heap:best", NULL, ""},
	{"heap:worst", NULL, ""},
	{"buddy", NULL, ""},
};

#define SETTINGS (sizeof(settings) / sizeof(*settings))
static_assert(SETTINGS < RUNS_MAX, "every setting has a run");

/* Whether glibc's malloc serves what the topmost engine passes on. */
static bool is_above_glibc(const struct cmd_call *call)
{
	return strcmp(call->engine, "pymalloc") == 0 &&
	       strcmp(options_text(call->options, "below"), "glibc") == 0;
}

/* The words of a setting; one of glibc as one of the engine above it: "pymalloc:top-pad=0". */
static const char *words_for(struct tries *tries, const struct setting *setting, bool is_above)
{
	char *words = tries->words[tries->count];

	if (!is_above)
		return setting->words;
	snprintf(words, sizeof(tries->words[0]), "pymalloc:%s", strchr(setting->words, ':') + 1);
	return words;
}

static void add(struct tries *tries, const struct setting *setting, bool is_above)
{
	tries->settings[tries->count] = setting;
	tries->runs[tries->count].words = words_for(tries, setting, is_above);
	tries->count++;
}

/*
 * Those of the engine itself come first, then tunables of the library below, which a program can
 * set: its releases only where it is all there is.
 */
void tries_choose(struct tries *tries, const struct cmd_call *call)
{
	bool is_python = strcmp(call->engine, "pymalloc") == 0;

	tries->count = 1;
	for (size_t i = 0; i < SETTINGS; i++) {
		const char *owner = settings[i].engine;
		bool is_given = strcmp(settings[i].words, call->engine) == 0;
		if (!is_given && (owner ? strcmp(owner, call->engine) == 0 : !is_python))
			add(tries, &settings[i], false);
	}
	for (size_t i = 0; i < SETTINGS && is_above_glibc(call); i++)
		if (settings[i].engine && strcmp(settings[i].engine, "glibc") == 0 &&
			settings[i].how[0])
			add(tries, &settings[i], true);
}

/* ---- which helps most ---------------------------------------------------------------------- */

uint64_t tries_kept(const struct whatif_run *run)
{
	return run->end_held > run->end_live ? run->end_held - run->end_live : 0;
}

uint64_t tries_peak(const struct whatif_run *run)
{
	return run->peak_held;
}

bool tries_serves(const struct tries *tries, size_t at)
{
	return tries->runs[at].is_played && tries->runs[at].refused <= tries->runs[0].refused;
}

static bool is_far(uint64_t figure, uint64_t from)
{
	uint64_t away = figure > from ? figure - from : from - figure;

	return away > 0 && away >= from / 100;
}

bool tries_differs(const struct tries *tries, size_t at)
{
	const struct whatif_run *run = &tries->runs[at], *first = &tries->runs[0];

	return is_far(tries_kept(run), tries_kept(first)) ||
	       is_far(run->peak_held, first->peak_held);
}

bool tries_helps(const struct tries *tries, size_t at)
{
	const struct whatif_run *run = &tries->runs[at], *first = &tries->runs[0];
	bool keeps_less =
		tries_kept(run) < tries_kept(first) && is_far(tries_kept(run), tries_kept(first));
	bool holds_less =
		run->peak_held < first->peak_held && is_far(run->peak_held, first->peak_held);

	return tries_serves(tries, at) && (keeps_less || holds_less);
}

bool tries_saves(const struct tries *tries, size_t at)
{
	uint64_t kept = tries_kept(&tries->runs[at]), given = tries_kept(&tries->runs[0]);

	return tries->settings[at]->how[0] && tries_serves(tries, at) && kept < given &&
	       given - kept >= tries->runs[0].end_held / 100;
}

bool tries_is_alike(const struct tries *tries, size_t at, size_t before)
{
	const struct setting *one = tries->settings[at], *other = tries->settings[before];
	uint64_t a = tries_kept(&tries->runs[at]), b = tries_kept(&tries->runs[before]);

	return one->fixes_thresholds && other->fixes_thresholds &&
	       (a > b ? a - b : b - a) < tries->runs[0].end_held / 50;
}

bool tries_save_alike(const struct tries *tries)
{
	for (size_t i = 1; i < tries->count; i++)
		for (size_t j = 1; j < i; j++)
			if (tries_saves(tries, i) && tries_saves(tries, j) &&
				tries_is_alike(tries, i, j))
				return true;
	return false;
}

const char *tries_reserve(const struct tries *tries)
{
	for (size_t i = 1; i < tries->count; i++)
		if (tries->settings[i]->reserve && tries_saves(tries, i))
			return tries->settings[i]->reserve;
	return NULL;
}

size_t tries_smallest(const struct tries *tries, uint64_t (*figure)(const struct whatif_run *))
{
	size_t best = 0;

	for (size_t i = 1; i < tries->count; i++)
		if (tries_serves(tries, i) && figure(&tries->runs[i]) < figure(&tries->runs[best]))
			best = i;
	return best;
}
