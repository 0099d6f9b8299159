/*
 * Flat state: everything an engine, or the heap above it, knows lives in growable arrays that hold
 * numbers and indices but no pointers.  Therefore a checkpoint is a copy, equality is a comparison
 * of bytes, and a state can be put back at another address.
 *
 *	flat_array    one growable array; its bytes up to count * width are state, the rest is not
 *	flat          the arrays of one owner, in the order they were added
 *	snapshot      a copy of several flats, kept in pages; pages that equal those of the snapshot
 *	              it was made after are shared with it, so that a series of checkpoints costs
 *	              what changed
 *
 * Elements must have no padding with undefined bytes: flat_grow() gives zeroed ones, and owners
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

/* Makes *array an empty array of elements of width bytes and one of flat's. */
void flat_add(struct flat *flat, struct flat_array *array, size_t width);

/* Releases the memory of every array added; the arrays are empty afterwards. */
void flat_finish(struct flat *flat);

/* n more elements, zeroed; gives the address of the first. */
void *flat_grow(struct flat_array *array, size_t n);

/* Exactly count elements: new ones are zeroed, superfluous ones are dropped. */
void flat_set_count(struct flat_array *array, size_t count);

/* The address of an element: at < array->count, and the array was added with that width. */
static inline void *flat_element(const struct flat_array *array, size_t width, size_t at)
{
	assert(at < array->count && width == array->width);
	return (char *)array->data + at * width;
}
#define flat_at(array, type, at) ((type *)flat_element(array, sizeof(type), at))

/* The bytes of state of every array of flat. */
size_t flat_bytes(const struct flat *flat);

/* Same arrays, same counts, same bytes. */
bool flat_equal(const struct flat *one, const struct flat *other);

struct snapshot;

/*
 * Copies the state of nflats flats.  after: a snapshot of the same flats whose equal pages are to
 * be shared, or NULL; it may be freed before the new one.  *bytes (of a whole series) grows by the
 * memory taken, and shrinks by what freeing gives back.
 */
struct snapshot *snapshot_new(struct flat *const *flats, size_t nflats,
	const struct snapshot *after, size_t *bytes);
void snapshot_free(struct snapshot *snapshot, size_t *bytes);

/*
 * Puts the copied state back into the same flats (same owners, same order as given to
 * snapshot_new()).
 */
void snapshot_restore(const struct snapshot *snapshot, struct flat *const *flats, size_t nflats);

/* The state of flats equals the copy, byte for byte. */
bool snapshot_matches(const struct snapshot *snapshot, struct flat *const *flats, size_t nflats);

#endif
