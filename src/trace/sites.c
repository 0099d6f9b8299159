/* See sites.h. */
#include "trace/sites.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

static void free_module(struct trace_module *module)
{
	free((void *)(uintptr_t)module->path);
	free((void *)(uintptr_t)module->build_id);
}

void sites_finish(struct sites *sites)
{
	for (size_t i = 0; i < sites->modules.count; i++)
		free_module(&sites->modules.items[i]);
	array_finish(&sites->modules);
	array_finish(&sites->sites);
	array_finish(&sites->frames);
	for (size_t i = 0; i < sites->names.count; i++)
		free(sites->names.items[i].words);
	array_finish(&sites->names);
	array_finish(&sites->frame_names);
	free(sites->index);
	sites->index = NULL;
	sites->index_room = 0;
}

/* The cell of the last name of the address, or the empty one where it would go. */
static uint32_t *find_name(const struct sites *sites, uint64_t address)
{
	for (size_t at = (size_t)(address * UINT64_C(0x9E3779B97F4A7C15) >> 24);; at++) {
		uint32_t *cell = &sites->index[at & (sites->index_room - 1)];
		if (*cell == 0 || sites->names.items[*cell - 1].address == address)
			return cell;
	}
}

static void index_names(struct sites *sites, size_t room)
{
	free(sites->index);
	sites->index_room = room;
	sites->index = xcalloc(room, sizeof(*sites->index));
	for (size_t i = 0; i < sites->names.count; i++)
		*find_name(sites, sites->names.items[i].address) = (uint32_t)i + 1;
}

static uint32_t last_name(const struct sites *sites, uint64_t address)
{
	return sites->index_room ? *find_name(sites, address) : 0;
}

static uint32_t push_name(struct sites *sites, uint64_t address, const char *words)
{
	*array_push(&sites->names) =
		(struct site_name){address, xstrndup(words, strnlen(words, FRAME_NAME_MAX))};
	return (uint32_t)sites->names.count;
}

void sites_add_name(struct sites *sites, uint64_t address, const char *words)
{
	uint32_t number = push_name(sites, address, words);

	if (sites->names.count * 2 > sites->index_room)
		index_names(sites, sites->index_room ? sites->index_room * 2 : 64);
	*find_name(sites, address) = number;
}

void sites_name_frame(struct sites *sites, uint32_t site, size_t frame, const char *words)
{
	size_t at = sites->sites.items[site - 1].first + frame;

	sites->frame_names.items[at] = push_name(sites, sites->frames.items[at], words);
}

const char *sites_frame_name(const struct sites *sites, uint32_t site, size_t frame)
{
	if (site == SITE_NONE || site > sites->sites.count ||
		frame >= sites->sites.items[site - 1].count)
		return "";
	uint32_t name = sites->frame_names.items[sites->sites.items[site - 1].first + frame];
	return name ? sites->names.items[name - 1].words : "";
}

const char *sites_last_name(const struct sites *sites, uint64_t address)
{
	uint32_t name = last_name(sites, address);

	return name ? sites->names.items[name - 1].words : "";
}

void sites_shrink(struct sites *sites, size_t modules, size_t names, size_t count)
{
	bool has_more_names = sites->names.count > names;

	while (sites->names.count > names)
		free(sites->names.items[--sites->names.count].words);
	if (has_more_names)
		index_names(sites, sites->index_room);
	while (sites->modules.count > modules)
		free_module(&sites->modules.items[--sites->modules.count]);
	if (sites->sites.count > count) {
		sites->frames.count = sites->sites.items[count].first;
		sites->frame_names.count = sites->frames.count;
		sites->sites.count = count;
	}
}

void sites_add_module(struct sites *sites, const struct trace_module *module)
{
	struct trace_module copy = *module;

	copy.path = xstrdup(module->path ? module->path : "");
	copy.build_id = xstrdup(module->build_id ? module->build_id : "");
	*array_push(&sites->modules) = copy;
}

void sites_add(struct sites *sites, const uint64_t *frames, size_t count)
{
	const struct site site = {sites->frames.count, (uint32_t)count,
		(uint32_t)sites->modules.count};

	for (size_t i = 0; i < count; i++) {
		*array_push(&sites->frames) = frames[i];
		*array_push(&sites->frame_names) = last_name(sites, frames[i]);
	}
	*array_push(&sites->sites) = site;
}

size_t sites_frames(const struct sites *sites, uint32_t site, const uint64_t **ret_frames)
{
	*ret_frames = NULL;
	if (site == SITE_NONE || site > sites->sites.count)
		return 0;
	const struct site *found = &sites->sites.items[site - 1];
	*ret_frames = sites->frames.items + found->first;
	return found->count;
}

static bool covers(const struct trace_module *module, uint64_t address)
{
	return address >= module->start && address < module->end;
}

/*
 * The last one before the site counts; one that was only noticed later is better than none. Grows
 * with the modules: it is asked once a frame, by what names it.
 */
const struct trace_module *sites_module(const struct sites *sites, uint32_t site, uint64_t address)
{
	const struct trace_module *modules = sites->modules.items;
	size_t known = site != SITE_NONE && site <= sites->sites.count
			       ? sites->sites.items[site - 1].modules
			       : 0;

	for (size_t i = known; i-- > 0;)
		if (covers(&modules[i], address))
			return &modules[i];
	for (size_t i = known; i < sites->modules.count; i++)
		if (covers(&modules[i], address))
			return &modules[i];
	return NULL;
}
