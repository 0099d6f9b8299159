/*
 * Two threads ask for memory at the same time, and then a child process: what the logs
 * NAME-threads.log are of.
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void *work(void *nothing)
{
	for (size_t i = 0; i < 5; i++)
		free(realloc(malloc(10 + i), 100000 * (i + 1)));
	return nothing;
}

int main(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	if (fork() == 0) {
		free(malloc(77));
		_exit(0);
	}
	wait(NULL);
	free(malloc(5));
	return 0;
}
