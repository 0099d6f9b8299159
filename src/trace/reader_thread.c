/* See reader_thread.h. */
#include "trace/reader_thread.h"

#include "base/text.h"
#include "base/threads.h"
#include "base/xalloc.h"
#include "trace/info.h"
#include "trace/readers/reader.h"
#include "trace/spool.h"
#include "trace/trace_state.h"

#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct reading {
	const struct trace_reader *reader;
	struct source *source;
	struct trace *own; /* what the thread finds out */
	struct feed *feed; /* the thread's, until it ends */
	int spool;
	int stop[2]; /* a pipe: closing its second end stops the thread */
	pthread_t thread;
	bool has_thread;
	pthread_mutex_t lock; /* of has_events and info */
	pthread_cond_t has_begun;
	bool has_events;     /* or is over */
	struct text info;    /* lines */
	atomic_bool is_over; /* from then on the rest is not the thread's any more */
	int result;
	struct error error;
};

/* What was read can be shown from now on. */
static void hand_over(struct reading *reading)
{
	pthread_mutex_lock(&reading->lock);
	if (!reading->has_events)
		info_put(&reading->own->info, &reading->info);
	reading->has_events = true;
	pthread_cond_signal(&reading->has_begun);
	pthread_mutex_unlock(&reading->lock);
}

static void took_window(void *user)
{
	struct reading *reading = user;

	if (!feed_has_events(reading->feed))
		return;
	feed_flush(reading->feed);
	hand_over(reading);
}

static void *read_source(void *user)
{
	struct reading *reading = user;
	struct error at_end;

	reading->result = spool_feed(reading->feed, reading->own, reading->reader, reading->source,
		&reading->error);
	if (feed_finish(reading->feed, &at_end) < 0 && reading->result == 0) {
		reading->result = -1;
		reading->error = at_end;
	}
	reading->feed = NULL;
	atomic_store(&reading->is_over, true);
	hand_over(reading);
	return NULL;
}

static int start(struct reading *reading, struct error *err)
{
	reading->spool = spool_open(err);
	if (reading->spool < 0 || feed_new(&reading->feed, reading->own, reading->spool, err) < 0)
		return -1;
	if (pipe2(reading->stop, O_CLOEXEC) == 0) {
		reading->source->stop = reading->stop[0];
		reading->has_thread = thread_start(&reading->thread, read_source, reading);
	}
	if (reading->has_thread)
		return 0;
	feed_abandon(reading->feed);
	return error_set(err, "%s: cannot be read while it is shown", reading->own->name);
}

int reading_new(struct reading **ret_reading, const struct trace *trace,
	const struct trace_reader *reader, struct source *source, struct error *err)
{
	struct reading *reading = xcalloc(1, sizeof(*reading));

	reading->reader = reader;
	reading->source = source;
	reading->own = trace_new(trace->name);
	reading->own->hint = trace->hint;
	reading->spool = reading->stop[0] = reading->stop[1] = -1;
	pthread_mutex_init(&reading->lock, NULL);
	pthread_cond_init(&reading->has_begun, NULL);
	source->took_window = took_window;
	source->user = reading;
	if (start(reading, err) < 0) {
		reading_free(reading);
		return -1;
	}
	pthread_mutex_lock(&reading->lock);
	while (!reading->has_events)
		pthread_cond_wait(&reading->has_begun, &reading->lock);
	pthread_mutex_unlock(&reading->lock);
	*ret_reading = reading;
	return 0;
}

void reading_free(struct reading *reading)
{
	if (!reading)
		return;
	if (reading->stop[1] >= 0)
		close(reading->stop[1]);
	if (reading->has_thread)
		pthread_join(reading->thread, NULL);
	if (reading->stop[0] >= 0)
		close(reading->stop[0]);
	if (reading->spool >= 0)
		close(reading->spool);
	source_free(reading->source);
	trace_close(reading->own);
	text_finish(&reading->info);
	pthread_mutex_destroy(&reading->lock);
	pthread_cond_destroy(&reading->has_begun);
	free(reading);
}

int reading_spool(const struct reading *reading)
{
	return reading->spool;
}

bool reading_is_over(const struct reading *reading)
{
	return atomic_load(&reading->is_over);
}

void reading_progress(const struct reading *reading, uint64_t *ret_done, uint64_t *ret_total)
{
	*ret_done = reading->source->taken;
	*ret_total = reading->source->total;
}

void reading_take_info(struct reading *reading, struct trace *trace)
{
	pthread_mutex_lock(&reading->lock);
	info_take_lines(&trace->info, text_of(&reading->info), reading->info.length);
	pthread_mutex_unlock(&reading->lock);
}

int reading_take_end(struct reading *reading, struct trace *trace, struct error *err)
{
	const struct trace *own = reading->own;

	assert(reading_is_over(reading));
	trace->skipped = own->skipped;
	trace->others = own->others;
	memcpy(trace->other_processes, own->other_processes, sizeof(own->other_processes));
	trace->is_truncated = own->is_truncated;
	if (reading->result == 0)
		return 0;
	trace_set_damage(trace, reading->error.text);
	return error_set(err, "%s", reading->error.text);
}
