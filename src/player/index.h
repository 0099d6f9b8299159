/*
 * The index of a trace that was played in one way: what a survey has found, kept in a file between
 * two openings, so that the second one has the timeline at once and jumps from checkpoints.
 *
 *	key      stands for the contents of the trace, the engines with their options, and the
 *	         program: an index with another key is of no use
 *	pack     a checkpoint's state (flat/pack.h)
 *
 * A file is never trusted: it must be ours, every number in it is checked, and what is used of it
 * has a checksum. Whatever is wrong with it, it is as if there were none.
 */
#ifndef PLAYER_INDEX_H
#define PLAYER_INDEX_H

#include "heap/metrics.h"
#include "player/player.h"

struct stored_pack {
	uint64_t position;
	const unsigned char *bytes; /* borrowed from the index, or its writer */
	size_t length;
	uint32_t checksum; /* CRC-32 of the bytes; not compared yet */
};

struct index;

/* NULL: there is none that can be used. events: of the trace. Grows with samples and packs. */
struct index *index_open(const struct index_place *place, uint64_t events);
void index_close(struct index *index);

const struct metrics *index_metrics(const struct index *index); /* at the end of the trace */
size_t index_samples(const struct index *index, const struct sample **ret_samples);
size_t index_packs(const struct index *index, const struct stored_pack **ret_packs);

struct index_writer;

/* NULL: the file cannot be created. */
struct index_writer *index_writer_new(const struct index_place *place);

/*
 * The next pack, of a higher position than those before; false: it has no room, or none is left.
 * ret_stored: borrowed until the writer is freed.
 */
bool index_writer_add(struct index_writer *writer, uint64_t position, const void *pack,
	size_t length, struct stored_pack *ret_stored);

/* The file could not be written, as on a full disk: no pack will be taken any more. */
bool index_writer_has_failed(const struct index_writer *writer);

/* Writes the rest, with the metrics at the end of the trace, and puts the file in its place. */
bool index_writer_finish(struct index_writer *writer, const struct metrics *metrics,
	const struct sample *samples, size_t count);

/* Without index_writer_finish() nothing remains of the file. */
void index_writer_free(struct index_writer *writer);

#endif
