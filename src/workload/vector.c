/* See vector.h. The workload: some vectors grow in turn, are dropped, and begin again. */
#include "workload/vector.h"

#include "base/units.h"
#include "workload/region.h"
#include "workload/workload.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#define FIRST_ROOM 4u /* elements */
#define FIXED_STEP 16u

uint64_t vector_next_room(enum growth growth, uint64_t room)
{
	switch (growth) {
	case GROWTH_DOUBLE:
		return room * 2;
	case GROWTH_HALF:
		return room + room / 2;
	case GROWTH_FIXED:
		return room + FIXED_STEP;
	}
	return room;
}

void vector_init(struct vector *vector, struct memory *memory, size_t element, enum growth growth,
	enum growing growing)
{
	*vector = (struct vector){.memory = memory,
		.element = element,
		.room = FIRST_ROOM,
		.growth = growth,
		.growing = growing};
	vector->elements = memory_allocate(memory, FIRST_ROOM * element, "vector_init (elements)");
}

void vector_finish(struct vector *vector)
{
	memory_release(vector->memory, vector->elements, "vector_finish");
	*vector = (struct vector){0};
}

static void grow(struct vector *vector)
{
	vector->room = vector_next_room(vector->growth, vector->room);
	size_t size = vector->room * vector->element;
	if (vector->growing == GROWING_BY_RESIZE) {
		vector->elements = memory_resize(vector->memory, vector->elements, size,
			"vector_grow (elements)");
		return;
	}
	unsigned char *elements = memory_allocate(vector->memory, size, "vector_grow (elements)");
	memcpy(elements, vector->elements, vector->count * vector->element);
	memory_release(vector->memory, vector->elements, "vector_grow");
	vector->elements = elements;
}

void *vector_push(struct vector *vector)
{
	if (vector->count == vector->room)
		grow(vector);
	return vector_at(vector, vector->count++);
}

/* ---- the workload ---------------------------------------------------------------------------- */

enum through { THROUGH_COPY, THROUGH_RESIZE, THROUGH_REGION };

struct grower {
	struct vector vector;
	struct memory *region; /* with THROUGH_REGION: its own */
	uint64_t length;       /* at which it is dropped */
	uint64_t number;       /* the n-th vector of all */
	uint64_t left_behind;  /* bytes of the blocks it had before this one */
};

struct vector_scene {
	struct grower *growers;
	uint64_t count;
	size_t element;
	enum growth growth;
	enum through through;
	uint64_t begun;
	unsigned growings; /* of the first vector */
};

static const char *const openings[] = {
	[THROUGH_COPY] =
		"A full VECTOR gets a larger block, copies its elements there and frees the old one, as vectors in C++ and Rust do. The old block leaves a hole.",
	[THROUGH_RESIZE] =
		"A full VECTOR asks for its block to be resized: it stays where it is if there is room after it; otherwise it is copied.",
	[THROUGH_REGION] =
		"Each VECTOR has its own region, which grows piece by piece, frees no block, and is freed as a whole.",
};

static void begin_vector(struct run *run, struct vector_scene *scene, struct grower *grower)
{
	bool in_region = scene->through == THROUGH_REGION;

	*grower = (struct grower){
		.region = in_region ? region_new(run->memory) : NULL,
		.length = 1 + draw_below(&run->draws, 2 * options_number(run->options, "length")),
		.number = scene->begun++,
	};
	vector_init(&grower->vector, in_region ? grower->region : run->memory, scene->element,
		scene->growth,
		scene->through == THROUGH_RESIZE ? GROWING_BY_RESIZE : GROWING_BY_COPY);
}

static void end_vector(struct run *run, struct grower *grower)
{
	run->tally.entries -= grower->vector.count;
	run->tally.bytes -= grower->vector.count * grower->vector.element;
	vector_finish(&grower->vector);
	region_free(grower->region);
}

/*
 * Of the first vector's first growings: what it leaves, and whether that will ever be enough for
 * it.
 */
static void tell_growing(struct run *run, struct vector_scene *scene, const struct grower *grower,
	uint64_t old_room)
{
	const struct vector *vector = &grower->vector;
	uint64_t next = vector_next_room(vector->growth, vector->room) * vector->element;

	if (grower->number != 0 || scene->through != THROUGH_COPY)
		return;
	scene->growings++;
	if (scene->growings == 1)
		memory_mark(run->memory, "the first growth");
	memory_note(run->memory,
		"The vector had room for %" PRIu64 " elements and now has room for %" PRIu64
		". Its earlier blocks were %" PRIu64
		" bytes long together; the next one will need %" PRIu64 ". %s",
		old_room, vector->room, grower->left_behind, next,
		grower->left_behind >= next
			? "It could use the space they left, if that is in one piece. Will it?"
			: "That is not enough: it has to go further.");
}

static void push(struct run *run, struct vector_scene *scene, struct grower *grower)
{
	struct vector *vector = &grower->vector;
	uint64_t old_room = vector->room;

	memset(vector_push(vector), (int)(vector->count & 0xff), vector->element);
	run->tally.entries++;
	run->tally.bytes += vector->element;
	if (vector->room == old_room)
		return;
	grower->left_behind += old_room * vector->element;
	tell_growing(run, scene, grower, old_room);
}

static void tell_dropped(struct run *run, const struct grower *grower)
{
	if (grower->number != 0)
		return;
	memory_mark(run->memory, "the first vector is dropped");
	memory_note(run->memory,
		"This vector is complete, with %" PRIu64
		" elements, and is dropped. Another one begins, small again: which hole will it take?",
		grower->vector.count);
}

static int run_vector(struct run *run, struct error *err)
{
	struct units operations;
	struct vector_scene scene = {
		.count = options_number(run->options, "vectors"),
		.element = (size_t)options_number(run->options, "element"),
		.growth = (enum growth)options_choice(run->options, "growth"),
		.through = (enum through)options_choice(run->options, "through"),
	};

	memory_note(run->memory, "%s", openings[scene.through]);
	scene.growers = memory_allocate(run->memory, scene.count * sizeof(struct grower),
		"vectors (array)");
	for (uint64_t i = 0; i < scene.count; i++)
		begin_vector(run, &scene, &scene.growers[i]);
	while (run_goes_on(run)) {
		struct grower *grower = &scene.growers[draw_below(&run->draws, scene.count)];
		push(run, &scene, grower);
		if (grower->vector.count < grower->length)
			continue;
		tell_dropped(run, grower);
		end_vector(run, grower);
		begin_vector(run, &scene, grower);
	}
	run_ends(run);
	memory_mark(run->memory, "the work is done");
	memory_note(run->memory,
		"%s elements were pushed, onto %" PRIu64 " vectors. The live vectors are dropped.",
		units_count(&operations, run->tally.operations), scene.begun);
	for (uint64_t i = 0; i < scene.count; i++)
		end_vector(run, &scene.growers[i]);
	memory_release(run->memory, scene.growers, "vectors");
	memory_note(run->memory, "Everything was freed.");
	return 0;
}

const struct workload workload_vector = {
	.name = "vector",
	.summary = "vectors that grow by a factor, with a choice of allocation strategy",
	.defaults =
		"--operations 60000 --vectors 4 --length 200 --element 16 --growth 2 --through copy",
	.engine = "heap",
	.run = run_vector,
};
