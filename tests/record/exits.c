/*
 * A program that ends. It keeps a block of 1,111 bytes, which a handler of atexit() frees, and one
 * of 2,222, which a destructor frees.
 *
 *	exits return   from main()
 *	exits exit     by exit()
 *	exits thread   by exit() in another thread, while main() waits for it
 *	exits threads  by exit() in eight threads at once
 *	exits vfork    from main(); before, a child on its memory cannot execute what is not there
 *	exits fork     the same, of a child that calls exit() and has the handlers run
 *	exits none     from main(), without having asked for memory
 *	exits _exit, quick_exit, abort, kill: in these ways
 *	exits exec     becomes `exits return`
 *	exits gone     becomes `exits kill`, in a handler, after main() has returned
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LARGE (UINT64_C(32) << 20) /* it takes the kernel a while to say how much is in memory */

static void *first, *second;
static const char *program, *way;

static void become(const char *next)
{
	execl(program, program, next, (char *)NULL);
}

static void handler(void)
{
	free(first);
	if (strcmp(way, "gone") == 0)
		become("kill");
}

__attribute__((destructor)) static void destroy(void)
{
	free(second);
}

static void *leave(void *unused)
{
	exit(0);
	return unused;
}

/* Each asks for memory first, so that it is recorded already when all of them leave. */
static void *race(void *barrier)
{
	free(malloc(50));
	pthread_barrier_wait(barrier);
	return leave(NULL);
}

static void leave_together(void)
{
	pthread_barrier_t barrier;
	pthread_t threads[8];

	memset(malloc(LARGE), 1, LARGE);
	pthread_barrier_init(&barrier, NULL, 8);
	for (int i = 0; i < 8; i++)
		pthread_create(&threads[i], NULL, race, &barrier);
	pthread_join(threads[0], NULL);
}

static void run_child(pid_t child)
{
	if (child == 0)
		strcmp(way, "fork") == 0 ? exit(0) : _exit(execl("/no/such/program", "x", NULL));
}

static void end(void)
{
	pthread_t thread;

	if (strcmp(way, "exit") == 0)
		leave(NULL);
	else if (strcmp(way, "thread") == 0 && pthread_create(&thread, NULL, leave, NULL) == 0)
		pthread_join(thread, NULL);
	else if (strcmp(way, "threads") == 0)
		leave_together();
	else if (strcmp(way, "vfork") == 0)
		run_child(vfork()); /* NOLINT */
	else if (strcmp(way, "fork") == 0)
		run_child(fork());
	else if (strcmp(way, "_exit") == 0)
		_exit(0);
	else if (strcmp(way, "quick_exit") == 0)
		quick_exit(0);
	else if (strcmp(way, "abort") == 0)
		abort();
	else if (strcmp(way, "kill") == 0)
		kill(getpid(), SIGKILL);
	else if (strcmp(way, "exec") == 0)
		become("return");
}

int main(int argc, char **argv)
{
	program = argv[0];
	way = argc > 1 ? argv[1] : "return";
	if (strcmp(way, "none") == 0)
		return 0;
	first = malloc(1111);
	second = malloc(2222);
	atexit(handler);
	end();
	return 0;
}
