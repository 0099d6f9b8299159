/*
 * The layout of a chunk of the binary form (docs/trace-format.md): a head, then the stored bytes
 * (pieces.h), which hold records (record.h) or definitions (sites.h).  Each chunk can be decoded by
 * itself.
 */
#ifndef TRACE_CHUNK_H
#define TRACE_CHUNK_H

#include "trace/varint.h"

#define CHUNK_MAGIC  0x4B4E4843u /* "CHNK" */
#define CHUNK_LENGTH 40u         /* of a head */

/* Kinds; others are skipped. */
#define CHUNK_EVENTS 1u
#define CHUNK_SITES  2u /* definitions of modules and sites, before the events that have them */
#define CHUNK_END    3u /* a head alone: nothing is missing; raw: bytes stored in the table */
#define CHUNK_TABLE  4u /* before the end: the heads of all chunks before it (chunk_table.h) */

#define CODEC_RAW  0u
#define CODEC_ZSTD 1u

/* What a chunk of events says about them; without CONTENTS_SAID, nothing. */
#define CONTENTS_SAID    0x01u
#define CONTENTS_COUNTED 0x02u /* some are about counted objects */
#define CONTENTS_CACHE   0x04u /* some are about a cache */

#define CHUNK_EVENTS_MAX 16384u
#define CHUNK_BYTES_MAX  (8u << 20) /* decompressed */
#define CHUNK_TEXTS_MAX  16384u
#define TEXT_BYTES_MAX   (1u << 20) /* of a text, and of all texts of a chunk together */

struct chunk_head {
	uint8_t kind;     /* CHUNK_ */
	uint8_t codec;    /* CODEC_ */
	uint8_t contents; /* CONTENTS_ bits */
	uint32_t stored;  /* bytes after the head */
	uint32_t raw;     /* bytes when decompressed */
	uint32_t events;
	uint32_t texts;    /* notes, marks and comments; of sites: definitions */
	uint64_t first;    /* number of the first event */
	uint32_t head_crc; /* CRC-32 of the head before it */
	uint32_t crc;      /* CRC-32 of the head before it and of the stored bytes */
};

#define CHUNK_HEAD_CRC 32u /* offsets in the head */
#define CHUNK_CRC      36u

/* Writes a head; head_crc is computed, `crc` written as it is. */
void chunk_head_put(const struct chunk_head *head, unsigned char bytes[CHUNK_LENGTH]);

/* The same with head->stored bytes, which are at `stored`; `crc` is computed, too. */
void chunk_head_seal(const struct chunk_head *head, const void *stored,
	unsigned char bytes[CHUNK_LENGTH]);

/* Reads a head from any bytes; the caller checks whether it makes sense. */
void chunk_head_get(struct chunk_head *ret_head, const unsigned char bytes[CHUNK_LENGTH]);

/* What a head cannot say where so many events come before it; NULL: nothing is wrong. */
const char *chunk_head_fault(const struct chunk_head *head, uint64_t events);

/* It begins as a head does, and its checksum is right; then it is read. */
bool chunk_head_take(struct chunk_head *ret_head, const unsigned char bytes[CHUNK_LENGTH]);

#endif
