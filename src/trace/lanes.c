/* See lanes.h. */
#include "trace/lanes.h"

#include "base/xalloc.h"

#include <stdlib.h>

/* records in which a realloc of the same thread ends: there are few within it ... */
#define LOOK_AHEAD 1024u
#define LOOK_FAR   65536u /* ... but many of others' in the shared lane */
#define BATCH      128u   /* records that are decoded together */

void lanes_finish(struct lanes *lanes)
{
	for (size_t i = 0; i < lanes->streams.count; i++) {
		array_finish(&lanes->streams.items[i]->pieces);
		array_finish(&lanes->streams.items[i]->queue);
		array_finish(&lanes->streams.items[i]->sites);
		free(lanes->streams.items[i]);
	}
	array_finish(&lanes->streams);
	array_finish(&lanes->by_thread);
	array_finish(&lanes->heap);
}

void stream_add(struct stream *stream, uint64_t at, uint64_t end)
{
	*array_push(&stream->pieces) = (struct piece){at, end};
}

/* The cell of the thread's stream, or the empty one where it would go. */
static struct stream **slot_of(struct lanes *lanes, uint32_t thread)
{
	size_t mask = lanes->by_thread.count - 1, at = (thread * 2654435761u >> 8) & mask;

	while (lanes->by_thread.items[at] && lanes->by_thread.items[at]->thread != thread)
		at = (at + 1) & mask;
	return &lanes->by_thread.items[at];
}

struct stream *lanes_stream(struct lanes *lanes, uint32_t thread)
{
	if (lanes->by_thread.count <= 2 * lanes->streams.count) {
		size_t count = lanes->by_thread.count ? 2 * lanes->by_thread.count : 64;
		lanes->by_thread.count = 0;
		while (lanes->by_thread.count < count)
			*array_push(&lanes->by_thread) = NULL;
		for (size_t i = 0; i < lanes->streams.count; i++)
			*slot_of(lanes, lanes->streams.items[i]->thread) = lanes->streams.items[i];
	}
	struct stream **place = slot_of(lanes, thread);
	if (!*place) {
		*place = xcalloc(1, sizeof(**place));
		(*place)->thread = thread;
		*array_push(&lanes->streams) = *place;
	}
	return *place;
}

/* Decodes one more record to the end of the queue, in place; false when there is none. */
static bool read_ahead(const struct lanes *lanes, struct stream *stream)
{
	while (stream->piece < stream->pieces.count) {
		struct piece *piece = &stream->pieces.items[stream->piece];
		struct item *item = array_push(&stream->queue);
		const uint8_t *at = lanes->bytes + piece->at;
		const uint8_t *end =
			wire_decode(at, lanes->bytes + piece->end, &stream->coding, &item->record);
		stream->queue.count--; /* until it is known to be one */
		if (!end) {
			piece->at = piece->end;
			stream->piece++;
			continue;
		}
		piece->at = (uint64_t)(end - lanes->bytes);
		if (item->record.call == WIRE_THREAD) {
			stream->writer = (uint32_t)item->record.size;
			continue;
		}
		if (item->record.call == WIRE_SITE) {
			stream->stack = (uint32_t)item->record.size;
			continue;
		}
		item->thread = stream->thread == WIRE_SHARED ? stream->writer : stream->thread;
		item->stack = stream->stack;
		item->stream = stream;
		stream->queue.count++;
		return true;
	}
	return false;
}

/*
 * Decodes records that are near and plain, which nearly all are, up to the first that is not: into
 * a queue that has room for a batch. Other records, and the last ones of a piece, are left.
 */
static void read_plain(const struct lanes *lanes, struct stream *stream)
{
	if (stream->piece == stream->pieces.count)
		return;
	struct piece *piece = &stream->pieces.items[stream->piece];
	const uint8_t *at = lanes->bytes + piece->at, *end = lanes->bytes + piece->end;
	struct wire_coding coding = stream->coding;
	uint32_t thread = stream->thread == WIRE_SHARED ? stream->writer : stream->thread;
	size_t count = stream->queue.count;

	while (count < BATCH && end - at >= (ptrdiff_t)WIRE_RECORD_MAX) {
		struct item *item = &stream->queue.items[count];
		uint32_t bytes = wire_take_plain(at, &coding, &item->record);
		if (bytes == 0)
			break;
		at += bytes;
		item->thread = thread;
		item->stack = stream->stack;
		item->stream = stream;
		count++;
	}
	stream->queue.count = count;
	stream->coding = coding;
	piece->at = (uint64_t)(at - lanes->bytes);
}

static void read_batch(const struct lanes *lanes, struct stream *stream)
{
	stream->first = stream->queue.count = 0;
	do {
		if (stream->queue.capacity >= BATCH)
			read_plain(lanes, stream);
	} while (stream->queue.count < BATCH && read_ahead(lanes, stream));
}

struct item *lanes_front(const struct lanes *lanes, struct stream *stream)
{
	if (stream->first == stream->queue.count) {
		read_batch(lanes, stream);
		if (stream->queue.count == 0)
			return NULL;
	}
	return &stream->queue.items[stream->first];
}

bool item_is_resize(const struct item *item)
{
	return (item->record.call == WIRE_REALLOC || item->record.call == WIRE_REALLOCARRAY) &&
	       !item->record.other;
}

bool lanes_find_end(const struct lanes *lanes, struct stream *stream, struct item *ret_end)
{
	uint32_t thread = stream->queue.items[stream->first].thread;
	size_t far = stream->thread == WIRE_SHARED ? LOOK_FAR : LOOK_AHEAD;

	for (size_t i = stream->first + 1;; i++) {
		if (i - stream->first > far ||
			(i == stream->queue.count && !read_ahead(lanes, stream)))
			return false;
		const struct item *item = &stream->queue.items[i];
		if (item->thread == thread && item_is_resize(item)) {
			*ret_end = *item;
			return true;
		}
		if (item->thread == thread && item->record.call == WIRE_EXEC)
			return false;
	}
}

static int compare_items(const void *left, const void *right)
{
	const struct item *one = left, *other = right;

	if (one->record.stamp != other->record.stamp)
		return one->record.stamp < other->record.stamp ? -1 : 1;
	return one < other ? -1 : 1;
}

/* The shared lane was written under a lock, but its stamps were taken outside. */
static void sort_shared(const struct lanes *lanes, struct stream *stream)
{
	while (read_ahead(lanes, stream))
		;
	qsort(stream->queue.items + stream->first, stream->queue.count - stream->first,
		sizeof(struct item), compare_items);
}

/* ---- the heap of streams --------------------------------------------------------------------- */

static uint64_t next_stamp(const struct stream *stream)
{
	return stream->queue.items[stream->first].record.stamp;
}

static bool is_before(const struct stream *one, const struct stream *other)
{
	uint64_t first = next_stamp(one), second = next_stamp(other);

	return first != second ? first < second : one->thread < other->thread;
}

static void sift_down(struct lanes *lanes, size_t at)
{
	struct stream **heap = lanes->heap.items;

	for (;;) {
		size_t child = 2 * at + 1;
		if (child >= lanes->heap.count)
			return;
		if (child + 1 < lanes->heap.count && is_before(heap[child + 1], heap[child]))
			child++;
		if (!is_before(heap[child], heap[at]))
			return;
		struct stream *swapped = heap[at];
		heap[at] = heap[child];
		heap[child] = swapped;
		at = child;
	}
}

static void sift_up(struct lanes *lanes, size_t at)
{
	struct stream **heap = lanes->heap.items;

	while (at > 0 && is_before(heap[at], heap[(at - 1) / 2])) {
		struct stream *swapped = heap[at];
		heap[at] = heap[(at - 1) / 2];
		heap[(at - 1) / 2] = swapped;
		at = (at - 1) / 2;
	}
}

uint64_t lanes_others(const struct lanes *lanes)
{
	uint64_t first = UINT64_MAX;

	for (size_t i = 1; i < 3 && i < lanes->heap.count; i++)
		if (next_stamp(lanes->heap.items[i]) < first)
			first = next_stamp(lanes->heap.items[i]);
	return first;
}

void lanes_sort_first(struct lanes *lanes)
{
	sift_down(lanes, 0);
}

void lanes_fill(struct lanes *lanes)
{
	for (size_t i = 0; i < lanes->streams.count; i++) {
		struct stream *stream = lanes->streams.items[i];
		if (stream->thread == WIRE_SHARED)
			sort_shared(lanes, stream);
		if (stream->is_in_heap || !lanes_front(lanes, stream))
			continue;
		stream->is_in_heap = true;
		*array_push(&lanes->heap) = stream;
		sift_up(lanes, lanes->heap.count - 1);
	}
}

void lanes_drop(struct lanes *lanes)
{
	struct stream *stream = lanes->heap.items[0];

	stream->first++;
	if (!lanes_front(lanes, stream)) {
		stream->is_in_heap = false;
		lanes->heap.items[0] = lanes->heap.items[--lanes->heap.count];
	}
	if (lanes->heap.count > 0)
		sift_down(lanes, 0);
}
