/* See sites.h. */
#include "trace/sites.h"

#include "base/text.h"
#include "base/xalloc.h"
#include "trace/format.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* the byte a definition begins with */
enum { DEFINES_MODULE = 1, DEFINES_SITE = 2, DEFINES_NAME = 3 };

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

/* The cell of the address' last name, or the empty one where it would go. */
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

/* The last one before the site counts; one that was only noticed later is better than none. */
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

/* ---- binary -------------------------------------------------------------------------------- */

static void add_varint(struct text *out, uint64_t n)
{
	unsigned char bytes[10];

	text_add_bytes(out, bytes, (size_t)(put_varint(bytes, n) - bytes));
}

static unsigned digit_of(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

void sites_put_module(struct text *out, const struct trace_module *module)
{
	const char *path = module->path ? module->path : "";
	const char *build_id = module->build_id ? module->build_id : "";
	size_t length = strnlen(path, MODULE_PATH_MAX);
	unsigned char id[1 + MODULE_BUILD_ID_MAX], kind = DEFINES_MODULE;

	text_add_bytes(out, &kind, 1);
	add_varint(out, length);
	text_add_bytes(out, path, length);
	add_varint(out, module->base);
	add_varint(out, module->start);
	add_varint(out, module->end - module->start);
	for (id[0] = 0; id[0] < MODULE_BUILD_ID_MAX && build_id[0] && build_id[1]; build_id += 2)
		id[++id[0]] = (unsigned char)(digit_of(build_id[0]) << 4 | digit_of(build_id[1]));
	text_add_bytes(out, id, 1 + (size_t)id[0]);
}

void sites_put_name(struct text *out, uint64_t address, const char *words)
{
	unsigned char kind = DEFINES_NAME;
	size_t length = strnlen(words, FRAME_NAME_MAX);

	text_add_bytes(out, &kind, 1);
	add_varint(out, address);
	add_varint(out, length);
	text_add_bytes(out, words, length);
}

/*
 * Stacks mostly differ in their inner frames: those outer ones that the site before has are counted
 * only.
 */
void sites_put(struct text *out, struct site_coding *coding, const uint64_t *frames, size_t count)
{
	uint32_t shared = 0;
	uint64_t last = 0;

	while (shared < count && shared < coding->count &&
		coding->last[shared] == frames[count - 1 - shared])
		shared++;
	const unsigned char head[] = {DEFINES_SITE, (unsigned char)count, (unsigned char)shared};
	text_add_bytes(out, head, sizeof(head));
	for (size_t i = shared; i < count; i++) {
		uint64_t frame = frames[count - 1 - i];
		add_varint(out, zigzag(frame - (i < coding->count ? coding->last[i] : last)));
		coding->last[i] = last = frame;
	}
	coding->count = (uint32_t)count;
}

static bool take_bytes(struct cursor *cursor, uint64_t length, const char **ret_bytes)
{
	if (cursor->failed || length > (uint64_t)(cursor->end - cursor->at))
		return false;
	*ret_bytes = (const char *)cursor->at;
	cursor->at += length;
	return true;
}

static bool take_module(struct sites *sites, struct cursor *cursor)
{
	char hexadecimal[2 * MODULE_BUILD_ID_MAX + 1] = "";
	struct trace_module module = {.build_id = hexadecimal};
	const char *path, *id, *id_length;
	uint64_t length = take_varint(cursor);

	if (length > MODULE_PATH_MAX || !take_bytes(cursor, length, &path))
		return false;
	module.base = take_varint(cursor);
	module.start = take_varint(cursor);
	module.end = module.start + take_varint(cursor);
	if (module.end < module.start || !take_bytes(cursor, 1, &id_length) ||
		(unsigned char)*id_length > MODULE_BUILD_ID_MAX ||
		!take_bytes(cursor, (unsigned char)*id_length, &id))
		return false;
	for (unsigned i = 0; i < (unsigned char)*id_length; i++)
		snprintf(hexadecimal + 2 * i, 3, "%02x", (unsigned char)id[i]);
	char *copy = xstrndup(path, (size_t)length);
	module.path = copy;
	sites_add_module(sites, &module);
	free(copy);
	return true;
}

static bool take_site(struct sites *sites, struct site_coding *coding, struct cursor *cursor)
{
	uint64_t frames[SITE_FRAMES_MAX], last = 0;
	const char *head;

	if (!take_bytes(cursor, 2, &head))
		return false;
	uint32_t count = (unsigned char)head[0], shared = (unsigned char)head[1];
	if (count == 0 || count > SITE_FRAMES_MAX || shared > count || shared > coding->count)
		return false;
	for (uint32_t i = shared; i < count; i++) {
		coding->last[i] = (i < coding->count ? coding->last[i] : last) +
				  unzigzag(take_varint(cursor));
		last = coding->last[i];
	}
	coding->count = count;
	for (uint32_t i = 0; i < count; i++)
		frames[i] = coding->last[count - 1 - i];
	if (cursor->failed || sites->sites.count >= UINT32_MAX)
		return false;
	sites_add(sites, frames, count);
	return true;
}

static bool take_name(struct sites *sites, struct cursor *cursor)
{
	uint64_t address = take_varint(cursor), length = take_varint(cursor);
	const char *words;

	if (length > FRAME_NAME_MAX || !take_bytes(cursor, length, &words))
		return false;
	char *copy = xstrndup(words, (size_t)length);
	sites_add_name(sites, address, copy);
	free(copy);
	return true;
}

bool sites_take(struct sites *sites, struct site_coding *coding, struct cursor *cursor)
{
	const char *kind;

	if (!take_bytes(cursor, 1, &kind))
		return false;
	switch (*kind) {
	case DEFINES_MODULE:
		return take_module(sites, cursor);
	case DEFINES_SITE:
		return take_site(sites, coding, cursor);
	case DEFINES_NAME:
		return take_name(sites, cursor);
	default:
		return false;
	}
}

/* ---- text ---------------------------------------------------------------------------------- */

static void put_words(struct text *out, const char *words)
{
	for (; *words; words++)
		text_add_bytes(out, *words == '\n' || *words == '\r' ? " " : words, 1);
	text_add_bytes(out, "\n", 1);
}

void sites_put_module_line(struct text *out, const struct trace_module *module)
{
	text_add(out, "module 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 " %s ", module->base,
		module->start, module->end,
		module->build_id && *module->build_id ? module->build_id : "-");
	put_words(out, module->path ? module->path : "");
}

void sites_put_name_line(struct text *out, uint64_t address, const char *words)
{
	text_add(out, "name 0x%" PRIx64 " ", address);
	put_words(out, words);
}

void sites_put_line(struct text *out, uint32_t site, const uint64_t *frames, size_t count)
{
	text_add(out, "site %" PRIu32, site);
	for (size_t i = 0; i < count; i++)
		text_add(out, " 0x%" PRIx64, frames[i]);
	text_add_bytes(out, "\n", 1);
}
