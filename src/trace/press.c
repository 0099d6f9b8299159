/*
 * See press.h. There is one chunk at a time: compressing one takes less time than making the next.
 */
#include "trace/press.h"

#include "base/error.h"
#include "base/threads.h"
#include "base/write_all.h"
#include "base/xalloc.h"
#include "trace/chunk_table.h"
#include "trace/pieces.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct press {
	int fd;
	char *name;
	ZSTD_CCtx *zstd;   /* NULL: nothing is compressed */
	size_t piece;      /* bytes of one, before they are compressed */
	struct text body;  /* the stored bytes of the chunk */
	struct text heads; /* of the chunks so far */
	bool has_failed;
	struct error failure;
	bool wants_thread, has_thread;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t has_changed;
	struct chunk_head chunk; /* of the thread while it works, as is all above but the name */
	struct text records;
	bool is_working, is_stopped;
};

static void fail(struct press *press)
{
	press->has_failed = true;
	error_set(&press->failure, "%s: %s", press->name, strerror(errno));
}

static void put(struct press *press, const void *bytes, size_t length)
{
	if (!press->has_failed && write_all(press->fd, bytes, length) < 0)
		fail(press);
}

static void put_chunk(struct press *press, struct chunk_head *chunk, const struct text *records)
{
	struct text *body = &press->body;
	unsigned char head[CHUNK_LENGTH];

	if (press->has_failed)
		return;
	chunk->codec = CODEC_ZSTD;
	if (!press->zstd || !pieces_compress(press->zstd, body, records, press->piece)) {
		chunk->codec = CODEC_RAW;
		pieces_store(body, records);
	}
	chunk->raw = (uint32_t)records->length;
	chunk->stored = (uint32_t)body->length;
	chunk_head_seal(chunk, body->bytes, head);
	text_add_bytes(&press->heads, head, sizeof(head));
	put(press, head, sizeof(head));
	put(press, body->bytes, body->length);
}

static void *run(void *user)
{
	struct press *press = user;

	pthread_mutex_lock(&press->lock);
	for (;;) {
		while (!press->is_working && !press->is_stopped)
			pthread_cond_wait(&press->has_changed, &press->lock);
		if (!press->is_working)
			break;
		pthread_mutex_unlock(&press->lock);
		put_chunk(press, &press->chunk, &press->records);
		pthread_mutex_lock(&press->lock);
		press->is_working = false;
		pthread_cond_signal(&press->has_changed);
	}
	pthread_mutex_unlock(&press->lock);
	return NULL;
}

/* Until the thread has nothing to do. */
static void await(struct press *press)
{
	if (!press->has_thread)
		return;
	pthread_mutex_lock(&press->lock);
	while (press->is_working)
		pthread_cond_wait(&press->has_changed, &press->lock);
	pthread_mutex_unlock(&press->lock);
}

/* The thread takes the records, and leaves the room of those before. */
static void hand_over(struct press *press, const struct chunk_head *chunk, struct text *records)
{
	const struct text room = press->records;

	pthread_mutex_lock(&press->lock);
	press->chunk = *chunk;
	press->records = *records;
	press->is_working = true;
	pthread_cond_signal(&press->has_changed);
	pthread_mutex_unlock(&press->lock);
	*records = room;
}

static int report(const struct press *press, struct error *err)
{
	return press->has_failed ? error_set(err, "%s", press->failure.text) : 0;
}

struct press *press_new(int fd, const char *name)
{
	struct press *press = xcalloc(1, sizeof(*press));

	press->fd = fd;
	press->name = xstrdup(name);
	press->piece = PIECE_BYTES;
	press->zstd = ZSTD_createCCtx(); /* without one, chunks are stored as they are */
	pthread_mutex_init(&press->lock, NULL);
	pthread_cond_init(&press->has_changed, NULL);
	return press;
}

void press_free(struct press *press)
{
	if (!press)
		return;
	pthread_mutex_lock(&press->lock);
	press->is_stopped = true;
	pthread_cond_signal(&press->has_changed);
	pthread_mutex_unlock(&press->lock);
	if (press->has_thread)
		pthread_join(press->thread, NULL);
	pthread_cond_destroy(&press->has_changed);
	pthread_mutex_destroy(&press->lock);
	ZSTD_freeCCtx(press->zstd);
	text_finish(&press->body);
	text_finish(&press->heads);
	text_finish(&press->records);
	free(press->name);
	free(press);
}

void press_store(struct press *press)
{
	ZSTD_freeCCtx(press->zstd);
	press->zstd = NULL;
}

void press_hurry(struct press *press)
{
	press->piece = PIECE_LARGE;
	press->wants_thread = true;
	if (press->zstd)
		ZSTD_CCtx_setParameter(press->zstd, ZSTD_c_compressionLevel, 1);
}

int press_put(struct press *press, const struct chunk_head *chunk, struct text *records,
	struct error *err)
{
	struct chunk_head head = *chunk;

	if (press->wants_thread && !press->has_thread)
		press->has_thread = thread_start(&press->thread, run, press);
	await(press);
	if (press->has_thread && !press->has_failed) {
		hand_over(press, chunk, records);
		text_clear(records);
		return 0;
	}
	put_chunk(press, &head, records);
	text_clear(records);
	return report(press, err);
}

int press_put_bytes(struct press *press, const void *bytes, size_t length, struct error *err)
{
	await(press);
	put(press, bytes, length);
	return report(press, err);
}

int press_put_chunks(struct press *press, const void *chunks, size_t length, struct error *err)
{
	await(press);
	chunk_table_note(&press->heads, chunks, length);
	return press_put_bytes(press, chunks, length, err);
}

int press_end(struct press *press, uint64_t events, struct error *err)
{
	struct text end = {0};

	await(press);
	chunk_table_end(&end, &press->heads, events);
	int result = press_put_bytes(press, end.bytes, end.length, err);
	text_finish(&end);
	return result;
}

int press_wait(struct press *press, struct error *err)
{
	await(press);
	return report(press, err);
}
