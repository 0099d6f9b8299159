/*
 * The stored bytes of a chunk: a table of pieces, then the pieces.
 *
 *	piece  a part of the records (or definitions) that can be had without the bytes after it;
 *	       the table has its length in bytes and its CRC-32
 *
 * Together the pieces are the records as they are (CODEC_RAW), or one frame of zstd that was
 * flushed after each piece (CODEC_ZSTD).  So a cut or damaged chunk gives every record before the
 * damage.
 */
#ifndef TRACE_PIECES_H
#define TRACE_PIECES_H

#include "trace/chunk.h"

#include <stddef.h>
#include <zstd.h>

#define PIECE_BYTES  (8u << 10)  /* of records, before they are compressed */
#define PIECE_LARGE  (32u << 10) /* at most: takes three quarters of the time */
#define PIECES_MAX   (CHUNK_BYTES_MAX / 1024)
#define PIECE_LENGTH 8u /* of an entry of the table, after its first four bytes: their number */

struct text;

/* ---- writing -------------------------------------------------------------------------------- */

/* The records as one piece, in place of what `body` held. */
void pieces_store(struct text *body, const struct text *records);

/*
 * The records compressed, the same way, in pieces of so many bytes; false when that gains nothing:
 * body is then of no use.
 */
bool pieces_compress(ZSTD_CCtx *zstd, struct text *body, const struct text *records, size_t piece);

/* ---- reading -------------------------------------------------------------------------------- */

/* Room for the records of one chunk; zeroed at first. */
struct unpacker {
	unsigned char *room;
	size_t size;
	ZSTD_DStream *zstd; /* for chunks that are not whole; NULL before the first */
};
void unpacker_finish(struct unpacker *unpacker);

/*
 * The records of a whole chunk: head->stored bytes at `stored`. false when they are not what the
 * head says. The cursor's bytes are borrowed, from `stored` or from the unpacker until its next
 * call.
 */
bool unpack_chunk(struct unpacker *unpacker, const struct chunk_head *head,
	const unsigned char *stored, struct cursor *ret_cursor);

/*
 * The records of a chunk that is cut off or damaged, as far as its pieces can be trusted: up to the
 * first that is not whole or has a wrong checksum. available: how many of the stored bytes are
 * there. *ret_is_damaged is set when a checksum or the table is wrong, and left alone otherwise.
 */
void unpack_chunk_partly(struct unpacker *unpacker, const struct chunk_head *head,
	const unsigned char *stored, size_t available, struct cursor *ret_cursor,
	bool *ret_is_damaged);

#endif
