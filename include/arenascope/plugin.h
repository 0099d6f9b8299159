/*
 * An allocator of your own in arenascope's viewer, one that also says what lies in its heap.
 *
 *	static const struct arenascope_memory *memory;	 where it takes its heap from
 *	...
 *	const struct arenascope_plugin arenascope_plugin = {
 *		.version = ARENASCOPE_PLUGIN_VERSION, .name = "mine", .init = init,
 *		.allocate = allocate, .release = release, .describe = describe,
 *	};
 *
 * Compile it with -shared -fPIC and play a trace into it with `--engine plugin:./mine.so`, or leave
 * the compiling to `--engine lab:mine.c`.  It runs in a process of its own; whatever it does wrong
 * is shown at the event where it does.  docs/plugins.md has an example.
 *
 * This header needs nothing else of arenascope, and stays as it is: what is added later comes at
 * the end of a struct, with a higher version.
 */
#ifndef ARENASCOPE_PLUGIN_H
#define ARENASCOPE_PLUGIN_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ARENASCOPE_PLUGIN_VERSION 1

/* The one heap there is: it begins at the same address every time and grows at its end. */
struct arenascope_memory {
	/* as sbrk(): where the new bytes begin; NULL: there is no room for them */
	void *(*grow)(size_t bytes);
	void *(*low)(void); /* its first byte */
	void *(*end)(void); /* the byte behind its last one */
};

/* What describe() calls, in any order and as often as it likes. */
struct arenascope_show {
	/* size bytes at base that are free, headers included. */
	void (*free)(const struct arenascope_show *show, const void *base, size_t size);

	/*
	 * size bytes at base that a block takes, headers included; payload is what allocate() gave.
	 */
	void (*used)(const struct arenascope_show *show, const void *base, size_t size,
		const void *payload);

	/* A list begins; its entries follow, in its own order.  Of the name 31 bytes are shown. */
	void (*list)(const struct arenascope_show *show, const char *name);
	void (*entry)(const struct arenascope_show *show, const void *base, size_t size);
};

struct arenascope_plugin {
	unsigned version; /* ARENASCOPE_PLUGIN_VERSION */
	const char *name; /* for people */

	/* Called once, before anything else: 0, or another number when it cannot begin. */
	int (*init)(const struct arenascope_memory *memory);

	/*
	 * size bytes aligned to 8 and to alignment (a power of two; 0: none was asked for), or
	 * NULL.
	 */
	void *(*allocate)(size_t size, size_t alignment);

	/* Takes back what allocate() or reallocate() gave. */
	void (*release)(void *payload);

	/*
	 * As realloc(): where the block is now, its first bytes kept; or NULL, and it is where it
	 * was. Optional: without it a new block is asked for, and the old one released.
	 */
	void *(*reallocate)(void *payload, size_t size);

	/* Says what lies in the heap, and changes nothing.  Optional; called between requests. */
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
