/*
 * Threads that end with work left: the destructor of a key allocates and frees after that of the
 * recorder has returned the ring of the thread, while the first thread continues to allocate.
 */
#include <pthread.h>
#include <stdlib.h>

static pthread_key_t key;

static void finish(void *block)
{
	void *blocks[50];

	for (int i = 0; i < 50; i++)
		blocks[i] = malloc(40);
	for (int i = 0; i < 50; i++)
		free(blocks[i]);
	free(block);
}

static void *work(void *unused)
{
	pthread_setspecific(key, malloc(100));
	return NULL;
}

int main(void)
{
	pthread_key_create(&key, finish);
	for (int i = 0; i < 1000; i++) {
		pthread_t thread;
		pthread_create(&thread, NULL, work, NULL);
		for (int j = 0; j < 100; j++)
			free(malloc(40));
		pthread_join(thread, NULL);
	}
	return 0;
}
