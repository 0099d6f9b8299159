/*
 * Programs that are difficult for recorders, by name:
 *
 *	many N        N threads at once; each frees the blocks of the one before it
 *	series N      N threads one after the other, each of which allocates 5,151 bytes
 *	clone         a child made by the bare system call, which no library hears of, allocates and
 *	              frees
 *	fork          a child allocates 1,000 blocks of 4,321 bytes; then so does its own child,
 *	              which execs this
 *	stays         cannot become another program, and allocates 1,000 blocks of 6,543 bytes
 *	vfork         a child by vfork that execs
 *	signal        a handler that allocates
 *	interrupted   ten blocks of 777 bytes, with interrupting.c preloaded: a handler allocates
 *	              1,234 bytes during each
 *	left          the same, but the handler jumps out of malloc; then 100 blocks of 1,111 bytes,
 *	              and 100 of 2,222 from a function of a large frame
 *	caught        frees a block twice; a handler of abort() jumps out of free; then the same
 *	descriptors   prints which descriptors are open
 *	count N FILE  allocates 100 + n % 400 bytes N times (0: forever); writes the count into
 *	              FILE as it happens, and behind it its process
 *	paused FILE   blocks of 1,111 bytes; toggles the recorder, as FILE shows; 2,222; toggles;
 *	              3,333 and frees all; toggles; 4,444
 *	maps          10 anonymous mappings of 1 MiB, of which 4 are unmapped
 *	remaps        anonymous mappings that are unmapped in part, moved, made longer, and covered
 *	              by a file; and a file's that is moved.  Prints the bytes that are left
 *	modules       allocates from a new place while another thread, in dl_iterate_phdr, waits for
 *	              the one that does
 *	limited       limits its address space to 60 MiB more than a C program has, has 8 threads
 *	              that allocate, and prints how many blocks of 4 MiB it gets then
 *	tuned         mallopt, a thread that allocates, malloc_trim and sbrk, in that order; prints
 *	              the C library's version
 *	trimmed       leaves holes in two arenas, with malloc_trim() and blocks after it; prints the
 *	              bytes of its own memory before, after, and at the end; marks say the same
 *	addresses     prints a hash of the addresses of 20,000 blocks of many sizes
 *	counter       forbids itself the processor's time stamp counter; then 8 threads as in
 *	              "many", and a child that allocates 1,000 blocks of 6,543 bytes
 *	asks          asks the system how large the messages of its filters are, which limits
 *	              nothing, and allocates 1,515 bytes
 *	filtered      lets itself call what an allocator needs, by the system's call of its own name
 *	              (seccomp), then allocates 2,222 bytes, and 6,543 in a child
 *	strict        forbids itself all calls of the system but a few, and allocates 2,222 bytes
 *	              500,000 times
 *	turns         the same of blocks of twelve threads, each of which begins when the one
 *	              before has ended, and of its own in between
 *	small         20,000 blocks of 1 to 8 bytes, of which every second one is freed
 *	constant      its environment is a constant, and it has a child
 *	context       allocates on its own stack; where a frame could be is an address
 *	              of nothing; then on one of 4 KiB
 *	late LIBRARY  loads the library, which is itself a client of the allocator
 *	loops LIBRARY N  the same N times, and unloads it
 *	damaged LIBRARY N  has it work in N threads, each with other damage to its tables for
 *	              exceptions
 *	storm N       N children by fork, vfork and the bare system call, while 4 threads allocate;
 *	              those by fork allocate 100 blocks of 4,321 bytes
 *	alarms N      allocates N times while a timer's handler allocates 1,234 bytes; prints how
 *	              often that was
 *	surprises N   allocates N times while a timer's handler maps 12,288 bytes; prints how
 *	              often that was
 */
#include "arenascope/mark.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define BLOCKS 50u

static unsigned long number(const char *words)
{
	return words ? strtoul(words, NULL, 0) : 0;
}

/* ---- many ------------------------------------------------------------------------------------ */

static pthread_barrier_t barrier;
static _Atomic(void *) passed[2000][BLOCKS];
static unsigned long nthreads;

static void *one_of_many(void *argument)
{
	unsigned long self = (uintptr_t)argument;

	for (unsigned i = 0; i < BLOCKS; i++)
		passed[self][i] = malloc(100 + i);
	pthread_barrier_wait(&barrier);
	for (unsigned i = 0; i < BLOCKS; i++)
		free(passed[(self + 1) % nthreads][i]);
	return NULL;
}

static int many(const char *count)
{
	static pthread_t threads[2000];
	pthread_attr_t attributes;

	nthreads = number(count);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 64 << 10);
	pthread_barrier_init(&barrier, NULL, (unsigned)nthreads);
	for (uintptr_t i = 0; i < nthreads; i++)
		if (pthread_create(&threads[i], &attributes, one_of_many, (void *)i) !=
			0) /* NOLINT */
			return 77;
	for (unsigned i = 0; i < nthreads; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

static void *one_of_series(void *argument)
{
	free(malloc(5151));
	return argument;
}

static int series(const char *count)
{
	pthread_t thread;

	for (unsigned long i = 0; i < number(count); i++)
		if (pthread_create(&thread, NULL, one_of_series, NULL) != 0 ||
			pthread_join(thread, NULL) != 0)
			return 77;
	return 0;
}

/* ---- children -------------------------------------------------------------------------------- */

static int bare_clone(void)
{
	void *blocks[1000];

	for (int i = 0; i < 1000; i++)
		blocks[i] = malloc(777);
	long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (child == 0) {
		for (int i = 0; i < 1000; i++)
			free(blocks[i]);
		for (int i = 0; i < 1000; i++)
			blocks[i] = malloc(888);
		_exit(0);
	}
	waitpid((pid_t)child, NULL, 0);
	for (int i = 0; i < 1000; i++)
		free(blocks[i]);
	return 0;
}

void *volatile kept;

static void thousand(size_t size)
{
	for (int i = 0; i < 1000; i++)
		kept = malloc(size);
}

static int forked(const char *self)
{
	pid_t child = fork();

	if (child == 0) {
		thousand(4321);
		pid_t grandchild = fork();
		if (grandchild == 0) {
			execl(self, self, "again", NULL);
			_exit(1);
		}
		waitpid(grandchild, NULL, 0);
		exit(0);
	}
	waitpid(child, NULL, 0);
	thousand(5432);
	return 0;
}

static int by_vfork(const char *self)
{
	pid_t child = vfork();

	if (child == 0) {
		execl(self, self, "again", NULL);
		_exit(1);
	}
	waitpid(child, NULL, 0);
	thousand(5432);
	return 0;
}

/* ---- the rest -------------------------------------------------------------------------------- */

static void handler(int signal_number)
{
	free(malloc(1234));
}

static int signals(void)
{
	signal(SIGUSR1, handler);
	for (int i = 0; i < 100; i++)
		raise(SIGUSR1);
	return 0;
}

static int interrupted(void)
{
	signal(SIGUSR1, handler);
	for (int i = 0; i < 10; i++)
		kept = malloc(777);
	return 0;
}

static sigjmp_buf harness;

static void jump(int signal_number)
{
	siglongjmp(harness, 1);
}

static void hundred(size_t size)
{
	for (int i = 0; i < 100; i++)
		kept = malloc(size);
}

/* What was on the stack here stays where it was. */
__attribute__((noinline)) static void hundred_below(size_t size)
{
	volatile char frame[64 << 10];

	frame[0] = 0;
	hundred(size + (size_t)frame[0]);
}

static int allocate_on(void)
{
	hundred_below(2222);
	hundred(1111);
	return 0;
}

static int left(void)
{
	signal(SIGUSR1, jump);
	for (volatile int i = 0; i < 10; i++)
		if (sigsetjmp(harness, 1) == 0)
			kept = malloc(777);
	return allocate_on();
}

static int caught(void)
{
	void *volatile block = malloc(100);

	signal(SIGABRT, jump);
	if (sigsetjmp(harness, 1) == 0) {
		free(block);
		free(block);
		return 1;
	}
	return allocate_on();
}

static int descriptors(void)
{
	struct stat status;

	for (int i = 0; i < 4096; i++)
		if (fstat(i, &status) == 0)
			printf("%d\n", i);
	return 0;
}

static int count(const char *rounds, const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	unsigned long wanted = number(rounds);
	void *blocks[64] = {NULL};

	if (fd < 0 || ftruncate(fd, 4096) < 0)
		return 1;
	_Atomic uint64_t *done = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	done[1] = (uint64_t)getpid();
	for (unsigned long i = 0; wanted == 0 || i < wanted; i++) {
		free(blocks[i % 64]);
		blocks[i % 64] = malloc(100 + i % 400);
		atomic_store_explicit(done, i + 1, memory_order_release);
	}
	return 0;
}

static void toggle(const char *path)
{
	struct stat before, now;
	const struct timespec pause = {0, 2000000};

	stat(path, &before);
	kill(getppid(), SIGUSR2);
	do /* the rings are drained first, then the toggle is written */
		nanosleep(&pause, NULL);
	while (stat(path, &now) == 0 && now.st_size == before.st_size);
	nanosleep(&pause, NULL);
}

static int paused(const char *path)
{
	void *blocks[100];

	for (int i = 0; i < 100; i++)
		blocks[i] = malloc(1111);
	const struct timespec pause = {0, 50000000};
	nanosleep(&pause, NULL);
	toggle(path);
	for (int i = 0; i < 50; i++)
		free(blocks[i]);
	for (int i = 0; i < 50; i++)
		blocks[i] = malloc(2222);
	nanosleep(&pause, NULL);
	toggle(path);
	for (int i = 0; i < 100; i++)
		free(blocks[i]);
	for (int i = 0; i < 100; i++)
		blocks[i] = malloc(3333);
	nanosleep(&pause, NULL);
	toggle(path);
	for (int i = 0; i < 100; i++)
		blocks[i] = malloc(4444);
	return 0;
}

static int maps(void)
{
	void *regions[10];

	for (int i = 0; i < 10; i++)
		regions[i] = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 4; i++)
		munmap(regions[i], 1 << 20);
	return 0;
}

#define MIB (1u << 20)

static char *map_anonymous(size_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static int remaps(const char *self)
{
	int fd = open(self, O_RDONLY);
	char *holed = map_anonymous(MIB), *shortened = map_anonymous(MIB),
	     *moved = map_anonymous(2 * MIB), *covered = map_anonymous(8 * MIB),
	     *file = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);

	munmap(holed + MIB / 4, MIB / 2);
	munmap(shortened + MIB / 2, MIB / 2);
	/* where nothing else can be, so that it has to move */
	mmap(covered + MIB, MIB, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	mmap(covered, MIB, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0);
	char *there = map_anonymous(4 * MIB);
	moved = mremap(moved, 2 * MIB, 4 * MIB, MREMAP_MAYMOVE | MREMAP_FIXED, there);
	moved = mremap(moved, 4 * MIB, 3 * MIB, 0);
	file = mremap(file, 4096, 8192, MREMAP_MAYMOVE);
	if (moved != there || file == MAP_FAILED || fd < 0)
		return 1;
	printf("%u\n", MIB / 2 + MIB / 2 + 7 * MIB + 3 * MIB);
	return 0;
}

static int late(const char *library)
{
	void *loaded = dlopen(library, RTLD_NOW);
	void (*work)(void) = NULL;

	if (loaded)
		*(void **)&work = dlsym(loaded, "work");
	if (!work)
		return 1;
	work();
	return dlclose(loaded);
}

struct tables {
	uintptr_t inside; /* the module */
	char *start, *end;
};

static int find_tables(struct dl_phdr_info *info, size_t size, void *context)
{
	struct tables *tables = context;
	bool is_it = false;

	for (int i = 0; i < info->dlpi_phnum; i++)
		is_it |= info->dlpi_phdr[i].p_type == PT_LOAD &&
			 tables->inside - info->dlpi_addr - info->dlpi_phdr[i].p_vaddr <
				 info->dlpi_phdr[i].p_memsz;
	for (int i = 0; i < info->dlpi_phnum && is_it; i++)
		if (info->dlpi_phdr[i].p_type == PT_GNU_EH_FRAME)
			tables->start = (char *)info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
	for (int i = 0; i < info->dlpi_phnum && tables->start; i++) {
		char *segment = (char *)info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
		if (info->dlpi_phdr[i].p_type == PT_LOAD && segment <= tables->start &&
			tables->start < segment + info->dlpi_phdr[i].p_filesz)
			tables->end = segment + info->dlpi_phdr[i].p_filesz;
	}
	return is_it;
}

static void *work_in_thread(void *work)
{
	void (*function)(void);

	memcpy(&function, &work, sizeof(function));
	function();
	return NULL;
}

static int damaged(const char *library, const char *times)
{
	static char sound[4096];
	void *loaded = dlopen(library, RTLD_NOW), *work = loaded ? dlsym(loaded, "work") : NULL;
	struct tables tables = {.inside = (uintptr_t)work};
	uint32_t random = 7;

	dl_iterate_phdr(find_tables, &tables);
	size_t size = (size_t)(tables.end - tables.start), page = (size_t)sysconf(_SC_PAGESIZE);
	char *from = tables.start - (uintptr_t)tables.start % page;
	if (!tables.end || size > sizeof(sound) ||
		mprotect(from, (size_t)(tables.end - from), PROT_READ | PROT_WRITE) != 0)
		return 77;
	memcpy(sound, tables.start, size);
	for (unsigned long i = 0; i < number(times); i++) {
		pthread_t thread;
		for (unsigned j = 0; j < 4; j++) {
			random = random * 1103515245 + 12345;
			tables.start[(random >> 8) % size] = (char)(random >> 24);
		}
		pthread_create(&thread, NULL, work_in_thread, work);
		pthread_join(thread, NULL);
		memcpy(tables.start, sound, size);
	}
	return 0;
}

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool is_inside;

static int at_module(struct dl_phdr_info *info, size_t size, void *context)
{
	atomic_store(&is_inside, true);
	pthread_mutex_lock(&held);
	pthread_mutex_unlock(&held);
	return 1;
}

static void *in_modules(void *argument)
{
	dl_iterate_phdr(at_module, NULL);
	return argument;
}

static int modules(void)
{
	pthread_t thread;

	free(malloc(1));
	pthread_mutex_lock(&held);
	if (pthread_create(&thread, NULL, in_modules, NULL) != 0)
		return 77;
	while (!atomic_load(&is_inside))
		sched_yield();
	free(malloc(3434));
	pthread_mutex_unlock(&held);
	return pthread_join(thread, NULL);
}

static int loops(const char *library, const char *times)
{
	for (unsigned long i = 0; i < number(times); i++)
		if (late(library) != 0)
			return 1;
	return 0;
}

static atomic_bool is_over;

static void *allocate_all_the_time(void *unused)
{
	void *blocks[BLOCKS] = {NULL};
	const struct timespec pause = {0, 100000};

	for (size_t i = 0; !atomic_load(&is_over); i++) {
		free(blocks[i % BLOCKS]);
		blocks[i % BLOCKS] = malloc(1 + i % 900);
		if (i % 100 == 0) /* children are made meanwhile, and traces stay small */
			nanosleep(&pause, NULL);
	}
	for (size_t i = 0; i < BLOCKS; i++)
		free(blocks[i]);
	return NULL;
}

static int storm(const char *children)
{
	pthread_t threads[4];

	for (size_t i = 0; i < 4; i++)
		if (pthread_create(&threads[i], NULL, allocate_all_the_time, NULL) != 0)
			return 77;
	for (unsigned long i = 0; i < number(children); i++) {
		pid_t child = i % 4 == 0   ? vfork()
			      : i % 4 == 1 ? (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)
					   : fork();
		if (child == 0 && i % 4 < 2)
			_exit(0);
		if (child == 0) {
			for (int j = 0; j < 100; j++)
				kept = malloc(4321);
			_exit(0);
		}
		if (child < 0)
			return 77;
		if (i % 8 == 7)
			while (waitpid(-1, NULL, 0) > 0)
				;
	}
	while (waitpid(-1, NULL, 0) > 0)
		;
	atomic_store(&is_over, true);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

static volatile sig_atomic_t alarms_seen;

static void on_alarm(int signal_number)
{
	int error = errno;

	/* the C library's allocator is not to be called from within itself */
	if (!atomic_load(&is_inside))
		free(malloc(1234)), alarms_seen++;
	errno = error;
}

static int alarms(const char *times)
{
	const struct itimerval every = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
	void *blocks[BLOCKS] = {NULL};

	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &every, NULL);
	for (unsigned long i = 0; i < number(times); i++) {
		atomic_store(&is_inside, true);
		free(blocks[i % BLOCKS]);
		blocks[i % BLOCKS] = realloc(malloc(1 + i % 900), 1 + i % 2000);
		atomic_store(&is_inside, false);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	printf("%d\n", (int)alarms_seen);
	return 0;
}

/* Wherever in an allocation the signal comes. */
static void map_on_alarm(int signal_number)
{
	int error = errno;

	munmap(mmap(NULL, 12288, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 12288);
	alarms_seen++;
	errno = error;
}

static int surprises(const char *times)
{
	const struct itimerval every = {{0, 50}, {0, 50}}, never = {{0, 0}, {0, 0}};

	signal(SIGALRM, map_on_alarm);
	setitimer(ITIMER_REAL, &every, NULL);
	for (unsigned long i = 0; i < number(times); i++)
		free(malloc(24));
	setitimer(ITIMER_REAL, &never, NULL);
	printf("%d\n", (int)alarms_seen);
	return 0;
}

static int constant(void)
{
	extern char **environ;
	static const char *const words[] = {"WORD=1", NULL};
	int status = 1;

	environ = (char **)(uintptr_t)words;
	pid_t child = fork();
	if (child == 0)
		_exit(0);
	waitpid(child, &status, 0);
	return status != 0;
}

static void in_context(void)
{
#if defined(__x86_64__)
	__asm__ volatile("mov %%rbp, %%rbx\n\t"
			 "mov %%rsp, %%r12\n\t"
			 "lea -256(%%rsp), %%rsp\n\t"
			 "and $-16, %%rsp\n\t"
			 "mov %0, %%rbp\n\t"
			 "mov $1212, %%edi\n\t"
			 "call malloc@PLT\n\t"
			 "mov %%r12, %%rsp\n\t"
			 "mov %%rbx, %%rbp"
			 :
			 : "r"((uintptr_t)0x700000000000)
			 : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11",
			 "r12", "memory", "cc");
#else
	kept = malloc(1212);
#endif
}

static void in_little_room(void)
{
	kept = malloc(1313);
}

static bool run_on(char *stack, size_t size, void (*function)(void))
{
	ucontext_t back, there;

	getcontext(&there);
	there.uc_stack.ss_sp = stack;
	there.uc_stack.ss_size = size;
	there.uc_link = &back;
	makecontext(&there, function, 0);
	return swapcontext(&back, &there) == 0;
}

static int context(void)
{
	static _Alignas(16) char stack[64 << 10];
	char *pages = mmap(NULL, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bool is_small =
		pages != MAP_FAILED && mprotect(pages + 4096, 4096, PROT_READ | PROT_WRITE) == 0;

	kept = malloc(24); /* binds the function, for which the loader takes room */
	return !run_on(stack, sizeof(stack), in_context) || !is_small ||
	       !run_on(pages + 4096, 4096, in_little_room);
}

static void *allocate_and_free(void *unused)
{
	free(malloc(7777));
	return NULL;
}

static pthread_barrier_t all_threads;

static void *allocate_and_wait(void *unused)
{
	free(malloc(7777));
	pthread_barrier_wait(&all_threads);
	return NULL;
}

static int limited(void)
{
	struct rlimit limit = {100u << 20, 100u << 20};
	pthread_t threads[8];
	pthread_attr_t attributes;
	unsigned blocks = 0;

	if (setrlimit(RLIMIT_AS, &limit) < 0)
		return 77;
	mallopt(M_ARENA_MAX, 1);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 64 << 10);
	pthread_barrier_init(&all_threads, NULL, 9);
	for (unsigned i = 0; i < 8; i++)
		if (pthread_create(&threads[i], &attributes, allocate_and_wait, NULL) != 0)
			return 77;
	pthread_barrier_wait(&all_threads);
	while (blocks < 12 && (kept = malloc(4 << 20)))
		blocks++;
	printf("%u\n", blocks);
	return 0;
}

static int tuned(void)
{
	pthread_t thread;

	kept = malloc(100);
	mallopt(M_MMAP_THRESHOLD, 300000);
	mallopt(M_CHECK_ACTION, 1);
	pthread_create(&thread, NULL, allocate_and_free, NULL);
	pthread_join(thread, NULL);
	free(kept);
	malloc_trim(4096);
	if (sbrk(0) == sbrk(4096))
		printf("glibc %s\n", gnu_get_libc_version());
	kept = malloc(5555);
	return 0;
}

/* Bytes of the process in pages of memory of its own. */
static unsigned long anonymous(void)
{
	static char text[4096];
	int file = open("/proc/self/smaps_rollup", O_RDONLY);
	ssize_t n = file < 0 ? 0 : read(file, text, sizeof(text) - 1);

	if (file >= 0)
		close(file);
	text[n > 0 ? n : 0] = '\0';
	const char *line = strstr(text, "Anonymous:");
	return line ? strtoul(line + 10, NULL, 10) << 10 : 0;
}

enum { MADE = 8000 };

/* Blocks of many sizes, all of them written to, of which a few are left; table: of MADE. */
static void *leave_holes(void *table)
{
	char **blocks = table;
	uint32_t random = 7;

	for (unsigned i = 0; i < MADE; i++) {
		random = random * 1103515245 + 12345;
		size_t size = i % 3 ? 24 + (random >> 16) % 80 : (random >> 16) % 5000;
		memset(blocks[i] = malloc(size), 1, size);
	}
	for (unsigned i = 0; i < MADE; i++)
		if (i % 50)
			free(blocks[i]);
	return table;
}

static int trimmed(void)
{
	static char *tables[2][MADE]; /* thread-local ones would leave no room in small stacks */
	pthread_t thread;

	pthread_create(&thread, NULL, leave_holes, tables[0]);
	pthread_join(thread, NULL);
	leave_holes(tables[1]);
	ARENASCOPE_MARK("before");
	unsigned long before = anonymous();
	malloc_trim(0);
	unsigned long after = anonymous();
	ARENASCOPE_MARK("after");
	for (unsigned i = 0; i < 600; i++)
		memset(kept = malloc(i % 7 * 700 + 100), 1, i % 7 * 700 + 100);
	unsigned long later = anonymous();
	ARENASCOPE_MARK("later");
	printf("%lu %lu %lu\n", before, after, later);
	return before == 0 ? 77 : 0;
}

static int addresses(void)
{
	static void *blocks[128];
	uint64_t hash = 0;
	uint32_t random = 1;

	for (unsigned i = 0; i < 20000; i++) {
		random = random * 1103515245 + 12345;
		void **block = &blocks[random >> 16 & 127];
		free(*block);
		*block = malloc((random >> 8) % (random >> 28 ? 300 : 9000));
		hash = (hash ^ (uintptr_t)*block) * 0x9E3779B97F4A7C15u;
	}
	printf("%016lx\n", (unsigned long)hash);
	return 0;
}

static int without_counter(void)
{
	if (prctl(PR_SET_TSC, PR_TSC_SIGSEGV) < 0)
		return 77;
	int result = many("8");
	pid_t child = fork();
	if (child == 0) {
		thousand(6543);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	return result;
}

/* All other calls end the process. */
static bool allow_calls(const uint32_t *calls, size_t count)
{
	struct sock_filter filter[32] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0)};
	struct sock_fprog program = {1, filter};

	for (size_t i = 0; i < count; i++) {
		filter[program.len++] =
			(struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0, 1);
		filter[program.len++] =
			(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	}
	filter[program.len++] =
		(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

static int asks(void)
{
	struct seccomp_notif_sizes sizes;
	long result = syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes);

	kept = malloc(1515);
	return result == 0 ? 0 : 77;
}

static int filtered(void)
{
	static const uint32_t calls[] = {SYS_brk, SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect,
		SYS_madvise, SYS_clone, SYS_set_robust_list, SYS_wait4, SYS_exit_group};

	kept = malloc(1111);
	if (!allow_calls(calls, sizeof(calls) / sizeof(*calls)))
		return 77;
	for (int i = 0; i < 500000; i++)
		free(malloc(2222));
	int status = 0;
	pid_t child = fork();
	if (child == 0) {
		thousand(6543);
		syscall(SYS_exit_group, 5);
	}
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 5)
		syscall(SYS_exit_group, 6);
	syscall(SYS_exit_group, 3);
	return 1;
}

static int strict(void)
{
	kept = malloc(1111);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) < 0)
		return 77;
	for (int i = 0; i < 500000; i++)
		free(malloc(2222));
	syscall(SYS_exit, 3);
	return 1;
}

/* Gives a hash of its blocks' addresses. */
static void *one_turn(void *unused)
{
	static void *its[100];
	uint64_t hash = 0;

	for (unsigned i = 0; i < 1000; i++) {
		void **block = &its[i * 7 % 100];
		free(*block);
		*block = malloc(10 + i * 37 % 700);
		hash = (hash ^ (uintptr_t)*block) * 0x9E3779B97F4A7C15u;
	}
	return (void *)(uintptr_t)hash; /* NOLINT */
}

static int turns(void)
{
	uint64_t hash = 0;

	for (unsigned i = 0; i < 12; i++) {
		pthread_t thread;
		void *given = NULL;
		pthread_create(&thread, NULL, one_turn, NULL);
		pthread_join(thread, &given);
		hash = (hash ^ (uintptr_t)given ^ (uintptr_t)malloc(40 + i)) * 0x9E3779B97F4A7C15u;
	}
	printf("%016lx\n", (unsigned long)hash);
	return 0;
}

static int small(void)
{
	static void *blocks[20000];

	for (size_t i = 0; i < 20000; i++)
		blocks[i] = malloc(1 + i % 8);
	for (size_t i = 0; i < 20000; i += 2)
		free(blocks[i]);
	return 0;
}

/* Calls from code that keeps no frame pointer: in its place is anything. */
static int without_frames(void)
{
#if defined(__x86_64__)
	static const uintptr_t instead[] = {0, 1, 8, 4096, UINTPTR_MAX - 7, UINTPTR_MAX - 15,
		UINTPTR_MAX - 23, UINTPTR_MAX - 31, UINTPTR_MAX / 2 + 1};

	for (size_t i = 0; i < sizeof(instead) / sizeof(*instead); i++) {
		uintptr_t size = 24, frame = instead[i];
		void *(*function)(size_t) = malloc;

		/* Past the red zone: the compiler does not know of the call. */
		__asm__ volatile("leaq -128(%%rsp), %%rsp\n\t"
				 "pushq %%rbp\n\t"
				 "movq %%rsp, %%rbx\n\t"
				 "andq $-16, %%rsp\n\t"
				 "movq %%rdx, %%rbp\n\t"
				 "call *%%rax\n\t"
				 "movq %%rbx, %%rsp\n\t"
				 "popq %%rbp\n\t"
				 "leaq 128(%%rsp), %%rsp"
				 : "+D"(size), "+a"(function), "+d"(frame)
				 :
				 : "rbx", "rcx", "rsi", "r8", "r9", "r10", "r11", "xmm0", "xmm1",
				 "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "memory", "cc");
	}
#endif
	return 0;
}

static int again(void)
{
	thousand(6543);
	return 0;
}

static int stays(void)
{
	execl("./nothing", "nothing", NULL);
	thousand(6543);
	return 0;
}

static const struct {
	const char *name;
	int (*plain)(void);
	int (*of_self)(const char *self);
	int (*of_one)(const char *word);
	int (*of_two)(const char *first, const char *second);
} programs[] = {
	{"addresses", .plain = addresses},
	{"again", .plain = again},
	{"alarms", .of_one = alarms},
	{"surprises", .of_one = surprises},
	{"asks", .plain = asks},
	{"caught", .plain = caught},
	{"clone", .plain = bare_clone},
	{"constant", .plain = constant},
	{"context", .plain = context},
	{"count", .of_two = count},
	{"counter", .plain = without_counter},
	{"damaged", .of_two = damaged},
	{"descriptors", .plain = descriptors},
	{"fork", .of_self = forked},
	{"frames", .plain = without_frames},
	{"interrupted", .plain = interrupted},
	{"late", .of_one = late},
	{"left", .plain = left},
	{"limited", .plain = limited},
	{"loops", .of_two = loops},
	{"many", .of_one = many},
	{"maps", .plain = maps},
	{"modules", .plain = modules},
	{"paused", .of_one = paused},
	{"remaps", .of_self = remaps},
	{"series", .of_one = series},
	{"signal", .plain = signals},
	{"small", .plain = small},
	{"stays", .plain = stays},
	{"storm", .of_one = storm},
	{"filtered", .plain = filtered},
	{"strict", .plain = strict},
	{"trimmed", .plain = trimmed},
	{"tuned", .plain = tuned},
	{"turns", .plain = turns},
	{"vfork", .of_self = by_vfork},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(programs) / sizeof(*programs); i++) {
		if (strcmp(argv[1], programs[i].name) != 0)
			continue;
		if (programs[i].plain)
			return programs[i].plain();
		if (programs[i].of_self)
			return programs[i].of_self(argv[0]);
		if (programs[i].of_one)
			return argc > 2 ? programs[i].of_one(argv[2]) : 2;
		return argc > 3 ? programs[i].of_two(argv[2], argv[3]) : 2;
	}
	return 2;
}
