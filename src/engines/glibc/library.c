/*
 * What moves the library's chunks and is no request: a thread ends, mallopt(), malloc_trim(), and
 * another program that begins in the same process (exec).
 */
#include "engines/glibc/library.h"

#include "engines/glibc/calls.h"
#include "engines/glibc/decisions.h"
#include "engines/glibc/heaps.h"
#include "engines/glibc/maps.h"
#include "engines/glibc/releases.h"

#define FAST_MAX 160u /* bytes: a larger mxfast is refused */

/* ---- settings ------------------------------------------------------------------------------- */

static void pin(struct process *process, uint64_t *threshold, uint64_t number)
{
	*threshold = number;
	process->is_pinned = 1;
}

void change_apply(const struct change *change, const struct settings *settings,
	struct process *process)
{
	enum libc_word word = (enum libc_word)change->word;
	uint64_t number = change->number;

	if (word == LIBC_EXEC) {
		process->first_break =
			settings->first_break ? number & ~(uint64_t)(PAGE_BYTES - 1) : 0;
		process->main_thread = change->thread;
	} else if (word == LIBC_MXFAST && number <= FAST_MAX && settings->release->has_fast_bins) {
		process->fast_max = fast_max_for(number);
	} else if (word == LIBC_TRIM_THRESHOLD) {
		pin(process, &process->trim_threshold, number);
	} else if (word == LIBC_TOP_PAD) {
		pin(process, &process->top_pad, number);
	} else if (word == LIBC_MMAP_THRESHOLD) {
		pin(process, &process->mmap_threshold, number);
	} else if (word == LIBC_MMAP_MAX) {
		pin(process, &process->maps_max, number);
	} else if (word == LIBC_ARENA_MAX && number > 0) {
		process->arena_max = (uint32_t)number;
	}
}

static void change(struct glibc *g, enum libc_word word, uint64_t number)
{
	struct change *made = flat_grow(&g->changes, 1);

	made->number = number;
	made->word = word;
	made->thread = g->engine.thread;
	change_apply(made, &g->settings, process_of(g));
}

/* Every mallopt() merges the fast chunks of the main arena first, whatever it sets. */
static void tune(struct glibc *g, enum libc_word word, uint64_t number)
{
	arena_consolidate(g, arena_at(g, 0));
	change(g, word, number);
}

/* ---- a process ------------------------------------------------------------------------------ */

void process_begin(struct glibc *g)
{
	flat_grow(&g->process, 1);
	flat_grow(&g->arenas, 1);
	flat_grow(&g->segments, SEGMENTS);
	flat_grow(&g->slots, SEGMENTS);
	flat_grow(&g->pages, SEGMENT_PAGES);   /* of slot 0, none of which has a leaf */
	flat_grow(&g->groups, SEGMENT_GROUPS); /* of the first segment */
	flat_grow(&g->leaves, 1);
	settings_begin(&g->settings, process_of(g));
}

/* All its memory goes back to the system. */
static void end_process(struct glibc *g)
{
	struct page_source *pages = g->engine.pages;

	heaps_end(g);
	for (size_t i = 0; i < g->maps.count; i++) {
		const struct map *map = flat_at(&g->maps, struct map, i);
		pages->unmap(pages, map->base, map->bytes);
	}
	if (pages->shrink && process_of(g)->base)
		pages->shrink(pages, arena_at(g, 0)->system);
	flat_empty(&g->engine.flat);
}

static void begin_another(struct glibc *g, uint64_t first_break)
{
	end_process(g);
	process_begin(g);
	change(g, LIBC_EXEC, first_break);
	decide(&g->engine, &decision_glibc_program, first_break, 0, 0, 0);
}

/* ---- a thread ends ------------------------------------------------------------------------- */

/* Its tcache goes: bins from the smallest on, each from its head; gives how many there were. */
static uint32_t empty_cache(struct glibc *g, struct cache *cache)
{
	uint32_t chunk, n = 0;

	cache->state = CACHE_OFF;
	for (uint32_t bin = 0; bin < CACHE_BINS; bin++)
		while ((chunk = cache->heads[bin]) != 0) {
			cache->heads[bin] = link_of(g, chunk)->low;
			cache->counts[bin]--;
			memory_set_state(g, chunk, CHUNK_HELD);
			chunk_give_back(g, chunk);
			n++;
		}
	if (cache->chunk) {
		memory_set_state(g, cache->chunk, CHUNK_HELD);
		chunk_give_back(g, cache->chunk);
	} else if (cache->map) {
		map_free(g, map_at(g, cache->map));
	}
	cache->chunk = 0;
	cache->map = 0;
	return n;
}

static void end_thread(struct glibc *g)
{
	struct decision_log *log = g->engine.log;
	struct caller caller = caller_of(g, g->engine.thread);

	g->engine.log = NULL; /* what becomes of each chunk is not told: there may be hundreds */
	uint32_t n = empty_cache(g, caller.cache);
	g->engine.log = log;
	decide(&g->engine, &decision_glibc_thread_end, g->engine.thread, n, 0, 0);
	caller_detach(&caller);
}

/* ---- what is called ------------------------------------------------------------------------- */

static void trim(struct glibc *g, uint64_t pad)
{
	for (uint32_t i = 0; i < g->arenas.count; i++)
		arena_consolidate(g, arena_at(g, i));
	if (arena_at(g, 0)->top)
		system_trim_main(g, pad);
}

void glibc_library(struct engine *engine, enum libc_word word, uint64_t number)
{
	struct glibc *g = glibc_of(engine);

	switch (word) {
	case LIBC_THREAD_END:
		end_thread(g);
		break;
	case LIBC_TRIM:
		trim(g, number);
		break;
	case LIBC_EXEC:
		begin_another(g, number);
		break;
	case LIBC_MXFAST:
	case LIBC_TRIM_THRESHOLD:
	case LIBC_TOP_PAD:
	case LIBC_MMAP_THRESHOLD:
	case LIBC_MMAP_MAX:
	case LIBC_PERTURB:
	case LIBC_ARENA_TEST:
	case LIBC_ARENA_MAX:
	case LIBC_MALLOPT:
		tune(g, word, number);
		break;
	case LIBC_BREAK:
		system_note_break(g, number);
		break;
	case LIBC_WORD_COUNT:
		break;
	}
}
