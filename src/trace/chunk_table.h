/*
 * The table at the end of a binary trace: the heads of all chunks, so that none has to be looked
 * for in a long file when it is opened.
 *
 * It is a shortcut, and nothing depends on it: a trace has one if it is complete and has many
 * chunks. Each chunk is compared with its row when it is decoded.
 */
#ifndef TRACE_CHUNK_TABLE_H
#define TRACE_CHUNK_TABLE_H

#include "trace/bytes.h"
#include "trace/chunk.h"

#include <stdbool.h>
#include <stdint.h>

struct text;

#define TABLE_CHUNKS_MIN 16u /* fewer are found as soon without one */

struct chunk_table {
	const unsigned char *heads; /* CHUNK_LENGTH bytes each; borrowed from the trace's bytes */
	size_t count;               /* 0: there is no table */
};

/*
 * The table of a trace whose first chunk is at byte `at`. Its rows lead from there to the table,
 * each over a head whose checksum is right, and have as many events as the end says; otherwise
 * there is none. Grows with the rows.
 */
struct chunk_table chunk_table_find(const struct bytes *bytes, size_t at);

/* Adds the heads of whole chunks, one after another, to those that are there. */
void chunk_table_note(struct text *heads, const void *chunks, size_t length);

/*
 * Adds to `out` what ends a trace of so many events: the table, where there shall be one, and the
 * chunk that says where it is, and that nothing is missing.
 */
void chunk_table_end(struct text *out, const struct text *heads, uint64_t events);

#endif
