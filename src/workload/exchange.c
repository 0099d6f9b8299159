/* See exchange.h; and the workload of senders and receivers. */
#include "workload/exchange.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "workload/workload.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- turns ----------------------------------------------------------------------------------- */

struct worker {
	pthread_t thread;
	uint32_t number;
	struct turns *turns;
	void (*work)(void *user, uint32_t thread);
};

/* Draws who is next; with the lock. */
static void pass(struct turns *turns)
{
	uint64_t ready = 0;

	turns->current = TURN_NOBODY;
	for (uint32_t i = 0; i < turns->threads; i++)
		ready += turns->is_ready(turns->user, i);
	turns->is_over = ready == 0;
	uint64_t drawn = ready > 1 ? draw_below(turns->draws, ready) : 0;
	for (uint32_t i = 0; i < turns->threads && turns->current == TURN_NOBODY && ready > 0; i++)
		if (turns->is_ready(turns->user, i) && drawn-- == 0)
			turns->current = i;
	if (turns->current != TURN_NOBODY)
		turns->begins(turns->user, turns->current);
	pthread_cond_broadcast(&turns->changed);
}

static void *take_turns(void *user)
{
	struct worker *worker = user;
	struct turns *turns = worker->turns;

	pthread_mutex_lock(&turns->lock);
	for (;;) {
		while (turns->current != worker->number && !turns->is_over)
			pthread_cond_wait(&turns->changed, &turns->lock);
		if (turns->is_over)
			break;
		worker->work(turns->user, worker->number);
		pass(turns);
	}
	pthread_mutex_unlock(&turns->lock);
	return NULL;
}

int turns_run(struct turns *turns, void (*work)(void *user, uint32_t thread), struct error *err)
{
	struct worker *workers = xcalloc(turns->threads, sizeof(*workers));
	uint32_t started = 0;
	int result = 0;

	turns->current = TURN_NOBODY;
	turns->is_over = false;
	pthread_mutex_init(&turns->lock, NULL);
	pthread_cond_init(&turns->changed, NULL);
	for (; started < turns->threads && result == 0; started += result == 0) {
		workers[started] = (struct worker){.number = started, .turns = turns, .work = work};
		result = pthread_create(&workers[started].thread, NULL, take_turns,
			&workers[started]);
	}
	pthread_mutex_lock(&turns->lock);
	if (result == 0)
		pass(turns);
	turns->is_over = turns->is_over || result != 0;
	pthread_cond_broadcast(&turns->changed);
	pthread_mutex_unlock(&turns->lock);
	for (uint32_t i = 0; i < started; i++)
		pthread_join(workers[i].thread, NULL);
	pthread_cond_destroy(&turns->changed);
	pthread_mutex_destroy(&turns->lock);
	free(workers);
	return result ? error_set(err, "thread %u could not be started: %s", started + 1,
				strerror(result))
		      : 0;
}

/* ---- the queue ------------------------------------------------------------------------------- */

struct queue *queue_new(struct memory *memory, uint64_t room)
{
	struct queue *queue = memory_allocate(memory, sizeof(*queue), "queue_new (queue)");

	*queue = (struct queue){.memory = memory, .room = room};
	queue->ring = memory_allocate(memory, room * sizeof(struct message *), "queue_new (ring)");
	return queue;
}

void queue_free(struct queue *queue)
{
	if (!queue)
		return;
	assert(queue->count == 0);
	memory_release(queue->memory, queue->ring, "queue_free");
	memory_release(queue->memory, queue, "queue_free");
}

void queue_push(struct queue *queue, struct message *message)
{
	assert(queue->count < queue->room);
	queue->ring[(queue->first + queue->count++) % queue->room] = message;
	queue->bytes += message->size;
}

struct message *queue_pop(struct queue *queue)
{
	struct message *message = queue->ring[queue->first];

	assert(queue->count > 0);
	queue->first = (queue->first + 1) % queue->room;
	queue->count--;
	queue->bytes -= message->size;
	return message;
}

/* ---- the workload ---------------------------------------------------------------------------- */

#define THREADS_MAX 128u /* producers and consumers */

struct exchange_scene {
	struct run *run;
	struct queue *queue;
	uint32_t producers, consumers; /* the producers' threads come first */
	uint32_t appeared;             /* threads that had a turn */
	/* in the trace, by appearance; 0 is the one that starts the others */
	uint32_t numbers[THREADS_MAX];
	uint64_t sent[THREADS_MAX];     /* by each producer */
	uint64_t received[THREADS_MAX]; /* of each producer's messages */
	bool has_said_sent, has_said_received, has_said_full, is_done;
};

static bool is_producer(const struct exchange_scene *scene, uint32_t thread)
{
	return thread < scene->producers;
}

static bool is_ready(void *user, uint32_t thread)
{
	const struct exchange_scene *scene = user;
	const struct queue *queue = scene->queue;

	return is_producer(scene, thread) ? !scene->is_done && queue->count < queue->room
					  : queue->count > 0;
}

static void begins(void *user, uint32_t thread)
{
	struct exchange_scene *scene = user;

	if (scene->numbers[thread] == 0)
		scene->numbers[thread] = ++scene->appeared;
	scene->run->memory->thread = scene->numbers[thread];
}

static void tell_sent(struct exchange_scene *scene, uint32_t thread)
{
	struct memory *memory = scene->run->memory;

	if (!scene->has_said_sent)
		memory_note(memory,
			"Thread %u, a producer, made the first message and put it into the queue. It will never see it again. Which thread frees it?",
			scene->numbers[thread]);
	scene->has_said_sent = true;
	if (scene->has_said_full || scene->queue->count < scene->queue->room)
		return;
	scene->has_said_full = true;
	memory_mark(memory, "the queue is full");
	memory_note(memory,
		"The queue is FULL: %" PRIu64
		" messages. Producers now wait until one is received. A bounded queue also bounds the memory.",
		scene->queue->count);
}

static void send(struct exchange_scene *scene, uint32_t thread)
{
	struct run *run = scene->run;
	uint32_t size = (uint32_t)draw_size(&run->draws, &run->sizes);
	struct message *message =
		memory_allocate(run->memory, sizeof(*message) + size, "producer_send (message)");

	*message =
		(struct message){.sender = thread, .size = size, .number = scene->sent[thread]++};
	memset(message->payload, (int)(message->number & 0xff), size);
	queue_push(scene->queue, message);
	run->tally.entries = scene->queue->count;
	run->tally.bytes = scene->queue->bytes;
	tell_sent(scene, thread);
	scene->is_done = !run_goes_on(run);
}

/* Messages of one sender come in the order they were sent in, and as they were sent. */
static void check(const struct exchange_scene *scene, const struct message *message)
{
	assert(message->number == scene->received[message->sender]);
	assert(message->payload[0] == (message->number & 0xff));
	assert(message->payload[message->size - 1] == (message->number & 0xff));
}

static void receive(struct exchange_scene *scene, uint32_t thread)
{
	struct memory *memory = scene->run->memory;
	struct message *message = queue_pop(scene->queue);
	uint32_t sender = message->sender;

	check(scene, message);
	scene->received[sender]++;
	memory_release(memory, message, "consumer_receive");
	scene->run->tally.entries = scene->queue->count;
	scene->run->tally.bytes = scene->queue->bytes;
	if (scene->has_said_received)
		return;
	scene->has_said_received = true;
	memory_mark(memory, "the first was received");
	memory_note(memory,
		"Thread %u did: a consumer. The block was allocated by thread %u and freed by another. An allocator with per-thread memory has to return it to its owner, or lose it.",
		scene->numbers[thread], scene->numbers[sender]);
}

static void work(void *user, uint32_t thread)
{
	struct exchange_scene *scene = user;

	if (is_producer(scene, thread))
		send(scene, thread);
	else
		receive(scene, thread);
}

static int run_exchange(struct run *run, struct error *err)
{
	struct exchange_scene scene = {
		.run = run,
		.producers = (uint32_t)options_number(run->options, "producers"),
		.consumers = (uint32_t)options_number(run->options, "consumers"),
	};
	struct turns turns = {
		.threads = scene.producers + scene.consumers,
		.draws = &run->draws,
		.is_ready = is_ready,
		.begins = begins,
		.user = &scene,
	};

	memory_note(run->memory,
		"%u threads send messages, %u receive them, and between them is a queue for %" PRIu64
		".",
		scene.producers, scene.consumers, options_number(run->options, "capacity"));
	scene.queue = queue_new(run->memory, options_number(run->options, "capacity"));
	scene.is_done = !run_goes_on(run);
	int result = turns_run(&turns, work, err);
	run->memory->thread = 0;
	run_ends(run);
	memory_mark(run->memory, "the work is done");
	memory_note(run->memory,
		"%" PRIu64
		" messages were sent, and each was received and freed. Which of them used memory that another thread had used before?",
		run->tally.operations);
	queue_free(scene.queue);
	memory_note(run->memory, "Everything was freed.");
	return result;
}

const struct workload workload_producer_consumer = {
	.name = "producer-consumer",
	.summary = "threads that send messages through a bounded queue to threads that free them",
	.defaults =
		"--operations 2000 --producers 2 --consumers 2 --capacity 32 --sizes 16-400 --spread mostly-small",
	.engine = "heap",
	.run = run_exchange,
};
