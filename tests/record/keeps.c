/*
 * Small programs that keep memory, each in another way. The function that makes what is kept is
 * called `culprit_…`; what is around it comes and goes. Its callers are inlined.
 *
 *	global      what a destructor frees after main()
 *	exit        what is held where a function calls exit()
 *	handler     what a handler of atexit() frees
 *	threads     one text of each thread, at the end of its arena
 *	leak        every tenth block of a loop
 *	last        one small block after much that is freed
 *	capacity    a vector that has grown, and is nearly empty now
 *	sprinkle    one block in a hundred of a load that is freed
 *	local       a block at the end that main() frees, and such a sprinkle
 *	residue     small blocks, all freed: they merge with nothing
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define COUNT   20000u
#define THREADS 4u

#if __has_attribute(noclone)
#define APART __attribute__((noinline, noclone))
#else
#define APART __attribute__((noinline))
#endif
#define INSIDE static inline __attribute__((always_inline))

static void *kept[COUNT];
static void *passing[COUNT];
static size_t nkept;

static APART void keep(void *block)
{
	kept[nkept++] = block;
}

static APART void fill_and_drop(size_t count, size_t size)
{
	for (size_t i = 0; i < count; i++)
		passing[i] = malloc(size);
	for (size_t i = 0; i < count; i++)
		free(passing[i]);
}

static APART void drop_kept(void)
{
	while (nkept > 0)
		free(kept[--nkept]);
}

/* ---- freed after main() ---------------------------------------------------------------------- */

static APART void culprit_global(void)
{
	for (int i = 0; i < 2000; i++)
		keep(malloc(1000));
}

INSIDE void global(void)
{
	culprit_global();
	fill_and_drop(100, 300);
}

__attribute__((destructor)) static void destroy(void)
{
	drop_kept();
	fill_and_drop(1000, 2000); /* another caller has most by then */
}

static APART void culprit_exit(void)
{
	for (int i = 0; i < 2000; i++)
		keep(malloc(900));
}

INSIDE void leave(void)
{
	culprit_exit();
	fill_and_drop(100, 300);
	exit(0);
}

static APART void culprit_handler(void)
{
	for (int i = 0; i < 2000; i++)
		keep(malloc(800));
}

INSIDE void handler(void)
{
	atexit(drop_kept);
	culprit_handler();
	fill_and_drop(100, 300);
}

/* ---- kept by a few blocks -------------------------------------------------------------------- */

static APART char *culprit_threads(void)
{
	return malloc(300);
}

static void *work(void *result)
{
	void **blocks = calloc(3000, sizeof(*blocks));

	for (int i = 0; i < 3000; i++)
		blocks[i] = malloc(200);
	*(char **)result = culprit_threads();
	for (int i = 0; i < 3000; i++)
		free(blocks[i]);
	free(blocks);
	return NULL;
}

INSIDE void threads(void)
{
	static char *results[THREADS];
	pthread_t running[THREADS];

	for (unsigned i = 0; i < THREADS; i++)
		pthread_create(&running[i], NULL, work, &results[i]);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(running[i], NULL);
}

static APART void culprit_last(void)
{
	keep(malloc(2500));
}

INSIDE void last(void)
{
	for (size_t i = 0; i < 10000; i++)
		passing[i] = malloc(500);
	culprit_last();
	for (size_t i = 0; i < 10000; i++)
		free(passing[i]);
}

static APART void culprit_sprinkle(void)
{
	keep(malloc(100));
}

INSIDE void sprinkle(void)
{
	for (size_t i = 0; i < 10000; i++) {
		passing[i] = malloc(1200);
		if (i % 100 == 99)
			culprit_sprinkle();
	}
	for (size_t i = 0; i < 10000; i++)
		free(passing[i]);
}

INSIDE void local(void)
{
	last();
	drop_kept();
	sprinkle();
}

/* ---- live ------------------------------------------------------------------------------------ */

static APART void *culprit_leak(void)
{
	return malloc(140);
}

INSIDE void leak(void)
{
	for (size_t i = 0; i < COUNT; i++) {
		void *block = culprit_leak();
		if (i % 10 != 0)
			free(block);
	}
	fill_and_drop(1000, 60);
}

static APART void *culprit_capacity(void *old, size_t size)
{
	return realloc(old, size);
}

INSIDE void capacity(void)
{
	for (size_t size = 64; size <= 8 << 20; size *= 2)
		kept[0] = culprit_capacity(kept[0], size);
	fill_and_drop(1000, 300);
}

/* ---- free ------------------------------------------------------------------------------------ */

static APART void *culprit_residue(void)
{
	return malloc(40);
}

INSIDE void residue(void)
{
	for (size_t i = 0; i < COUNT; i++)
		passing[i] = culprit_residue();
	for (size_t i = 0; i < COUNT; i++)
		free(passing[i]);
}

int main(int argc, char **argv)
{
	const char *way = argc > 1 ? argv[1] : "";

	if (strcmp(way, "global") == 0)
		global();
	else if (strcmp(way, "exit") == 0)
		leave();
	else if (strcmp(way, "handler") == 0)
		handler();
	else if (strcmp(way, "threads") == 0)
		threads();
	else if (strcmp(way, "leak") == 0)
		leak();
	else if (strcmp(way, "last") == 0)
		last();
	else if (strcmp(way, "capacity") == 0)
		capacity();
	else if (strcmp(way, "sprinkle") == 0)
		sprinkle();
	else if (strcmp(way, "local") == 0)
		local();
	else if (strcmp(way, "residue") == 0)
		residue();
	return 0;
}
