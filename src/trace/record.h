/*
 * Records: one event, or one comment, as the binary form has it (docs/trace-format.md).
 *
 *	tag         the first byte: the kind, and which of the fields follow
 *	attributes  flags, domain, call and alignment; they follow where they differ from those of
 *	            the last record of the same kind
 *	coding      what coder and decoder expect of the next record; both keep the same one
 *
 * The coder is record_put() in record_put.h, the decoder record_take() in record_take.h.
 */
#ifndef TRACE_RECORD_H
#define TRACE_RECORD_H

#include "trace/chunk.h"
#include "trace/event.h"

#include <stddef.h>

#define KIND_MORE    7u /* in a tag: a byte follows, a comment, or a kind from EVENT_NEW on */
#define MORE_COMMENT 0u
#define MORE_TRAILS  1u /* a comment on the line of the event before */

#define RECORD_BYTES_MAX 96u /* without its text */

/*
 * The addresses of the objects that a chunk has brought to life one after another: a free of one of
 * them is expected there.
 */
struct places {
	uint32_t first, count; /* objects; count <= room */
	uint32_t room;         /* for so many events */
	uint64_t of[];
};

/* All zero at a chunk's start, except for `places`, whose count is 0. */
struct coding {
	struct places *places; /* borrowed */
	/* the highest allocated + 1: expected of an allocation */
	uint32_t next_object;
	/* of the last record: expected of anything else */
	uint32_t last_object;
	uint64_t last_address;
	uint64_t last_time;
	uint32_t thread;
	struct attributes {
		uint8_t flags, domain, call, alignment; /* log2 + 1; 0: none */
	} of_kind[EVENT_KIND_COUNT];
	/*
	 * of the decoder: what plain events of a kind have in common by their attributes, a bit for
	 * each kind of which that is known, and whether any of the places is not 0
	 */
	struct event usual[EVENT_NOTE];
	uint32_t usual_kinds;
	bool has_addresses;
};

/*
 * The words of a record; text and length are those of an event that has a text, or of a comment.
 */
struct record_words {
	const char *text; /* borrowed from the cursor's bytes; no zero byte ends it */
	size_t length;    /* 0 for records without a text */
	bool is_comment;  /* no event */
	bool trails;      /* a comment on the line of the event before */
};

/* Whether events of the kind carry a size (or another number in its place). */
static inline bool kind_has_size(unsigned kind)
{
	const unsigned kinds = 1u << EVENT_ALLOCATE | 1u << EVENT_REALLOCATE | 1u << EVENT_MAP |
			       1u << EVENT_NEW | 1u << EVENT_WEAK | 1u << EVENT_COLLECT |
			       1u << EVENT_GC | 1u << EVENT_LIBC | 1u << EVENT_USE |
			       1u << EVENT_WHEN;

	return kinds >> kind & 1u;
}
static_assert(EVENT_KIND_COUNT <= 32, "kinds fit into a word");

#endif
