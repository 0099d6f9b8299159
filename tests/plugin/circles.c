/* Describes itself without end: its free list is circular. */
#include "arenascope/plugin.h"

static const struct arenascope_memory *memory;

static int init(const struct arenascope_memory *given)
{
	memory = given;
	return 0;
}

static void *allocate(size_t size, size_t alignment)
{
	(void)alignment;
	return memory->grow((size + 15) & ~(size_t)15);
}

static void release(void *payload)
{
	(void)payload;
}

static void describe(const struct arenascope_show *show)
{
	show->list(show, "free list");
	for (;;)
		show->entry(show, memory->low(), 16);
}

const struct arenascope_plugin arenascope_plugin = {
	.version = ARENASCOPE_PLUGIN_VERSION,
	.name = "circles",
	.init = init,
	.allocate = allocate,
	.release = release,
	.describe = describe,
};
