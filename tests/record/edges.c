/*
 * Programs at the edge of what a system lets them do, by name. Each prints what it sees, and goes
 * on to allocate: record.same compares it with itself alone.
 *
 *	environment   what environ is before, during and after system(), popen(), posix_spawn() and
 *	              an exec that fails, also from four threads at once
 *	closes        closes every descriptor from 3 on, and opens files in their places
 *	ranges        the same by close_range()
 *	covers        puts its standard output on every descriptor to 255
 *	no-files      may open nothing from here on
 *	root          has another root, in which there is nothing
 *	user          becomes another user
 *	undumpable    is not dumpable
 *	memory        executes a program that is in its memory
 *	spawns N      N children by vfork() and exec, from four threads
 *	children N    N children by fork(), each of which allocates 4,321 bytes
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define BLOCKS  1000u
#define THREADS 4u
#define FILES   8u

extern char **environ;

static void work(size_t size)
{
	for (unsigned i = 0; i < BLOCKS; i++)
		free(malloc(size));
}

static void *work_beside(void *size)
{
	work((uintptr_t)size);
	return NULL;
}

static int end_of(pid_t child)
{
	int status = -1;

	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* In this thread, in another, and in a child. */
static void go_on(void)
{
	pthread_t thread;

	work(500);
	int failed = pthread_create(&thread, NULL, work_beside, (void *)600); /* NOLINT */
	printf("thread: %s\n", failed ? strerror(failed) : "made");
	if (!failed)
		pthread_join(thread, NULL);
	pid_t child = fork();
	if (child == 0) {
		work(700);
		_exit(7);
	}
	printf("child: %d\n", end_of(child));
	printf("system: %d\n", system("exit 3"));
}

/* ---- environment ----------------------------------------------------------------------------- */

static void say_environment(const char *when, char **before)
{
	bool is_preloaded = false;

	for (char **entry = environ; entry && *entry; entry++)
		is_preloaded |= strncmp(*entry, "LD_PRELOAD=", 11) == 0;
	printf("%s: %s, %s\n", when, environ == before ? "the same" : "another",
		is_preloaded ? "with LD_PRELOAD" : "without LD_PRELOAD");
}

static void *call_system(void *ret_failures)
{
	for (unsigned i = 0; i < 20; i++)
		*(unsigned *)ret_failures += system("exit 3") != 3 << 8;
	return NULL;
}

static void call_system_beside(void)
{
	pthread_t threads[THREADS];
	unsigned failures[THREADS] = {0};

	for (unsigned i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, call_system, &failures[i]);
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		printf("%u failed\n", failures[i]);
	}
}

static void spawn(const char *path, char **before)
{
	char name[] = "x", *const words[] = {name, NULL};
	pid_t child = 0;

	int failed = posix_spawn(&child, path, NULL, NULL, words, environ);
	printf("posix_spawn: %d, %d\n", failed, failed ? 0 : end_of(child));
	say_environment(path, before);
}

static int environment(unsigned long unused)
{
	char name[] = "x", *const words[] = {name, NULL}, own[] = "A=1", *alone[] = {own, NULL};
	char **before = environ;

	(void)unused;
	printf("system: %d\n", system("exit 5"));
	printf("system: %d\n", system("env | grep ARENASCOPE_RECORD"));
	say_environment("after system", before);
	FILE *pipe = popen("exit 6", "r");
	say_environment("during popen", before);
	printf("popen: %d\n", pipe ? pclose(pipe) : -1);
	say_environment("after popen", before);
	spawn("/bin/true", before);
	spawn("/no-such", before);
	printf("execv: %d\n", execv("/no-such", words));
	printf("execvp: %d\n", execvp("/no-such", words));
	printf("execlp: %d\n", execlp("/no-such", "x", (char *)NULL));
	say_environment("after exec", before);
	call_system_beside();
	say_environment("after threads", before);
	setenv("NEW", "1", 1);
	before = environ;
	printf("system: %d\n", system("exit $NEW"));
	say_environment("with a new variable", before);
	environ = alone;
	printf("system: %d\n", system("exit $A"));
	say_environment("with one variable", alone);
	clearenv();
	before = environ;
	printf("system: %d\n", system("exit ${A-4}"));
	say_environment("with none", before);
	return 0;
}

/* ---- descriptors ----------------------------------------------------------------------------- */

/* Opens files, whose numbers are the first that are free; at the end they have what was written. */
static void open_files(void)
{
	char name[] = "edge-0";
	int fds[FILES];

	for (unsigned i = 0; i < FILES; i++) {
		name[5] = (char)('0' + i);
		fds[i] = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
		printf("%d: %zd\n", fds[i], write(fds[i], "mine", 4));
	}
	go_on();
	for (unsigned i = 0; i < FILES; i++) {
		char bytes[16] = "";
		struct stat status;
		printf("%zd %s", pread(fds[i], bytes, sizeof(bytes) - 1, 0), bytes);
		printf(" of %lld\n", fstat(fds[i], &status) < 0 ? -1 : (long long)status.st_size);
	}
}

static int closes(unsigned long unused)
{
	(void)unused;
	work(400);
	for (int fd = 3; fd < 1024; fd++)
		close(fd);
	open_files();
	return 0;
}

static int ranges(unsigned long unused)
{
	(void)unused;
	work(400);
	printf("close_range: %d\n", close_range(3, ~0u, 0));
	open_files();
	return 0;
}

static int covers(unsigned long unused)
{
	(void)unused;
	work(400);
	for (int fd = 3; fd < 256; fd++)
		dup2(1, fd);
	go_on();
	dprintf(200, "by descriptor 200\n");
	return 0;
}

static int no_files(unsigned long unused)
{
	const struct rlimit none = {0, 0};

	(void)unused;
	work(400);
	printf("setrlimit: %d\n", setrlimit(RLIMIT_NOFILE, &none));
	printf("open: %d\n", open("/dev/null", O_RDONLY));
	go_on();
	return 0;
}

/* ---- rights ---------------------------------------------------------------------------------- */

static int root(unsigned long unused)
{
	(void)unused;
	work(400);
	printf("mkdir: %d\n", mkdir("empty", 0700));
	printf("chroot: %d\n", chroot("empty"));
	printf("chdir: %d\n", chdir("/"));
	go_on();
	return 0;
}

static int user(unsigned long unused)
{
	(void)unused;
	work(400);
	printf("setgid: %d\n", setgid(65534));
	printf("setuid: %d\n", setuid(65534));
	go_on();
	return 0;
}

static int undumpable(unsigned long unused)
{
	(void)unused;
	work(400);
	printf("prctl: %d\n", prctl(PR_SET_DUMPABLE, 0));
	printf("prctl: %d\n", prctl(PR_GET_DUMPABLE));
	go_on();
	printf("prctl: %d\n", prctl(PR_GET_DUMPABLE));
	return 0;
}

/* ---- other programs, and children ------------------------------------------------------------ */

static int memory(unsigned long unused)
{
	int from = open("/bin/echo", O_RDONLY), to = memfd_create("program", MFD_CLOEXEC);
	char bytes[65536], echo[] = "echo", words[] = "from memory";
	char *const arguments[] = {echo, words, NULL};
	ssize_t n;

	(void)unused;
	work(400);
	while ((n = read(from, bytes, sizeof(bytes))) > 0)
		if (write(to, bytes, (size_t)n) != n)
			return 1;
	fexecve(to, arguments, environ);
	return 1;
}

static unsigned long spawned; /* by each thread */

static int spawn_true(void)
{
	char name[] = "true", *const words[] = {name, NULL};
	pid_t child = vfork(); /* NOLINT */

	if (child == 0) {
		execv("/bin/true", words);
		_exit(9);
	}
	return end_of(child);
}

static void *spawn_some(void *ret_failures)
{
	for (unsigned long i = 0; i < spawned; i++) {
		*(unsigned *)ret_failures += spawn_true() != 0;
		work(50);
	}
	return NULL;
}

static int spawns(unsigned long count)
{
	pthread_t threads[THREADS];
	unsigned failures[THREADS] = {0};

	spawned = count / THREADS;
	for (unsigned i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, spawn_some, &failures[i]);
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		printf("%u failed\n", failures[i]);
	}
	return 0;
}

static int children(unsigned long count)
{
	unsigned failures = 0;

	for (unsigned long i = 0; i < count; i++) {
		pid_t child = fork();
		if (child == 0) {
			free(malloc(4321));
			_exit(0);
		}
		failures += end_of(child) != 0;
	}
	printf("%u failed\n", failures);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*act)(unsigned long count);
	} acts[] = {
		{"environment", environment},
		{"closes", closes},
		{"ranges", ranges},
		{"covers", covers},
		{"no-files", no_files},
		{"root", root},
		{"user", user},
		{"undumpable", undumpable},
		{"memory", memory},
		{"spawns", spawns},
		{"children", children},
	};

	setvbuf(stdout, NULL, _IOLBF, 0); /* whole lines, also before a child */
	for (size_t i = 0; argc > 1 && i < sizeof(acts) / sizeof(*acts); i++)
		if (strcmp(argv[1], acts[i].name) == 0)
			return acts[i].act(argc > 2 ? strtoul(argv[2], NULL, 10) : 0);
	return 2;
}
