/* See descriptions.h. */
#include "plugin/runner/descriptions.h"

#include "plugin/runner/allocator.h"
#include "plugin/runner/answers.h"
#include "plugin/runner/state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define ITEMS_LEAST 4096u /* of a description, whatever the heap's size */

static struct {
	struct description_item *items;
	size_t count, room;
} pieces;

/* The heap has no room for so many: it goes in circles. */
static uint64_t items_max(void)
{
	return ITEMS_LEAST + 2 * (self.size / GRANULE);
}

static struct description_item *add_item(enum item_kind kind, const void *base, size_t size)
{
	if (pieces.count >= items_max())
		end_with(&(struct reply){.kind = REPLY_LOOPS});
	if (pieces.count == pieces.room) {
		pieces.room = pieces.room ? pieces.room * 2 : 1024;
		pieces.items = realloc(pieces.items, pieces.room * sizeof(*pieces.items));
		if (!pieces.items)
			_exit(1);
	}
	struct description_item *item = &pieces.items[pieces.count++];
	*item = (struct description_item){.kind = kind, .base = (uintptr_t)base, .size = size};
	return item;
}

static void show_free(const struct arenascope_show *show, const void *base, size_t size)
{
	add_item(ITEM_FREE, base, size);
}

static void show_used(const struct arenascope_show *show, const void *base, size_t size,
	const void *payload)
{
	add_item(ITEM_USED, base, size)->payload = (uintptr_t)payload;
}

static void show_list(const struct arenascope_show *show, const char *name)
{
	struct description_item *item = add_item(ITEM_LIST, NULL, 0);

	snprintf(item->name, sizeof(item->name), "%s", name);
}

static void show_entry(const struct arenascope_show *show, const void *base, size_t size)
{
	add_item(ITEM_ENTRY, base, size);
}

static const struct arenascope_show show = {show_free, show_used, show_list, show_entry};

void describe(void)
{
	const struct arenascope_plugin *plugin = self.allocator.plugin;

	pieces.count = 0;
	if (plugin && plugin->describe) {
		enter();
		plugin->describe(&show);
		leave();
	}
	answer(&(struct reply){.kind = REPLY_DONE, .size = pieces.count});
	for (size_t sent = 0; sent < pieces.count; sent += TALK_ITEMS) {
		size_t n = pieces.count - sent < TALK_ITEMS ? pieces.count - sent : TALK_ITEMS;
		while (send(TALK_SOCKET, &pieces.items[sent], n * sizeof(*pieces.items),
			       MSG_NOSIGNAL) < 0 &&
			errno == EINTR)
			;
	}
}
