/*
 * A writer's inside, for the modules that share it (writer.c, site_writer.c, copy.c) and for the
 * spool.  trace.h has what others may call.
 */
#ifndef TRACE_WRITER_H
#define TRACE_WRITER_H

#include "base/text.h"
#include "trace/chunk.h"
#include "trace/record.h"
#include "trace/sites.h"
#include "trace/text/lines.h"
#include "trace/trace.h"

#define FLUSH_BYTES (64u << 10) /* a chunk, or a piece of text, is written at about this size */

struct trace_writer {
	char *name; /* of the file, in messages */
	struct press *press;
	enum trace_form form;
	struct text out; /* text: not written yet; binary: records of the chunk */
	struct text_state text_state;
	struct coding coding;
	struct chunk_head chunk;
	size_t text_bytes; /* in the chunk */
	bool failed;
	struct text definitions; /* binary: of modules and sites, not written yet */
	uint32_t ndefinitions;
	struct site_coding site_coding;
	struct sites sites; /* all that were defined */
	uint32_t *index;    /* a hash of frames → number of the site, 0: empty */
	size_t index_room;  /* a power of two, or 0 */
	size_t index_count;
};

/* Stores chunks as they are: for spools, which live only as long as their trace. */
void trace_writer_uncompressed(struct trace_writer *writer);

/*
 * Define the next site, name or module, whether it was met before or not: the numbers of sites are
 * those of the calls.  -1 and err: a write failed.
 */
int trace_writer_define(struct trace_writer *writer, const uint64_t *frames, size_t count,
	struct error *err);
int trace_writer_define_name(struct trace_writer *writer, uint64_t address, const char *words,
	struct error *err);
int trace_writer_define_module(struct trace_writer *writer, const struct trace_module *module,
	struct error *err);

/* writer.c: writes text that has come to at_least bytes. */
int writer_flush_text(struct trace_writer *writer, size_t at_least, struct error *err);

/*
 * writer.c: writes a chunk of these records (or definitions), whose numbers are in the head; they
 * are empty afterwards.
 */
int writer_put_chunk(struct trace_writer *writer, const struct chunk_head *chunk,
	struct text *records, struct error *err);

/* site_writer.c: writes the definitions that are not written yet as a chunk. */
int writer_flush_definitions(struct trace_writer *writer, struct error *err);

#endif
