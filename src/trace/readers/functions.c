/* See functions.h. */
#include "trace/readers/functions.h"

#include "base/xalloc.h"
#include "flat/index.h"
#include "trace/feed.h"

#include <stdlib.h>
#include <string.h>

void functions_init(struct functions *functions)
{
	*functions = (struct functions){0};
	index_init(&functions->by_name, &functions->flat);
}

void functions_finish(struct functions *functions)
{
	for (size_t i = 0; i < functions->names.count; i++)
		free(functions->names.items[i]);
	array_finish(&functions->names);
	flat_finish(&functions->flat);
}

/* FNV-1a. */
static uint32_t hash_of(const char *name, size_t length)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)name[i]) * 0x100000001b3u;
	return index_hash(hash);
}

uint64_t functions_number(struct functions *functions, struct feed *feed, const char *name,
	size_t length)
{
	uint32_t hash = hash_of(name, length), slot;

	for (size_t at = index_first(&functions->by_name, hash);
		index_slot(&functions->by_name, &at, hash, &slot);
		at = index_next(&functions->by_name, at)) {
		const char *known = functions->names.items[slot];
		if (strncmp(known, name, length) == 0 && known[length] == '\0')
			return slot + 1;
	}
	slot = (uint32_t)functions->names.count;
	char *words = *array_push(&functions->names) = xstrndup(name, length);
	index_make_room(&functions->by_name, slot + 1);
	index_put(&functions->by_name, hash, slot);
	feed_name(feed, slot + 1, words);
	return slot + 1;
}
