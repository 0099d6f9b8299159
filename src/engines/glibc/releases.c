/*
 * See releases.h. Source: malloc.c and arena.c in malloc/ of glibc 2.31 to 2.43. What each release
 * changed in where chunks go:
 *
 *	2.37  realloc leaves a block alone that it fits, within 16 bytes, or within a page of a map
 *	2.38  memalign takes an aligned chunk from the tcache
 *	2.39  what memalign cuts off is merged, past the tcache
 *	2.41  a small chunk that is freed goes to its bin at once; calloc takes from the tcache
 *	2.42  leftovers of realloc go past the tcache, which may have larger bins and is made when
 *	      it is first filled
 *	2.43  no fast bins; 16 chunks in a bin of the tcache; maps have two header words more, which
 *	      mremap_chunk() leaves out of the old size, so that hblkhd grows with each call
 */
#include "engines/glibc/releases.h"

#include "base/error.h"

#include <inttypes.h>

/* What releases have in common. */
#define UP_TO_2_41 \
	.cache_count = 7, .cache_request = 640, .has_fast_bins = true, .caches_early = true, \
	.arena_bytes = 0x898
#define FROM_2_35 .heap_info = 0x30, .has_safe_links = true
#define FROM_2_39 \
	FROM_2_35, .aligned_uses_cache = true, .aligned_merges = true, .stays_within = true
#define FROM_2_41 FROM_2_39, .bins_small_at_once = true, .calloc_uses_cache = true

static const struct release releases[] = {
	{"2.31", UP_TO_2_41, .heap_info = 0x20},
	{"2.35", UP_TO_2_41, FROM_2_35},
	{"2.36", UP_TO_2_41, FROM_2_35},
	{"2.39", UP_TO_2_41, FROM_2_39, .map_stays_within_page = true},
	{"2.41", UP_TO_2_41, FROM_2_41, .map_stays_within_page = true},
	{"2.43", FROM_2_41, .cache_count = 16, .cache_request = 760, .arena_bytes = 0x840,
		.aligned_keeps_tail = true, .map_leads_any = true, .leftovers_bypass = true,
		.has_large_cache = true, .map_header = 16, .map_unused = 8, .map_miscount = 16},
};

static const char *const names[] = {"2.31", "2.35", "2.36", "2.39", "2.41", "2.43", NULL};
static_assert(sizeof(names) / sizeof(*names) == sizeof(releases) / sizeof(*releases) + 1,
	"every release has its name");

const struct option_spec glibc_options[] = {
	{.name = "glibc",
		.type = OPTION_CHOICE,
		.value = "VERSION",
		.fallback = "2.36",
		.choices = names,
		.help = "release to simulate; each was compared with the real library"},
	{.name = "tcache-count",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "7",
		.max = UINT16_MAX,
		.help = "most chunks in each bin of a tcache; 16 in 2.43"},
	{.name = "tcache-max",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "1032",
		.max = 4u << 20,
		.help = "largest request that a tcache serves"},
	{.name = "mxfast",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "128",
		.max = 160,
		.help = "largest request that a fast bin serves; 0: no fast bins"},
	{.name = "mmap-threshold",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "128K",
		.help = "size from which a chunk is mapped; if given, it stays fixed"},
	{.name = "trim-threshold",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "128K",
		.help = "size from which top is trimmed; if given, it stays fixed"},
	{.name = "top-pad",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "128K",
		.help = "extra bytes by which the heap grows, and keeps"},
	{.name = "mmap-max",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "65536",
		.max = INT32_MAX,
		.help = "most chunks mapped at once"},
	{.name = "arena-max",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "16",
		.min = 1,
		.max = 512,
		.help = "most arenas; default: 8 per core, for two cores"},
	{.name = "first-break",
		.type = OPTION_NUMBER,
		.value = "ADDRESS",
		.fallback = "0",
		.help = "where the recorded heap began: maps and arenas are where the trace has them"},
	{0},
};

uint32_t fast_max_for(uint64_t request)
{
	uint64_t units = (request + 8) / UNIT;

	return units < CHUNK_MIN ? 0 : (uint32_t)units;
}

static void set_cache(struct settings *settings, const struct options *values)
{
	const struct release *release = settings->release;
	uint64_t largest = units_for(options_number(values, "tcache-max"));

	settings->cache_count = options_given(values, "tcache-count")
					? (uint32_t)options_number(values, "tcache-count")
					: release->cache_count;
	settings->cache_small =
		largest < CACHE_SMALL + CHUNK_MIN ? (uint32_t)largest - CHUNK_MIN + 1 : CACHE_SMALL;
	settings->cache_max = largest;
}

int settings_from(struct settings *ret_settings, const struct options *values, struct error *err)
{
	struct settings settings = {.release = &releases[options_choice(values, "glibc")]};

	set_cache(&settings, values);
	if (settings.cache_max >= CACHE_SMALL + CHUNK_MIN && !settings.release->has_large_cache)
		return error_set(err, "--tcache-max: glibc %s has no tcache bins above 1032 bytes",
			settings.release->name);
	if (settings.release->has_fast_bins)
		settings.fast_max = fast_max_for(options_number(values, "mxfast"));
	settings.first_break = options_number(values, "first-break") & ~(uint64_t)(PAGE_BYTES - 1);
	settings.top_pad = options_number(values, "top-pad");
	settings.maps_max = options_number(values, "mmap-max");
	settings.mmap_threshold = options_number(values, "mmap-threshold");
	settings.trim_threshold = options_number(values, "trim-threshold");
	settings.arena_max = (uint32_t)options_number(values, "arena-max");
	settings.is_pinned = options_given(values, "mmap-threshold") ||
			     options_given(values, "trim-threshold") ||
			     options_given(values, "top-pad") || options_given(values, "mmap-max");
	*ret_settings = settings;
	return 0;
}

void settings_begin(const struct settings *settings, struct process *process)
{
	process->mmap_threshold = settings->mmap_threshold;
	process->trim_threshold = settings->trim_threshold;
	process->top_pad = settings->top_pad;
	process->maps_max = settings->maps_max;
	process->fast_max = settings->fast_max;
	process->arena_max = settings->arena_max;
	process->is_pinned = settings->is_pinned;
	process->first_break = settings->first_break;
	process->main_thread = 0;
}
