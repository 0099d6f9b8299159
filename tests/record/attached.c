/*
 * A program that a recorder comes to. It does what its standard input says, a line at a time, and
 * answers each with a line:
 *
 *	make N SIZE   N blocks, which it keeps
 *	drop          frees them
 *	slot          the library of the malloc() that it is linked with by now
 *	load NAME     a library, by the program's own path for them, which then works
 *	spin N        N threads that allocate, and check what they have, until the end
 *	count         a thread that counts, and calls nothing
 *	keys N        N keys of values that threads have of their own
 *	thread SIZE   a thread keeps a block, and ends
 *	move          maps 5 pages, and lets them grow to 9, elsewhere
 *	fork          a child allocates 7 blocks of 4321 bytes
 *	handle        answers and waits for a line in the handler of a signal, on a stack of its own
 *	stop          the next allocation stops the process, with interrupting.c preloaded
 *	filter        limits its own calls of the system
 *	strict SIZE   to reading and writing, allocates 500,000 blocks, and ends
 *	become FILE   another program
 */
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define BLOCKS 100000u

static void *blocks[BLOCKS];
static size_t nblocks;
static atomic_bool is_over;
static atomic_uint damaged;

static void make(size_t count, size_t size)
{
	for (size_t i = 0; i < count && nblocks < BLOCKS; i++)
		blocks[nblocks++] = malloc(size);
}

static void drop(void)
{
	while (nblocks > 0)
		free(blocks[--nblocks]);
}

/* Of the program itself, by its own table. */
static const char *slot(void)
{
	const ElfW(Sym) *symbols = NULL;
	const char *names = NULL;
	const ElfW(Rela) * tables[2] = {NULL, NULL};
	size_t sizes[2] = {0, 0};
	const ElfW(Addr) bias = _r_debug.r_map->l_addr;

	for (const ElfW(Dyn) *at = _DYNAMIC; at->d_tag != DT_NULL; at++) {
		if (at->d_tag == DT_SYMTAB)
			symbols = (const ElfW(Sym) *)at->d_un.d_ptr; /* NOLINT */
		else if (at->d_tag == DT_STRTAB)
			names = (const char *)at->d_un.d_ptr; /* NOLINT */
		else if (at->d_tag == DT_RELA)
			tables[0] = (const ElfW(Rela) *)at->d_un.d_ptr; /* NOLINT */
		else if (at->d_tag == DT_JMPREL)
			tables[1] = (const ElfW(Rela) *)at->d_un.d_ptr; /* NOLINT */
		else if (at->d_tag == DT_RELASZ)
			sizes[0] = at->d_un.d_val;
		else if (at->d_tag == DT_PLTRELSZ)
			sizes[1] = at->d_un.d_val;
	}
	for (int table = 0; table < 2; table++)
		for (size_t i = 0; i < sizes[table] / sizeof(ElfW(Rela)); i++) {
			const ElfW(Rela) *entry = &tables[table][i];
			const char *name = names + symbols[ELF64_R_SYM(entry->r_info)].st_name;
			Dl_info info;
			if (strcmp(name, "malloc") == 0 &&
				dladdr(*(void **)(bias + entry->r_offset), &info)) /* NOLINT */
				return strrchr(info.dli_fname, '/') + 1;
		}
	return "none";
}

static const char *load(const char *name)
{
	void *library = dlopen(name, RTLD_NOW);
	void (*work)(void) = library ? (void (*)(void))(uintptr_t)dlsym(library, "work") : NULL;

	if (!work)
		return dlerror();
	work();
	return "loaded";
}

static void *spin(void *unused)
{
	uint32_t *kept[64] = {NULL};

	for (uint32_t i = 0; !is_over; i++) {
		uint32_t **at = &kept[i * 7 % 64];
		if (*at && **at != (uint32_t)(uintptr_t)*at)
			damaged++;
		free(*at);
		*at = malloc(16 + i % 1000);
		**at = (uint32_t)(uintptr_t)*at;
	}
	return NULL;
}

static void *count(void *unused)
{
	volatile uint64_t n = 0;

	while (!is_over)
		n++;
	return NULL;
}

static void make_keys(size_t count)
{
	pthread_key_t key;

	while (count-- > 0 && pthread_key_create(&key, NULL) == 0)
		;
}

static void *make_one(void *size)
{
	make(1, (uintptr_t)size);
	return NULL;
}

static void run_thread(size_t size)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, make_one, (void *)size) == 0) /* NOLINT */
		pthread_join(thread, NULL);
}

static void move(void)
{
	const size_t page = 4096;
	void *pages = mmap(NULL, 5 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	mremap(pages, 5 * page, 9 * page, MREMAP_MAYMOVE);
}

static void fork_one(void)
{
	pid_t child = fork();

	if (child == 0) {
		for (int i = 0; i < 7; i++)
			free(malloc(4321));
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

static void wait_in_handler(int number)
{
	static const char answer[] = "handling\n";
	char byte = 0;

	if (write(STDOUT_FILENO, answer, sizeof(answer) - 1) < 0)
		return;
	while (byte != '\n' && read(STDIN_FILENO, &byte, 1) == 1)
		;
}

/* Behind the stack nothing is mapped. */
static void handle(void)
{
	const size_t size = 64u << 10;
	char *memory =
		mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const stack_t stack = {.ss_sp = memory, .ss_size = size};
	const struct sigaction action = {.sa_handler = wait_in_handler, .sa_flags = SA_ONSTACK};

	munmap(memory + size, size);
	sigaltstack(&stack, NULL);
	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
}

static void stop_next(void)
{
	int *stops_next = dlsym(RTLD_DEFAULT, "stops_next");

	if (stops_next)
		*stops_next = 1;
}

static void filter(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog all = {1, &allow};

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all);
}

static void be_strict(size_t size)
{
	free(malloc(size));
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) < 0)
		syscall(SYS_exit, 77);
	for (int i = 0; i < 500000; i++)
		free(malloc(size));
	syscall(SYS_exit, 0);
}

int main(void)
{
	static char output[4096], input[4096]; /* stdio allocates nothing */
	char line[512], word[32] = "", text[400] = "";
	pthread_t threads[64];
	size_t nthreads = 0, n, size;

	setvbuf(stdout, output, _IOLBF, sizeof(output));
	setvbuf(stdin, input, _IOFBF, sizeof(input));
	while (fgets(line, sizeof(line), stdin)) {
		const char *answer = word;
		text[0] = '\0';
		sscanf(line, "%31s %399s", word, text);
		n = strtoul(text, NULL, 10);
		if (sscanf(line, "make %zu %zu", &n, &size) == 2)
			make(n, size);
		else if (strcmp(word, "drop") == 0)
			drop();
		else if (strcmp(word, "slot") == 0)
			answer = slot();
		else if (strcmp(word, "load") == 0)
			answer = load(text);
		else if (strcmp(word, "count") == 0)
			pthread_create(&threads[nthreads++], NULL, count, NULL);
		else if (strcmp(word, "keys") == 0)
			make_keys(n);
		else if (strcmp(word, "thread") == 0)
			run_thread(n);
		else if (strcmp(word, "move") == 0)
			move();
		else if (strcmp(word, "fork") == 0)
			fork_one();
		else if (strcmp(word, "handle") == 0)
			handle();
		else if (strcmp(word, "stop") == 0)
			stop_next();
		else if (strcmp(word, "filter") == 0)
			filter();
		else if (strcmp(word, "strict") == 0)
			be_strict(n);
		else if (strcmp(word, "become") == 0)
			execl(text, text, (char *)NULL);
		for (; strcmp(word, "spin") == 0 && n > 0; n--)
			pthread_create(&threads[nthreads++], NULL, spin, NULL);
		puts(answer);
	}
	is_over = true;
	while (nthreads > 0)
		pthread_join(threads[--nthreads], NULL);
	return damaged ? 3 : 0;
}
