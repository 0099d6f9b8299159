/*
 * A program that has a Python in it, and makes a census hard. What it prints is the same plain and
 * recorded. It runs with a preloaded libpython, whose functions it looks up.
 *
 *	embeds twice    the interpreter ends, and begins again
 *	embeds threads  others unmap what objects point to, and come to the interpreter and go
 *	embeds handler  a handler allocates, and interrupts whatever is done
 *	embeds jump     a handler that interrupts the recorder jumps; also fork, exec, kill
 */
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define ROUNDS 8

static struct {
	void (*begin)(int with_handlers);
	int (*end)(void);
	int (*run)(const char *code);
	void *(*malloc)(size_t bytes);
	void (*free)(void *block);
	int (*ensure)(void);
	void (*release)(int state);
	void *(*save)(void);
	void (*restore)(void *state);
	void (*mark)(const char *name);
} python;

static void no_mark(const char *name)
{
}

static void *find(const char *name)
{
	void *function = dlsym(RTLD_DEFAULT, name);

	if (!function && strcmp(name, "arenascope_mark") != 0) {
		fprintf(stderr, "embeds: no %s: preload libpython\n", name);
		exit(2);
	}
	return function;
}

static void look_up(void)
{
	*(void **)&python.begin = find("Py_InitializeEx");
	*(void **)&python.end = find("Py_FinalizeEx");
	*(void **)&python.run = find("PyRun_SimpleString");
	*(void **)&python.malloc = find("PyMem_Malloc");
	*(void **)&python.free = find("PyMem_Free");
	*(void **)&python.ensure = find("PyGILState_Ensure");
	*(void **)&python.release = find("PyGILState_Release");
	*(void **)&python.save = find("PyEval_SaveThread");
	*(void **)&python.restore = find("PyEval_RestoreThread");
	*(void **)&python.mark = find("arenascope_mark");
	if (!python.mark)
		python.mark = no_mark;
}

/* Calls of Python's allocators, in some of which a census may be taken. */
static void call(void)
{
	for (int i = 0; i < 200; i++)
		python.free(python.malloc(100));
}

static void keep(const char *name)
{
	char code[200];

	snprintf(code, sizeof(code), "%s = [{'a': str(i), 'b': [i]} for i in range(4000)]", name);
	if (python.run(code) != 0)
		exit(3);
}

static int twice(void)
{
	static const char *const names[] = {"first", "second", "third"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		python.begin(0);
		keep(names[i]);
		python.mark(names[i]);
		call();
		printf("%s %d\n", names[i], python.end());
	}
	return 0;
}

/* ---- other threads --------------------------------------------------------------------------- */

#define REGION (UINT64_C(1) << 16)

static volatile bool is_over;
static char *volatile regions[64];

static void *unmap(void *unused)
{
	while (!is_over)
		for (size_t i = 0; i < sizeof(regions) / sizeof(*regions); i++) {
			munmap(regions[i], REGION);
			mmap(regions[i], REGION, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		}
	return NULL;
}

static void *come_and_go(void *unused)
{
	while (!is_over) {
		int state = python.ensure();
		call();
		python.release(state);
		free(malloc(50000));
	}
	return NULL;
}

static int threads(void)
{
	pthread_t others[3];
	char code[200];

	for (size_t i = 0; i < sizeof(regions) / sizeof(*regions); i++)
		regions[i] = mmap(NULL, REGION, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);
	python.begin(0);
	keep("kept");
	python.run("import ctypes\npointers = []");
	for (size_t i = 0; i < sizeof(regions) / sizeof(*regions); i++) {
		snprintf(code, sizeof(code), "pointers.append(ctypes.c_char_p(%zu))",
			(size_t)regions[i] + 64);
		python.run(code);
	}
	for (int i = 0; i < 3; i++)
		pthread_create(&others[i], NULL, i == 0 ? unmap : come_and_go, NULL);
	for (int i = 0; i < ROUNDS; i++) {
		python.mark("round");
		call();
		void *state = python.save();
		usleep(2000);
		python.restore(state);
	}
	is_over = true;
	void *state = python.save();
	for (int i = 0; i < 3; i++)
		pthread_join(others[i], NULL);
	python.restore(state);
	printf("threads %d\n", python.end());
	return 0;
}

/* ---- signals --------------------------------------------------------------------------------- */

static volatile sig_atomic_t surprises, wanted;
static sigjmp_buf before;
static enum { ALLOCATE, JUMP, FORK, EXEC, KILL } what;

static bool is_in_recorder(void *context)
{
#if defined(__x86_64__)
	const ucontext_t *interrupted = context;
	Dl_info info;
	uintptr_t at = (uintptr_t)interrupted->uc_mcontext.gregs[REG_RIP];

	return dladdr((void *)at, &info) && strstr(info.dli_fname, "arenascope-record");
#else
	return false;
#endif
}

static void surprise(void *context)
{
	if (what == ALLOCATE) {
		surprises++;
		free(malloc(1234));
		python.mark("surprise");
	} else if (wanted > 0 && is_in_recorder(context) && --wanted == 0) {
		surprises++;
		if (what == JUMP)
			siglongjmp(before, 1);
		if (what == EXEC)
			execl("/bin/true", "true", NULL);
		if (what == KILL)
			kill(getpid(), SIGKILL);
		if (what == FORK)
			fork();
	}
}

static void handle(int signal, siginfo_t *info, void *context)
{
	surprise(context);
}

static void every(long microseconds)
{
	const struct itimerval timer = {{0, microseconds}, {0, microseconds}};
	struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_RESTART};

	if (microseconds)
		sigaction(SIGPROF, &action, NULL);
	setitimer(ITIMER_PROF, &timer, NULL);
}

/* Surprises in the middle of a census: the program goes on as if there had been none. */
static int interrupted(int delay)
{
	pid_t self = getpid();
	volatile int rounds = 0;

	python.begin(0);
	keep("kept");
	every(1000);
	for (volatile int i = 0; i < ROUNDS; i++) {
		wanted = delay;
		python.mark("round");
		if (sigsetjmp(before, 1) == 0)
			call();
		if (getpid() != self)
			break;
		rounds++;
		usleep(2000);
	}
	every(0);
	/* arenas come and go */
	python.run(
		"more = [[i] for i in range(40000)]\ndel more\nmore = [[i] for i in range(40000)]");
	call();
	int ended = python.end();
	if (getpid() != self)
		_exit(ended);
	while (wait(NULL) > 0)
		;
	printf("%d rounds, ended %d\n", rounds, ended);
	fprintf(stderr, "%d surprises\n", (int)surprises);
	return 0;
}

int main(int argc, char **argv)
{
	static const char *const surprising[] = {"handler", "jump", "fork", "exec", "kill"};
	const char *way = argc > 1 ? argv[1] : "";

	look_up();
	if (strcmp(way, "twice") == 0)
		return twice();
	if (strcmp(way, "threads") == 0)
		return threads();
	for (int i = 0; i < 5; i++)
		if (strcmp(way, surprising[i]) == 0) {
			what = i;
			return interrupted(argc > 2 ? atoi(argv[2]) : 1);
		}
	return 2;
}
