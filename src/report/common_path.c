/* See common_path.h. Candidates are the frames of the site with most blocks. */
#include "report/common_path.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

struct census {
	const struct trace *trace;
	struct symbols *symbols;
	uint64_t *blocks; /* by site */
	uint64_t sum;
	uint32_t sites;
	uint32_t most; /* the site with most blocks */
};

static size_t depth_of(const struct census *census, uint32_t site)
{
	const uint64_t *frames;

	return trace_site(census->trace, site, &frames);
}

static void count_blocks(struct census *census, const struct lives *lives, const bool *is_chosen)
{
	struct lived lived;

	for (size_t at = 0; lives_next(lives, &at, &lived);) {
		if (!is_chosen[lived.caller] || lived.site >= census->sites)
			continue;
		census->blocks[lived.site]++;
		census->sum++;
		if (census->blocks[lived.site] > census->blocks[census->most])
			census->most = lived.site;
	}
}

static bool has_function(const struct census *census, uint32_t site, const char *name)
{
	for (size_t i = 0; i < depth_of(census, site); i++) {
		if (strcmp(symbols_frame(census->symbols, site, i), name) == 0)
			return true;
		for (const char *const *around = symbols_around(census->symbols, site, i); *around;
			around++)
			if (strcmp(*around, name) == 0)
				return true;
	}
	return false;
}

/* Grows with the sites. */
static bool is_common(const struct census *census, const char *name)
{
	uint64_t blocks = 0;

	for (uint32_t site = 0; site < census->sites; site++)
		if (census->blocks[site] > 0 && has_function(census, site, name))
			blocks += census->blocks[site];
	return blocks >= census->sum - census->sum / 10;
}

static bool path_has(const struct common_path *path, const char *name)
{
	for (size_t i = 0; i < path->count; i++)
		if (strcmp(path->functions[i], name) == 0)
			return true;
	return false;
}

static void add(struct common_path *path, const struct census *census, const char *name)
{
	if (path->count < PATH_MAX_FUNCTIONS && !path_has(path, name) && is_common(census, name))
		path->functions[path->count++] = name;
}

/* The functions of a frame of the site with most blocks: those around it, the outermost first. */
static void add_frame(struct common_path *path, const struct census *census, size_t frame)
{
	const char *const *around = symbols_around(census->symbols, census->most, frame);
	size_t count = 0;

	if (symbols_is_foreign(census->symbols, census->most, frame))
		return;
	while (around[count])
		count++;
	while (count > 0)
		add(path, census, around[--count]);
	add(path, census, symbols_frame(census->symbols, census->most, frame));
}

void common_path_find(struct common_path *ret_path, const struct trace *trace,
	struct symbols *symbols, const struct lives *lives, const uint32_t *callers, size_t n)
{
	struct census census = {.trace = trace,
		.symbols = symbols,
		.sites = trace_site_count(trace) + 1};
	bool *is_chosen = xcalloc(lives->count, sizeof(*is_chosen));
	struct common_path path = {.count = 0};

	census.blocks = xcalloc(census.sites, sizeof(*census.blocks));
	for (size_t i = 0; i < n; i++)
		is_chosen[callers[i]] = true;
	count_blocks(&census, lives, is_chosen);
	for (size_t depth = depth_of(&census, census.most); census.sum > 0 && depth > 0; depth--)
		add_frame(&path, &census, depth - 1);
	free(census.blocks);
	free(is_chosen);
	*ret_path = path;
}
