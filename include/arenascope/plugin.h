/*
 * Show your own allocator in arenascope's viewer, with a description of its heap.
 *
 *	static const struct arenascope_memory *memory;	 where it takes its heap from
 *	...
 *	const struct arenascope_plugin arenascope_plugin = {
 *	.version = ARENASCOPE_PLUGIN_VERSION, .name = "mine", .init = init,
 *	.allocate = allocate, .release = release, .describe = describe,
 *	};
 *
 * Compile it with -shared -fPIC and replay a trace on it with `--engine plugin:./mine.so`, or let
 * `--engine lab:mine.c` compile it. It runs in a separate process; a mistake is shown at the event
 * that made it. docs/plugins.md has an example.
 *
 * This header needs nothing else of arenascope, and stays compatible: members are only ever added
 * at the end of a struct, with a higher version.
 */
#ifndef ARENASCOPE_PLUGIN_H
#define ARENASCOPE_PLUGIN_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ARENASCOPE_PLUGIN_VERSION 1

/* The heap. It begins at the same address every time and grows at its end. */
struct arenascope_memory {
	/* like sbrk(): the address of the new bytes, or NULL when there is no room */
	void *(*grow)(size_t bytes);
	void *(*low)(void); /* its first byte */
	void *(*end)(void); /* one past its last byte */
};

/* Passed to describe(), which may call these in any order, any number of times. */
struct arenascope_show {
	/* A free piece: size bytes at base, headers included. */
	void (*free)(const struct arenascope_show *show, const void *base, size_t size);

	/* A block: size bytes at base, headers included; payload is what allocate() returned. */
	void (*used)(const struct arenascope_show *show, const void *base, size_t size,
		const void *payload);

	/* Begins a list, whose entries follow in list order. 31 bytes of the name are shown. */
	void (*list)(const struct arenascope_show *show, const char *name);
	void (*entry)(const struct arenascope_show *show, const void *base, size_t size);
};

struct arenascope_plugin {
	unsigned version; /* ARENASCOPE_PLUGIN_VERSION */
	const char *name; /* shown to people */

	/* Called once, before anything else. Returns 0, or nonzero when it cannot start. */
	int (*init)(const struct arenascope_memory *memory);

	/*
	 * Returns size bytes aligned to 8 and to alignment (a power of two; 0: no request), or
	 * NULL.
	 */
	void *(*allocate)(size_t size, size_t alignment);

	/* Frees what allocate() or reallocate() returned. */
	void (*release)(void *payload);

	/*
	 * Like realloc(): returns the block's address, its first bytes kept, or NULL, and the block
	 * stays where it was. Optional: without it arenascope allocates, copies and releases.
	 */
	void *(*reallocate)(void *payload, size_t size);

	/* Describes the heap and changes nothing. Optional; called between requests. */
	void (*describe)(const struct arenascope_show *show);
};

/* What a plug-in exports. */
extern
#ifdef __GNUC__
	__attribute__((visibility("default")))
#endif
	const struct arenascope_plugin arenascope_plugin;

#ifdef __cplusplus
}
#endif

#endif
