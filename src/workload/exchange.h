/*
 * Threads that take turns, and a bounded queue between them.
 *
 *	turn    of all threads one runs at a time; who is next is drawn among those that have
 *	        something to do. So what the threads do, in which order, is the same each time for a
 *	        seed, though they are real threads. What is not shown is what happens when two of
 *	        them ask at the very same time.
 *	queue   a ring of messages: a sender waits when it is full, a receiver when it is empty
 */
#ifndef WORKLOAD_EXCHANGE_H
#define WORKLOAD_EXCHANGE_H

#include "workload/memory.h"
#include "workload/random_draws.h"

#include <pthread.h>
#include <stdbool.h>

struct error;

/* ---- turns ----------------------------------------------------------------------------------- */

#define TURN_NOBODY UINT32_MAX

struct turns {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint32_t threads; /* numbered from 0 */
	uint32_t current; /* or TURN_NOBODY */
	bool is_over;
	struct draws *draws; /* borrowed */
	/* Whether the thread has something to do now. */
	bool (*is_ready)(void *user, uint32_t thread);
	/* It gets the turn. */
	void (*begins)(void *user, uint32_t thread);
	void *user;
};

/*
 * Runs `work` in every thread, once per turn, until no thread is ready; -1 and err when the threads
 * could not be started, and then none has run.
 */
int turns_run(struct turns *turns, void (*work)(void *user, uint32_t thread), struct error *err);

/* ---- the queue ------------------------------------------------------------------------------- */

struct message {
	uint32_t sender;
	uint32_t size;   /* bytes of the payload */
	uint64_t number; /* the sender's n-th */
	unsigned char payload[];
};

struct queue {
	struct memory *memory; /* borrowed */
	struct message **ring;
	uint64_t room, first, count;
	uint64_t bytes; /* of all payloads in it */
};

struct queue *queue_new(struct memory *memory, uint64_t room);
void queue_free(struct queue *queue);                          /* must be empty */
void queue_push(struct queue *queue, struct message *message); /* must not be full */
struct message *queue_pop(struct queue *queue);                /* must not be empty */

#endif
