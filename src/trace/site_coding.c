/*
 * Definitions in the binary form (sites.h); a site grows with its frames, at most SITE_FRAMES_MAX.
 */
#include "trace/sites.h"

#include "base/text.h"
#include "base/xalloc.h"
#include "trace/varint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* the byte a definition begins with */
enum { DEFINES_MODULE = 1, DEFINES_SITE = 2, DEFINES_NAME = 3 };

static void add_varint(struct text *out, uint64_t n)
{
	unsigned char bytes[VARINT_BYTES_MAX];

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

/* Stacks mostly differ in their inner frames: outer frames that the site before has are counted. */
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
