/*
 * Plays a text trace with the pymalloc engine, with the bases of arenas shifted by shift_of(), and
 * prints what the program libpython prints for the same shifts.
 *
 * usage: shifted VERSION ARENA-SIZE TRACE [STATS-FILE]
 */
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "engines/pymalloc/decisions.h"
#include "heap/space.h"
#include "trace/trace.h"
#include "shift.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_ARENA UINT64_C(0x600000000000)

/*
 * Arenas one after the other, each in a range of three times its size; addresses are never used
 * again.
 */
struct shifted_pages {
	struct page_source pages;
	struct space below; /* for the growth of the heap */
	unsigned serial;
};

static uint64_t map(struct page_source *pages, uint64_t bytes, uint64_t alignment)
{
	struct shifted_pages *shifted = (struct shifted_pages *)pages;
	unsigned serial = shifted->serial++;

	return FIRST_ARENA + serial * 3 * bytes + shift_of(serial, bytes);
}

static void unmap(struct page_source *pages, uint64_t base, uint64_t bytes)
{
}

static bool grow(struct page_source *pages, uint64_t bytes, uint64_t *ret_base)
{
	struct page_source *below = &((struct shifted_pages *)pages)->below.pages;
	return below->grow(below, bytes, ret_base);
}

static void print_arenas(uint64_t number, const struct decision_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		if (log->items[i].kind == &decision_arena_mapped)
			printf("%" PRIu64 " +arena %" PRIu64 "\n", number, log->items[i].a);
		else if (log->items[i].kind == &decision_arena_unmapped)
			printf("%" PRIu64 " -arena %" PRIu64 "\n", number, log->items[i].a);
}

static void print_place(uint64_t number, const struct event *event,
	const struct placement *placement, uint64_t arena_size)
{
	printf("%" PRIu64 " %s %" PRIu32 " %" PRIu64, number, event_kind_letter(event->kind),
		event->object, event->size);
	if (placement->layer > 0) {
		printf(" raw\n");
		return;
	}
	uint64_t serial = (placement->address - FIRST_ARENA) / (3 * arena_size);
	printf(" %" PRIu64 " %" PRIu64 "\n", serial,
		placement->address - FIRST_ARENA - serial * 3 * arena_size -
			shift_of((unsigned)serial, arena_size));
}

static enum outcome apply(struct engine *engine, const struct event *event, uint64_t *block,
	struct placement *ret_placement)
{
	const struct request request = {.size = event->size, .domain = DOMAIN_OBJ};

	if (event->kind == EVENT_FREE)
		return engine_release(engine, *block);
	enum outcome outcome = event->kind == EVENT_ALLOCATE
				       ? engine_allocate(engine, &request, ret_placement)
				       : engine_reallocate(engine, *block, &request, ret_placement);
	*block = ret_placement->address;
	return outcome;
}

static int must(int result, const struct error *err)
{
	if (result < 0) {
		fprintf(stderr, "shifted: %s\n", err->text);
		exit(1);
	}
	return result;
}

/* Plays the whole trace; from time to time the engine checks itself. */
static void play(struct engine *engine, struct trace *trace, uint64_t arena_size)
{
	uint64_t *blocks = xcalloc(trace_length(trace) + 1, sizeof(*blocks));
	struct event event;
	struct error err;

	for (uint64_t at = 0; trace_get(trace, at, &event); at++) {
		struct decision_log log = {0};
		struct placement placement = {0};

		log.count = log.lost = 0;
		engine->log = &log;
		engine->below->log = &log;
		enum outcome outcome = apply(engine, &event, &blocks[event.object], &placement);
		if (outcome != OUTCOME_PLACED && outcome != OUTCOME_RELEASED) {
			fprintf(stderr, "shifted: event %" PRIu64 ": %s\n", at,
				outcome_name(outcome));
			exit(1);
		}
		print_arenas(at, &log);
		if (outcome == OUTCOME_PLACED)
			print_place(at, &event, &placement, arena_size);
		if (at % 10000 == 0)
			must(engine_check(engine, &err), &err);
	}
	free(blocks);
}

int main(int argc, char **argv)
{
	static struct shifted_pages shifted = {.pages = {.map = map, .unmap = unmap, .grow = grow}};
	const struct engine_ops *pymalloc = engine_find("pymalloc"), *heap = engine_find("heap");
	struct options *options = options_new();
	struct engine *below, *engine;
	struct trace *trace;
	struct error err;

	if (argc < 4)
		return 2;
	space_init(&shifted.below);
	options_add_table(options, pymalloc->options);
	options_add_table(options, heap->options);
	must(options_set(options, "python", argv[1], &err), &err);
	must(trace_open(&trace, argv[3], 0, &err), &err);
	must(engine_new(&below, heap, NULL, &shifted.pages, options, &err), &err);
	must(engine_new(&engine, pymalloc, below, &shifted.pages, options, &err), &err);

	play(engine, trace, strtoull(argv[2], NULL, 0));
	if (argc > 4) {
		FILE *file = fopen(argv[4], "w");
		struct text text = {0};
		if (!file)
			return 1;
		engine_report(engine, 0, &text);
		fputs(text_of(&text), file);
		text_finish(&text);
		fclose(file);
	}
	engine_free(engine);
	engine_free(below);
	trace_close(trace);
	options_free(options);
	space_finish(&shifted.below);
	return ferror(stdout) ? 1 : 0;
}
