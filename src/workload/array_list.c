/*
 * A list in an array, which lies in one block: it doubles when it is full, and halves when no more
 * than a quarter is in use, so that a list that swings about a length does neither all the time.
 */
#include "workload/sequence.h"
#include "workload/workload.h"

#include <assert.h>
#include <string.h>

#define FIRST_ROOM 8u /* elements */

struct sequence {
	struct memory *memory; /* borrowed */
	unsigned char *elements;
	size_t element;       /* bytes */
	uint64_t count, room; /* elements */
	uint64_t moved;       /* bytes */
};

static struct sequence *array_new(struct memory *memory, size_t element)
{
	struct sequence *array = memory_allocate(memory, sizeof(*array), "array_new (list)");

	*array = (struct sequence){.memory = memory, .element = element, .room = FIRST_ROOM};
	array->elements = memory_allocate(memory, FIRST_ROOM * element, "array_new (elements)");
	return array;
}

static void array_free(struct sequence *array)
{
	memory_release(array->memory, array->elements, "array_free");
	memory_release(array->memory, array, "array_free");
}

static uint64_t array_count(const struct sequence *array)
{
	return array->count;
}

static void *array_at(struct sequence *array, uint64_t at)
{
	return array->elements + at * array->element;
}

static void *array_insert(struct sequence *array, uint64_t at)
{
	assert(at <= array->count);
	if (array->count == array->room) {
		array->room *= 2;
		array->elements = memory_resize(array->memory, array->elements,
			array->room * array->element, "array_grow (elements)");
	}
	size_t behind = (array->count - at) * array->element;
	memmove(array_at(array, at + 1), array_at(array, at), behind);
	array->moved += behind;
	array->count++;
	return array_at(array, at);
}

static void array_remove(struct sequence *array, uint64_t at)
{
	assert(at < array->count);
	array->count--;
	size_t behind = (array->count - at) * array->element;
	memmove(array_at(array, at), array_at(array, at + 1), behind);
	array->moved += behind;
	if (array->count * 4 <= array->room && array->room > FIRST_ROOM) {
		array->room /= 2;
		array->elements = memory_resize(array->memory, array->elements,
			array->room * array->element, "array_shrink (elements)");
	}
}

static void array_walk(struct sequence *array)
{
	memory_reads(array->memory, array->elements, 0, (size_t)array->count * array->element,
		"array_walk");
}

static uint64_t array_cost(const struct sequence *array)
{
	return array->moved;
}

const struct sequence_ops sequence_array = {
	.name = "array-list",
	.opening =
		"A list in an ARRAY: all elements side by side in one block, which doubles when it is full. An insertion moves the elements after it, and rarely allocates.",
	.new = array_new,
	.free = array_free,
	.count = array_count,
	.insert = array_insert,
	.remove = array_remove,
	.at = array_at,
	.walk = array_walk,
	.walk_words =
		"Now all elements are read, in order. They lie side by side, so the processor fetches each LINE of its cache, 64 bytes, once.",
	.cost = array_cost,
	.cost_words = "bytes were moved to make room or close gaps",
};

static int run_array_list(struct run *run, struct error *err)
{
	return sequence_run(run, &sequence_array, err);
}

const struct workload workload_array_list = {
	.name = "array-list",
	.group = "lists",
	.summary = "a list in an array that doubles and halves; compare with linked-list",
	.defaults = "--operations 4000 --length 300 --element 24",
	.engine = "heap",
	.run = run_array_list,
};
