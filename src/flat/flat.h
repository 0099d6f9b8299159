/*
 * Flat state: everything an engine, or the heap above it, knows is kept in growable arrays of
 * numbers and indices, without pointers. Therefore a checkpoint is a copy, equality is a comparison
 * of bytes, and a state can be restored at another address.
 *
 *	flat_array    one growable array; its bytes up to count * width are state, the rest is not
 *	flat          the arrays of one owner, in the order they were added
 *	snapshot      a copy of several flats, kept in pages; pages equal to those of the snapshot
 *	              before it are shared, so that a series of checkpoints costs only the changes
 *
 * Elements must have no padding with undefined bytes: flat_grow() returns zeroed ones, and owners
 * assign members, never whole structs built on the stack.
 */
#ifndef FLAT_FLAT_H
#define FLAT_FLAT_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flat_array {
	void *data;      /* moves when the array grows */
	size_t count;    /* elements */
	size_t capacity; /* elements */
	size_t width;    /* bytes per element */
};

#define FLAT_ARRAYS_MAX 24

struct flat {
	struct flat_array *arrays[FLAT_ARRAYS_MAX]; /* borrowed: members of the owner's struct */
	size_t narrays;
};

/* Makes *array empty, with elements of width bytes, and registers it with flat. */
void flat_add(struct flat *flat, struct flat_array *array, size_t width);

/* Drops the elements of every array added. */
void flat_empty(struct flat *flat);

/* Releases the memory of every array added; the arrays are empty afterwards. */
void flat_finish(struct flat *flat);

/* Appends n zeroed elements and returns the address of the first. */
void *flat_grow(struct flat_array *array, size_t n);

/* Sets the number of elements: new ones are zeroed, surplus ones dropped. */
void flat_set_count(struct flat_array *array, size_t count);

/* The address of an element. Asserts that at < array->count and that the array has that width. */
static inline void *flat_element(const struct flat_array *array, size_t width, size_t at)
{
	assert(at < array->count && width == array->width);
	return (char *)array->data + at * width;
}
#define flat_at(array, type, at) ((type *)flat_element(array, sizeof(type), at))

/* Bytes of state in all arrays of flat. */
size_t flat_bytes(const struct flat *flat);

/* True when both have the same arrays, counts and bytes. */
bool flat_equal(const struct flat *one, const struct flat *other);

struct snapshot;

/*
 * Copies the state of nflats flats; the snapshot is the caller's. after: a snapshot of the same
 * flats whose equal pages are shared, or NULL; it may be freed before the new one. *bytes counts
 * the memory of a whole series: it grows here and shrinks when a snapshot is freed.
 */
struct snapshot *snapshot_new(struct flat *const *flats, size_t nflats,
	const struct snapshot *after, size_t *bytes);
void snapshot_free(struct snapshot *snapshot, size_t *bytes);

/* Restores the copied state into the same flats (same owners and order as for snapshot_new()). */
void snapshot_restore(const struct snapshot *snapshot, struct flat *const *flats, size_t nflats);

/* True when the state of the flats equals the copy, byte for byte. */
bool snapshot_matches(const struct snapshot *snapshot, struct flat *const *flats, size_t nflats);

#endif
