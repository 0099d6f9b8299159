/*
 * The chunks of a trace: a table of them, made when the trace is opened or has grown, and the last
 * few in decoded form.
 *
 * The contents of a file are never trusted: lengths are checked against the bytes present, and
 * checksums find damage before an event is shown. A chunk without texts is taken into the table by
 * its head alone, which has a checksum; its records are checked when they are first decoded. Where
 * they turn out to be damaged the trace ends from then on.
 */
#ifndef TRACE_CHUNKS_H
#define TRACE_CHUNKS_H

#include "base/arrays.h"
#include "trace/chunk_table.h"
#include "trace/pieces.h"
#include "trace/record.h"

struct error;
struct event;
struct trace;

#define CACHE_CHUNKS 6u /* a MiB each, if they are full */

struct chunk {
	size_t at;       /* of its head in the bytes */
	uint64_t first;  /* event */
	uint32_t events; /* that can be had */
	uint32_t first_text;
	bool is_partial;   /* cut off or damaged: not all that its head says is there */
	bool is_unchecked; /* only its head was looked at so far */
};

/* Room for the events of a chunk. */
struct events_room {
	struct event *events; /* NULL: none */
	uint32_t count;       /* that it has room for */
};

struct decoded {
	size_t chunk;
	uint64_t used; /* for replacing the one longest unused */
	struct events_room room;
};

enum chunks_care {
	CHUNKS_BY_HEADS, /* records are checked when they are first decoded */
	CHUNKS_CHECKED,  /* every record is checked by the scan */
	CHUNKS_TRUSTED,  /* we wrote them ourselves a moment ago */
};

/* Invariant: items[i].first + items[i].events == items[i + 1].first; the last ends at `events`. */
struct chunks {
	ARRAY(struct chunk) table; /* those with events */
	uint64_t events;
	uint32_t sites; /* that events may have: those that were defined */
	enum chunks_care care;
	size_t scanned;           /* bytes: where the chunks in the table end */
	struct chunk_table heads; /* found in the trace: read in place of those in the chunks */
	size_t rows;              /* of it that were taken */
	bool is_sliced;           /* one scan takes a few chunks at most ... */
	bool has_more;            /* ... and there were more */
	bool has_end;             /* the last chunk says that nothing is missing */
	struct decoded cache[CACHE_CHUNKS];
	uint64_t uses;
	uint64_t decodings;    /* into the cache, so far */
	struct places *places; /* of the chunk that is being decoded */
	struct unpacker unpacker;
};

void chunks_finish(struct chunks *chunks);

/*
 * Takes the chunks from byte `at` on into the table, with the trace's care, and their texts and
 * definitions. -1 and err ("NAME:byte N: what") at damage: what was before it is taken.
 */
int chunks_scan(struct trace *trace, size_t at, struct error *err);

/* The number of the chunk that holds an event, which is before the end. */
size_t chunks_find(const struct chunks *chunks, uint64_t event);

/*
 * The decoded events of a chunk, borrowed until the next call; as many as the table says after the
 * call. Damage that is found ends the table with this chunk, and becomes the trace's.
 */
const struct event *chunks_events(struct trace *trace, size_t number);

/*
 * Decodes a chunk beside the cache, into room that is made as large as it needs; false: it is not
 * what its head says, and the events are of no use.
 */
bool chunks_decode(struct trace *trace, size_t number, struct events_room *room);

#endif
