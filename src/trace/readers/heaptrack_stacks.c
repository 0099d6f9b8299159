/* See heaptrack_stacks.h. */
#include "trace/readers/heaptrack_stacks.h"

#include "base/xalloc.h"
#include "trace/feed.h"
#include "trace/text/scanner.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void heaptrack_stacks_init(struct heaptrack_stacks *tables)
{
	*tables = (struct heaptrack_stacks){0};
	index_init(&tables->by_base, &tables->flat);
	stacks_init(&tables->stacks);
}

void heaptrack_stacks_finish(struct heaptrack_stacks *tables)
{
	for (size_t i = 0; i < tables->strings.count; i++)
		free(tables->strings.items[i]);
	for (size_t i = 0; i < tables->modules.count; i++)
		free(tables->modules.items[i].path);
	array_finish(&tables->strings);
	array_finish(&tables->modules);
	array_finish(&tables->codes);
	array_finish(&tables->traces);
	flat_finish(&tables->flat);
	stacks_finish(&tables->stacks);
	free(tables->program);
}

/* ---- words ----------------------------------------------------------------------------------- */

/* Moves behind a number; false: there is none. */
static bool take_number(const char **at, uint64_t *ret_number)
{
	const char *begin = *at + strspn(*at, " ");
	const char *end = scanner_take_hexadecimal(begin, begin + strlen(begin), ret_number);

	if (!end || (*end && *end != ' '))
		return false;
	*at = end;
	return true;
}

/* Moves behind a word, of which there may be blanks where its length is before it; NULL: none. */
static char *take_word(const struct heaptrack_stacks *tables, const char **at)
{
	uint64_t length;

	if (tables->has_lengths && (!take_number(at, &length) || **at != ' '))
		return NULL;
	const char *begin = *at + strspn(*at, " ");
	size_t left = strlen(begin);

	if (!tables->has_lengths)
		length = strcspn(begin, " ");
	if (length == 0 || length > left)
		return NULL;
	*at = begin + length;
	return xstrndup(begin, (size_t)length);
}

static const char *string(const struct heaptrack_stacks *tables, uint64_t number)
{
	return number > 0 && number <= tables->strings.count ? tables->strings.items[number - 1]
							     : NULL;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool take_version(struct heaptrack_stacks *tables, const char *at)
{
	uint64_t version, format;

	tables->has_lengths =
		take_number(&at, &version) && take_number(&at, &format) && format >= 3;
	return true;
}

static bool take_program(struct heaptrack_stacks *tables, const char *at)
{
	char *path = take_word(tables, &at);

	if (!path)
		return false;
	free(tables->program);
	tables->program = path;
	return true;
}

/* A string without a length is the rest of its line. A damaged one has a number all the same. */
static bool take_string(struct heaptrack_stacks *tables, const char *at)
{
	char *word = tables->has_lengths ? take_word(tables, &at) : xstrdup(at);

	*array_push(&tables->strings) = word ? word : xstrdup("");
	return word != NULL;
}

/* A place without words, as of a module that was stripped, has an address only. */
static bool take_code(struct heaptrack_stacks *tables, struct feed *feed, const char *at)
{
	uint64_t address = 0, module, function, file, line;
	bool has_address = take_number(&at, &address);

	*array_push(&tables->codes) = address;
	if (!has_address || !take_number(&at, &module) || !take_number(&at, &function))
		return has_address;
	const char *name = string(tables, function), *path = NULL;

	if (take_number(&at, &file) && take_number(&at, &line))
		path = string(tables, file);
	if (!name)
		return true;
	const char *slash = path ? strrchr(path, '/') : NULL;
	char *words = path ? xasprintf("%s (%s:%" PRIu64 ")", name, slash ? slash + 1 : path, line)
			   : xstrdup(name);
	feed_name(feed, address, words);
	free(words);
	return true;
}

/* One that cannot be right is its caller's stack, so that later ones keep their numbers. */
static bool take_stack(struct heaptrack_stacks *tables, const char *at)
{
	uint64_t address, parent;
	uint32_t node = STACKS_EMPTY;
	bool is_fine = take_number(&at, &address) && take_number(&at, &parent) &&
		       parent <= tables->traces.count;

	if (is_fine && tables->codes.count > 0) {
		is_fine = address > 0 && address <= tables->codes.count;
		address = is_fine ? tables->codes.items[address - 1] : 0;
	}
	if (is_fine) {
		node = parent > 0 ? tables->traces.items[parent - 1] : STACKS_EMPTY;
		if (address != 0)
			node = stacks_call(&tables->stacks, node, address);
	}
	*array_push(&tables->traces) = node;
	return is_fine;
}

static struct heaptrack_module *module_at(struct heaptrack_stacks *tables, uint64_t base)
{
	uint32_t hash = index_hash(base), slot;

	for (size_t at = index_first(&tables->by_base, hash);
		index_slot(&tables->by_base, &at, hash, &slot);
		at = index_next(&tables->by_base, at))
		if (tables->modules.items[slot].base == base)
			return &tables->modules.items[slot];
	slot = (uint32_t)tables->modules.count;
	*array_push(&tables->modules) = (struct heaptrack_module){.base = base};
	index_make_room(&tables->by_base, slot + 1);
	index_put(&tables->by_base, hash, slot);
	return &tables->modules.items[slot];
}

/* Whether the module at the base is another one than before; it is from now on. */
static bool is_new_module(struct heaptrack_stacks *tables, uint64_t base, const char *path)
{
	struct heaptrack_module *module = module_at(tables, base);

	if (module->path && strcmp(module->path, path) == 0)
		return false;
	free(module->path);
	module->path = xstrdup(path);
	return true;
}

/* A library that is loaded brings the whole list of modules once more. */
static bool take_module(struct heaptrack_stacks *tables, struct feed *feed, const char *at)
{
	char *word = take_word(tables, &at);
	const char *path = word;
	uint64_t base, offset, size, start = UINT64_MAX, end = 0;

	if (word && strcmp(word, "x") == 0)
		path = tables->program;
	if (path && take_number(&at, &base)) {
		while (take_number(&at, &offset) && take_number(&at, &size)) {
			start = base + offset < start ? base + offset : start;
			end = base + offset + size > end ? base + offset + size : end;
		}
		if (start < end && *path == '/' && is_new_module(tables, base, path))
			feed_module(feed, &(struct trace_module){.path = path,
						  .build_id = "",
						  .base = base,
						  .start = start,
						  .end = end});
	}
	free(word);
	return path != NULL;
}

bool heaptrack_stacks_take(struct heaptrack_stacks *tables, struct feed *feed, const char *line)
{
	const char *at = line + 2;

	switch (line[0]) {
	case 'v':
		return take_version(tables, at);
	case 'x':
		return take_program(tables, at);
	case 's':
		return take_string(tables, at);
	case 'i':
		return take_code(tables, feed, at);
	case 't':
		return take_stack(tables, at);
	case 'm':
		return take_module(tables, feed, at);
	default:
		return false;
	}
}

/* ---- call sites ------------------------------------------------------------------------------ */

uint32_t heaptrack_stacks_site(struct heaptrack_stacks *tables, struct feed *feed, uint64_t number)
{
	if (number == 0 || number > tables->traces.count)
		return SITE_NONE;
	return stacks_site(&tables->stacks, tables->traces.items[number - 1], 0, feed, NULL, NULL);
}
