/*
 * Which object refers to which, for engines that find out themselves what the program can still
 * reach, and that move it: tracing collectors.  The heap provides it, and is told what became of
 * the objects.
 *
 *	root    an object that the program itself refers to: a local variable of a frame, a variable
 *	        without a frame; or a block that no references are known of, until it is freed
 *
 * Objects have the identity that struct request gives; addresses are those the objects have now.
 */
#ifndef ENGINE_GRAPH_H
#define ENGINE_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Called for one object after another; an object may be visited several times. */
typedef void object_visit(void *user, uint32_t object, uint64_t address);

/* An object's block is at another address now. */
struct relocation {
	uint32_t object;
	uint64_t from, to;
};

struct graph {
	/* The objects in local variables: by thread, the newest frame first, in order. */
	void (*locals)(const struct graph *graph, object_visit *visit, void *user);

	/* Whether the program itself refers to the object, from a frame or otherwise. */
	bool (*is_root)(const struct graph *graph, uint32_t object);

	/* The objects that an object refers to, in order; weak references refer to none. */
	void (*references)(const struct graph *graph, uint32_t object, object_visit *visit,
		void *user);

	/* The object that a soft reference refers to, until it is cleared; of others none. */
	void (*softly)(const struct graph *graph, uint32_t object, object_visit *visit, void *user);

	/* Whether there is a soft reference that has an object. Grows with the objects. */
	bool (*has_soft)(const struct graph *graph);

	/*
	 * These cannot be reached, no other object refers to them, and their blocks, which were at
	 * these addresses, are gone.
	 */
	void (*died)(struct graph *graph, const uint32_t *objects, const uint64_t *addresses,
		size_t n);

	/* All at once: a block may go to where another one was. */
	void (*moved)(struct graph *graph, const struct relocation *moves, size_t n);
};

#endif
