/*
 * Where a writer's chunks are compressed and written, in their order: at once, or in a thread of
 * its own, while the next one is made.
 */
#ifndef TRACE_PRESS_H
#define TRACE_PRESS_H

#include "base/text.h"
#include "trace/chunk.h"

struct error;
struct press;

/* fd: the caller's. name: of the file, in messages. */
struct press *press_new(int fd, const char *name);

/* What waits is written first. */
void press_free(struct press *press);

/* Before the first chunk: chunks are stored as they are. */
void press_store(struct press *press);

/*
 * Chunks are compressed in less time, and by a thread, if there can be one. It begins with the next
 * chunk, so that a process may fork() until then.
 */
void press_hurry(struct press *press);

/*
 * The next chunk, whose numbers are in the head, and its records, which are empty afterwards. -1
 * and err: a write has failed, of this chunk or one before; nothing is written any more.
 */
int press_put(struct press *press, const struct chunk_head *chunk, struct text *records,
	struct error *err);

/* Bytes as they are, after the chunks so far: no chunks, or whole ones. */
int press_put_bytes(struct press *press, const void *bytes, size_t length, struct error *err);
int press_put_chunks(struct press *press, const void *chunks, size_t length, struct error *err);

/* What ends a trace of so many events: the table of its chunks, and the chunk that is the last. */
int press_end(struct press *press, uint64_t events, struct error *err);

/* All that was put is written: 0; or it is not: -1 and err. */
int press_wait(struct press *press, struct error *err);

#endif
