/*
 * The glibc engine and the malloc with which this program runs, in one run: the same recorded
 * calls, again and again, with the same table of blocks beside either. What is left at the end of a
 * round is freed.
 *
 * usage: bench-glibc TRACE...
 */
#include "base/error.h"
#include "base/options.h"
#include "engine/engine.h"
#include "trace/trace.h"
#include "processor_time.h"

#include <inttypes.h>
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEAST 50.0 /* milliseconds of rounds */
#define RACES 11u  /* of each, by turns; the fastest one counts */

struct calls {
	struct event *events;
	size_t count;
	uint32_t objects; /* their identities are below this */
};

/* ---- calls --------------------------------------------------------------------------------- */

static bool is_call(const struct event *event)
{
	return event->object != OBJECT_NONE &&
	       (event->kind == EVENT_ALLOCATE || event->kind == EVENT_FREE ||
		       event->kind == EVENT_REALLOCATE);
}

static struct calls read_calls(const char *path)
{
	struct trace *trace;
	struct calls calls = {0};
	struct error err;

	if (trace_open(&trace, path, 0, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	calls.events = calloc(trace_length(trace) + 1, sizeof(*calls.events));
	for (uint64_t at = 0; calls.events && at < trace_length(trace); at++) {
		struct event *event = &calls.events[calls.count];
		if (!trace_get(trace, at, event) || !is_call(event))
			continue;
		event->thread = 0;
		calls.objects = event->object >= calls.objects ? event->object + 1 : calls.objects;
		calls.count++;
	}
	trace_close(trace);
	return calls;
}

/* ---- the library --------------------------------------------------------------------------- */

static void *call_real(const struct event *event, void *block)
{
	if (event->kind == EVENT_REALLOCATE)
		return realloc(block, event->size);
	if (event->alignment > 16)
		return memalign(event->alignment, event->size);
	return event->call == CALL_CALLOC ? calloc(1, event->size) : malloc(event->size);
}

static void play_real(const struct calls *calls, void **blocks)
{
	for (size_t i = 0; i < calls->count; i++) {
		const struct event *event = &calls->events[i];
		void **block = &blocks[event->object];
		if (event->kind == EVENT_FREE) {
			free(*block);
			*block = NULL;
		} else {
			*block = call_real(event, *block);
		}
	}
	for (uint32_t i = 0; i < calls->objects; i++) {
		free(blocks[i]);
		blocks[i] = NULL;
	}
}

/* ---- the engine ---------------------------------------------------------------------------- */

#define BREAK    UINT64_C(0x10000000)
#define MAPPINGS UINT64_C(0x7f0000000000)

struct source {
	struct page_source pages;
	uint64_t next_map;
};

static uint64_t map(struct page_source *pages, uint64_t bytes, uint64_t alignment)
{
	struct source *source = (struct source *)pages;
	uint64_t base = (source->next_map + alignment - 1) & ~(alignment - 1);

	source->next_map = base + bytes;
	return base;
}

static bool take(struct page_source *pages, uint64_t base, uint64_t bytes, bool open)
{
	return false;
}

static void unmap(struct page_source *pages, uint64_t base, uint64_t bytes)
{
}

static bool grow(struct page_source *pages, uint64_t bytes, uint64_t *ret_base)
{
	*ret_base = BREAK;
	return true;
}

static bool shrink(struct page_source *pages, uint64_t bytes)
{
	return true;
}

static struct engine *new_engine(struct source *source)
{
	const struct engine_ops *ops = engine_find("glibc");
	struct options *options = options_new();
	struct engine *engine = NULL;
	struct error err;

	*source = (struct source){.pages = {.map = map,
					  .take = take,
					  .unmap = unmap,
					  .grow = grow,
					  .shrink = shrink},
		.next_map = MAPPINGS};
	options_add_table(options, ops->options);
	if (engine_new(&engine, ops, NULL, &source->pages, options, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	options_free(options);
	return engine;
}

static uint64_t call_engine(struct engine *engine, const struct event *event, uint64_t block)
{
	const struct request request = {.size = event->size, .alignment = event->alignment};
	struct placement placement = {0};

	engine->call = (enum call)event->call;
	if (event->kind == EVENT_REALLOCATE && block)
		engine_reallocate(engine, block, &request, &placement);
	else
		engine_allocate(engine, &request, &placement);
	return placement.address;
}

static void play_engine(const struct calls *calls, struct engine *engine, uint64_t *blocks)
{
	for (size_t i = 0; i < calls->count; i++) {
		const struct event *event = &calls->events[i];
		uint64_t *block = &blocks[event->object];
		if (event->kind != EVENT_FREE) {
			*block = call_engine(engine, event, *block);
		} else if (*block) {
			engine_release(engine, *block);
			*block = 0;
		}
	}
	for (uint32_t i = 0; i < calls->objects; i++) {
		if (blocks[i])
			engine_release(engine, blocks[i]);
		blocks[i] = 0;
	}
}

/* ---- races --------------------------------------------------------------------------------- */

/* Nanoseconds a call: of the library without an engine. */
static double race(const struct calls *calls, struct engine *engine, void *blocks)
{
	double begin = processor_ms(), taken = 0;
	uint64_t rounds = 0;

	while ((taken = processor_ms() - begin) < LEAST) {
		if (engine)
			play_engine(calls, engine, blocks);
		else
			play_real(calls, blocks);
		rounds++;
	}
	return taken * 1e6 / (double)(rounds * calls->count);
}

static double faster(double one, double other)
{
	return one < other ? one : other;
}

static void report(const char *path, const struct calls *calls, struct engine *engine, void *blocks)
{
	const char *slash = strrchr(path, '/');
	double real = HUGE_VAL, ours = HUGE_VAL;

	for (unsigned i = 0; i < RACES; i++) {
		real = faster(real, race(calls, NULL, blocks));
		ours = faster(ours, race(calls, engine, blocks));
	}
	printf("  %-24s %8zu calls  malloc %6.1f ns  engine %6.1f ns  %4.2f times\n",
		slash ? slash + 1 : path, calls->count, real, ours, ours / real);
}

int main(int argc, char **argv)
{
	printf("The glibc engine and the malloc of this machine, the same recorded calls:\n");
	for (int i = 1; i < argc; i++) {
		const struct calls calls = read_calls(argv[i]);
		void *blocks = calloc(calls.objects + 1, sizeof(uint64_t));
		struct source source;
		if (calls.count == 0 || !blocks)
			continue;
		struct engine *engine = new_engine(&source);
		report(argv[i], &calls, engine, blocks);
		engine_free(engine);
		free(blocks);
		free(calls.events);
	}
	return 0;
}
