/*
 * Snapshots are lists of reference-counted pages, one list per array. A page is shared when the
 * page at the same place of the earlier snapshot has the same bytes; nothing else is tracked, so
 * owners need not report their writes.
 */
#include "flat/flat.h"

#include "base/xalloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_BYTES 4096u

struct snapshot_page {
	uint32_t references;
	uint32_t length; /* bytes of state: PAGE_BYTES except in an array's last page */
	unsigned char bytes[];
};

struct saved_array {
	struct snapshot_page **pages;
	size_t npages;
	size_t count; /* elements */
	size_t width; /* bytes per element */
};

struct snapshot {
	size_t narrays;
	struct saved_array arrays[];
};

void flat_add(struct flat *flat, struct flat_array *array, size_t width)
{
	assert(flat->narrays < FLAT_ARRAYS_MAX && width > 0);
	for (size_t i = 0; i < flat->narrays; i++)
		assert(flat->arrays[i] != array); /* otherwise a snapshot would hold it twice */
	*array = (struct flat_array){.width = width};
	flat->arrays[flat->narrays++] = array;
}

void flat_empty(struct flat *flat)
{
	for (size_t i = 0; i < flat->narrays; i++)
		flat_set_count(flat->arrays[i], 0);
}

void flat_finish(struct flat *flat)
{
	for (size_t i = 0; i < flat->narrays; i++) {
		free(flat->arrays[i]->data);
		*flat->arrays[i] = (struct flat_array){.width = flat->arrays[i]->width};
	}
	flat->narrays = 0;
}

static void reserve(struct flat_array *array, size_t count)
{
	if (count <= array->capacity)
		return;

	assert(array->width > 0 && array->count <= array->capacity);
	size_t capacity = array->capacity < 8 ? 16 : array->capacity + array->capacity / 2;
	if (capacity < count)
		capacity = count;
	void *data = xroom(capacity, array->width);
	if (array->count)
		memcpy(data, array->data, array->count * array->width);
	free(array->data);
	array->data = data;
	array->capacity = capacity;
	assert(array->capacity >= count && array->count <= count);
}

void flat_set_count(struct flat_array *array, size_t count)
{
	reserve(array, count);
	if (count > array->count)
		memset((char *)array->data + array->count * array->width, 0,
			(count - array->count) * array->width);
	array->count = count;
	assert(array->count <= array->capacity);
}

void *flat_grow(struct flat_array *array, size_t n)
{
	size_t at = array->count;

	assert(at + n >= at);
	flat_set_count(array, at + n);
	return (char *)array->data + at * array->width;
}

size_t flat_bytes(const struct flat *flat)
{
	size_t bytes = 0;
	for (size_t i = 0; i < flat->narrays; i++)
		bytes += flat->arrays[i]->count * flat->arrays[i]->width;
	return bytes;
}

static bool arrays_equal(const struct flat_array *one, const struct flat_array *other)
{
	return one->width == other->width && one->count == other->count &&
	       (one->count == 0 || memcmp(one->data, other->data, one->count * one->width) == 0);
}

bool flat_equal(const struct flat *one, const struct flat *other)
{
	if (one->narrays != other->narrays)
		return false;
	for (size_t i = 0; i < one->narrays; i++)
		if (!arrays_equal(one->arrays[i], other->arrays[i]))
			return false;
	return true;
}

static size_t total_arrays(struct flat *const *flats, size_t nflats)
{
	size_t n = 0;
	for (size_t i = 0; i < nflats; i++)
		n += flats[i]->narrays;
	return n;
}

static struct snapshot_page *page_of(const unsigned char *bytes, size_t length,
	struct snapshot_page *candidate, size_t *taken)
{
	if (candidate && candidate->length == length &&
		memcmp(candidate->bytes, bytes, length) == 0) {
		assert(candidate->references > 0 && candidate->references < UINT32_MAX);
		candidate->references++;
		return candidate;
	}

	assert(length > 0 && length <= PAGE_BYTES);
	struct snapshot_page *page = xmalloc(sizeof(*page) + length);
	*taken += sizeof(*page) + length;
	page->references = 1;
	page->length = (uint32_t)length;
	memcpy(page->bytes, bytes, length);
	return page;
}

static void save(struct saved_array *saved, const struct flat_array *array,
	const struct saved_array *after, size_t *taken)
{
	const unsigned char *data = array->data;
	size_t bytes = array->count * array->width;

	/* It must be the same array of the same flats; otherwise no page could be shared. */
	assert(!after || after->width == array->width);
	saved->width = array->width;
	saved->count = array->count;
	saved->npages = (bytes + PAGE_BYTES - 1) / PAGE_BYTES;
	saved->pages = xcalloc(saved->npages, sizeof(struct snapshot_page *));
	*taken += saved->npages * sizeof(struct snapshot_page *);
	for (size_t i = 0; i < saved->npages; i++) {
		size_t at = i * PAGE_BYTES;
		size_t length = bytes - at < PAGE_BYTES ? bytes - at : PAGE_BYTES;
		struct snapshot_page *candidate =
			after && i < after->npages ? after->pages[i] : NULL;
		saved->pages[i] = page_of(data + at, length, candidate, taken);
		assert(saved->pages[i]->length == PAGE_BYTES || i + 1 == saved->npages);
	}
}

struct snapshot *snapshot_new(struct flat *const *flats, size_t nflats,
	const struct snapshot *after, size_t *bytes)
{
	size_t narrays = total_arrays(flats, nflats);
	struct snapshot *snapshot =
		xcalloc(1, sizeof(*snapshot) + narrays * sizeof(struct saved_array));

	assert(!after || after->narrays == narrays);
	for (size_t i = 0; i < nflats; i++)
		for (size_t j = 0; j < flats[i]->narrays; j++) {
			size_t at = snapshot->narrays++;
			save(&snapshot->arrays[at], flats[i]->arrays[j],
				after ? &after->arrays[at] : NULL, bytes);
		}
	assert(snapshot->narrays == narrays);
	return snapshot;
}

void snapshot_free(struct snapshot *snapshot, size_t *bytes)
{
	if (!snapshot)
		return;
	for (size_t i = 0; i < snapshot->narrays; i++) {
		struct saved_array *saved = &snapshot->arrays[i];
		for (size_t j = 0; j < saved->npages; j++) {
			assert(saved->pages[j]->references > 0);
			if (--saved->pages[j]->references > 0)
				continue;
			assert(*bytes >= sizeof(struct snapshot_page) + saved->pages[j]->length);
			*bytes -= sizeof(struct snapshot_page) + saved->pages[j]->length;
			free(saved->pages[j]);
		}
		assert(*bytes >= saved->npages * sizeof(struct snapshot_page *));
		*bytes -= saved->npages * sizeof(struct snapshot_page *);
		free(saved->pages);
	}
	free(snapshot);
}

static void restore(const struct saved_array *saved, struct flat_array *array)
{
	assert(array->width == saved->width);
	assert(saved->npages == (saved->count * saved->width + PAGE_BYTES - 1) / PAGE_BYTES);
	reserve(array, saved->count);
	array->count = saved->count;
	for (size_t i = 0; i < saved->npages; i++)
		memcpy((unsigned char *)array->data + i * PAGE_BYTES, saved->pages[i]->bytes,
			saved->pages[i]->length);
}

void snapshot_restore(const struct snapshot *snapshot, struct flat *const *flats, size_t nflats)
{
	size_t at = 0;

	assert(snapshot->narrays == total_arrays(flats, nflats));
	for (size_t i = 0; i < nflats; i++)
		for (size_t j = 0; j < flats[i]->narrays; j++)
			restore(&snapshot->arrays[at++], flats[i]->arrays[j]);
	assert(at == snapshot->narrays);
}

static bool matches(const struct saved_array *saved, const struct flat_array *array)
{
	assert(array->width == saved->width);
	if (saved->count != array->count)
		return false;
	for (size_t i = 0; i < saved->npages; i++)
		if (memcmp((const unsigned char *)array->data + i * PAGE_BYTES,
			    saved->pages[i]->bytes, saved->pages[i]->length) != 0)
			return false;
	return true;
}

bool snapshot_matches(const struct snapshot *snapshot, struct flat *const *flats, size_t nflats)
{
	size_t at = 0;

	if (snapshot->narrays != total_arrays(flats, nflats))
		return false;
	for (size_t i = 0; i < nflats; i++)
		for (size_t j = 0; j < flats[i]->narrays; j++)
			if (!matches(&snapshot->arrays[at++], flats[i]->arrays[j]))
				return false;
	return true;
}
