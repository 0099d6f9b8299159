/* See lookahead.h. The thread has a twin of the trace, with its own table and unpacker. */
#include "trace/lookahead.h"

#include "base/threads.h"
#include "base/xalloc.h"
#include "trace/trace_state.h"

#include <pthread.h>
#include <stdlib.h>

#define DEPTH 2u /* chunks */

struct lookahead {
	struct trace *twin; /* the thread's */
	pthread_t thread;
	bool has_thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t has_changed;
	size_t next;  /* the chunk that is wanted next */
	size_t ready; /* chunks from there on that are decoded */
	struct slot {
		struct events_room room;
		bool is_sound;
	} slots[DEPTH]; /* of chunk n: number n % DEPTH */
	bool is_stopped;
};

static void *run(void *user)
{
	struct lookahead *lookahead = user;

	pthread_mutex_lock(&lookahead->lock);
	while (!lookahead->is_stopped) {
		size_t number = lookahead->next + lookahead->ready;
		struct slot *slot = &lookahead->slots[number % DEPTH];
		if (lookahead->ready == DEPTH || number >= lookahead->twin->chunks.table.count) {
			pthread_cond_wait(&lookahead->has_changed, &lookahead->lock);
			continue;
		}
		pthread_mutex_unlock(&lookahead->lock);
		bool is_sound = chunks_decode(lookahead->twin, number, &slot->room);
		pthread_mutex_lock(&lookahead->lock);
		if (number != lookahead->next + lookahead->ready)
			continue; /* another one was wanted meanwhile */
		slot->is_sound = is_sound;
		lookahead->ready++;
		pthread_cond_signal(&lookahead->has_changed);
	}
	pthread_mutex_unlock(&lookahead->lock);
	return NULL;
}

struct lookahead *lookahead_new(const struct trace *trace)
{
	struct lookahead *lookahead = xcalloc(1, sizeof(*lookahead));

	pthread_mutex_init(&lookahead->lock, NULL);
	pthread_cond_init(&lookahead->has_changed, NULL);
	lookahead->twin = trace_twin(trace);
	lookahead->has_thread = thread_start(&lookahead->thread, run, lookahead);
	if (lookahead->has_thread)
		return lookahead;
	lookahead_free(lookahead);
	return NULL;
}

void lookahead_free(struct lookahead *lookahead)
{
	if (!lookahead)
		return;
	pthread_mutex_lock(&lookahead->lock);
	lookahead->is_stopped = true;
	pthread_cond_signal(&lookahead->has_changed);
	pthread_mutex_unlock(&lookahead->lock);
	if (lookahead->has_thread)
		pthread_join(lookahead->thread, NULL);
	for (size_t i = 0; i < DEPTH; i++)
		free(lookahead->slots[i].room.events);
	trace_close(lookahead->twin);
	pthread_cond_destroy(&lookahead->has_changed);
	pthread_mutex_destroy(&lookahead->lock);
	free(lookahead);
}

bool lookahead_take(struct lookahead *lookahead, size_t number, struct events_room *room)
{
	bool is_sound = false;

	pthread_mutex_lock(&lookahead->lock);
	bool is_next = number == lookahead->next;
	while (is_next && lookahead->ready == 0)
		pthread_cond_wait(&lookahead->has_changed, &lookahead->lock);
	if (is_next) {
		struct slot *slot = &lookahead->slots[number % DEPTH];
		struct events_room ours = *room;
		*room = slot->room;
		slot->room = ours;
		is_sound = slot->is_sound;
	}
	lookahead->next = number + 1;
	lookahead->ready = is_next ? lookahead->ready - 1 : 0;
	pthread_cond_signal(&lookahead->has_changed);
	pthread_mutex_unlock(&lookahead->lock);
	return is_sound;
}
