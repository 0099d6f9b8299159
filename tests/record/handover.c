/*
 * Threads and where their blocks end.
 *
 * usage: handover own THREADS BLOCKS    each thread frees its own blocks; three rounds of them
 *        handover queue THREADS BLOCKS  half of the threads allocate, the others free
 *
 * A pair of the latter has a queue.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS  3u
#define SLOTS   500u /* blocks that a thread has */
#define ROOM    256u /* blocks in a queue */
#define THREADS 64u

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	void *blocks[ROOM];
	unsigned first, end; /* counts */
};

static struct queue queues[THREADS];
static unsigned long blocks;

static unsigned next(unsigned *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* Mostly small, as in most programs. */
static size_t size_from(unsigned *state)
{
	return next(state) % 10 ? next(state) % 300 : next(state) % 20000;
}

static void *keep_own(void *argument)
{
	unsigned state = (unsigned)(uintptr_t)argument;
	void *own[SLOTS] = {NULL};

	for (unsigned long i = 0; i < blocks; i++) {
		unsigned at = next(&state) % SLOTS, what = next(&state) % 16;
		if (own[at] && what < 2) {
			own[at] = realloc(own[at], size_from(&state) + 1);
			continue;
		}
		free(own[at]);
		own[at] = what < 5 ? calloc(1, size_from(&state)) : malloc(size_from(&state));
	}
	for (unsigned at = 0; at < SLOTS; at++)
		free(own[at]);
	return NULL;
}

static void put(struct queue *queue, void *block)
{
	pthread_mutex_lock(&queue->lock);
	while (queue->end - queue->first == ROOM)
		pthread_cond_wait(&queue->moved, &queue->lock);
	queue->blocks[queue->end++ % ROOM] = block;
	pthread_cond_signal(&queue->moved);
	pthread_mutex_unlock(&queue->lock);
}

static void *get(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	while (queue->end == queue->first)
		pthread_cond_wait(&queue->moved, &queue->lock);
	void *block = queue->blocks[queue->first++ % ROOM];
	pthread_cond_signal(&queue->moved);
	pthread_mutex_unlock(&queue->lock);
	return block;
}

static void *allocate(void *argument)
{
	unsigned state = (unsigned)(uintptr_t)argument;
	struct queue *queue = &queues[state / 2];

	for (unsigned long i = 0; i < blocks; i++)
		put(queue, malloc(size_from(&state) + 1));
	put(queue, NULL);
	return NULL;
}

static void *release(void *argument)
{
	struct queue *queue = &queues[(uintptr_t)argument / 2];
	void *block;

	while ((block = get(queue)) != NULL)
		free(block);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];

	if (argc != 4)
		return 2;
	int is_queue = strcmp(argv[1], "queue") == 0;
	unsigned count = (unsigned)strtoul(argv[2], NULL, 0);
	blocks = strtoul(argv[3], NULL, 0);
	if (count == 0 || count > THREADS)
		return 2;
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_mutex_init(&queues[i].lock, NULL);
		pthread_cond_init(&queues[i].moved, NULL);
	}
	for (unsigned round = 0; round < (is_queue ? 1 : ROUNDS); round++) {
		for (uintptr_t i = 0; i < count; i++)
			pthread_create(&threads[i], NULL,
				!is_queue ? keep_own
				: i % 2   ? release
					  : allocate,
				(void *)(is_queue ? i : i + round * THREADS));
		for (unsigned i = 0; i < count; i++)
			pthread_join(threads[i], NULL);
	}
	return 0;
}
