/*
 * The lanes of a recording's log (wire.h), merged by stamp.
 *
 *	item    a record, with its thread and call stack
 *	stream  the items of one lane in their order; those of the shared lane are sorted first
 *	heap    the streams that have a next item; the first is the one with the lowest stamp
 *
 * Items are decoded when they are needed: a stream keeps no more of them than a realloc looks
 * ahead, or a batch, except for the shared lane, which is kept as a whole since its stamps are not
 * in order.
 */
#ifndef TRACE_LANES_H
#define TRACE_LANES_H

#include "base/arrays.h"
#include "trace/wire.h"

#include <stddef.h>

struct stream;

struct item {
	struct wire_record record;
	uint32_t thread;
	uint32_t stack;        /* number in its lane; 0: not known */
	struct stream *stream; /* its lane */
};

struct piece {            /* of a stream */
	uint64_t at, end; /* bytes of the log */
};

struct stream {
	uint32_t thread;
	ARRAY(struct piece) pieces;
	size_t piece; /* being read */
	struct wire_coding coding;
	uint32_t stack;           /* in force */
	uint32_t writer;          /* of a shared lane */
	ARRAY(struct item) queue; /* read ahead */
	size_t first;             /* of the queue */
	bool is_in_heap;
	bool is_remapping;     /* between the two records of an mremap of known memory */
	ARRAY(uint32_t) sites; /* by number of a stack - 1 */
};

struct lanes {
	const uint8_t *bytes; /* of the log; borrowed */
	ARRAY(struct stream *) streams;
	ARRAY(struct stream *) by_thread; /* hashed; half of it is free */
	ARRAY(struct stream *) heap;
};

void lanes_finish(struct lanes *lanes);

/* The stream of a thread's lane, made if it is new. Owned by the lanes. */
struct stream *lanes_stream(struct lanes *lanes, uint32_t thread);

/* A piece of the lane's bytes, from `at` up to `end` in the log, after those that it has. */
void stream_add(struct stream *stream, uint64_t at, uint64_t end);

/* Puts streams that have a next item by now into the heap. Grows with the streams. */
void lanes_fill(struct lanes *lanes);

/* The lowest stamp of all streams in the heap but the first; UINT64_MAX: there is no other. */
uint64_t lanes_others(const struct lanes *lanes);

/* The heap's first stream has moved on: it finds its new place. */
void lanes_sort_first(struct lanes *lanes);

/* Drops the next item of the heap's first stream, which finds its new place: log(streams). */
void lanes_drop(struct lanes *lanes);

/* The next item of a stream, borrowed until the stream's next call; NULL when there is none. */
struct item *lanes_front(const struct lanes *lanes, struct stream *stream);

/* The item that comes `n` after the next one, where it was decoded by now; NULL: not yet. */
static inline const struct item *lanes_ahead(const struct stream *stream, size_t n)
{
	size_t at = stream->first + n;

	return at < stream->queue.count ? &stream->queue.items[at] : NULL;
}

/*
 * The realloc that the stream's next item begins, in *ret_end; false when it has not returned.
 * Grows with the items until then, which are few, and gives up after LOOK_AHEAD of them.
 */
bool lanes_find_end(const struct lanes *lanes, struct stream *stream, struct item *ret_end);

/* The item is a realloc that has returned, the second of two records. */
bool item_is_resize(const struct item *item);

#endif
