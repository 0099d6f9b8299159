/*
 * `arenascope placements`: the place of every block, one line per event, for comparison with other
 * allocators.
 */
#include "base/arrays.h"
#include "base/digits.h"
#include "base/error.h"
#include "base/progress.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/plugin_notes.h"
#include "cmd/output.h"
#include "engines/pymalloc/decisions.h"
#include "heap/heap.h"
#include "heap/placements.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FLUSH_BYTES (64u << 10)
#define BATCH       4096u

/* The bases by which addresses are named. */
struct bases {
	const struct heap *heap;
	bool has_arenas;
};

/* A line is written where there is room for the longest one, with a cursor behind its last byte. */
#define LINE_MAX (64u + 8 * DIGITS_MAX)

static inline char *put_words(char *at, const char *words)
{
	size_t length = strlen(words);

	memcpy(at, words, length);
	return at + length;
}

static char *begin_at(struct text *out)
{
	return (char *)text_room(out, LINE_MAX);
}

static void end_at(struct text *out, char *end)
{
	char *begin = (char *)text_room(out, 0);

	*end++ = '\n';
	text_extend(out, (size_t)(end - begin));
}

/* An arena that came or went at the event. */
struct arena_change {
	uint64_t serial;
	bool is_mapped;
};

/* Arenas that were looked up since one came or went, by the bits of an address above these. */
#define KNOWN_ARENAS 1024u
#define ARENA_BITS   18u /* of the smallest ones */

struct known_arena {
	uint64_t base, end; /* both 0: none */
	uint64_t serial;
};

struct placing {
	struct heap *heap;
	struct bases bases;
	struct known_arena arenas[KNOWN_ARENAS];
	ARRAY(struct arena_change)
	changes; /* that have no line yet: of one event, many thousands */
	struct text out;
	struct error failure; /* the first one of the engine or the plug-in */
	uint64_t at;          /* events applied */
};

/* A decision_log's take(): keeps an arena that was mapped or unmapped for its line. */
static void note_arena(void *user, const struct decision *decision)
{
	struct placing *placing = user;
	bool is_mapped = decision->kind == &decision_arena_mapped;

	if (is_mapped || decision->kind == &decision_arena_unmapped)
		*array_push(&placing->changes) = (struct arena_change){decision->a, is_mapped};
}

/* The lines of the arenas that came and went at the event. */
static void add_arenas(struct placing *placing, uint64_t number)
{
	if (placing->changes.count == 0)
		return;
	for (size_t i = 0; i < placing->changes.count; i++) {
		const struct arena_change *change = &placing->changes.items[i];
		char *at = digits_put(begin_at(&placing->out), number);
		at = put_words(at, change->is_mapped ? " +arena " : " -arena ");
		end_at(&placing->out, digits_put(at, change->serial));
	}
	placing->changes.count = 0;
	memset(placing->arenas, 0, sizeof(placing->arenas));
}

/* "NUMBER KIND OBJECT" */
static char *put_subject(char *at, uint64_t number, const struct event *event)
{
	at = digits_put(at, number);
	*at++ = ' ';
	at = put_words(at, event_kind_letter((enum event_kind)event->kind));
	*at++ = ' ';
	if (event->object != OBJECT_NONE)
		return digits_put(at, event->object);
	return put_words(at, event->kind == EVENT_FREE && event->address == 0 ? "-1" : "?");
}

/*
 * The address at which a simulated library mapped a block has no meaning; other heaps than the
 * first have numbers.
 */
static char *put_offset(char *at, const struct engine *engine, const struct region *region,
	uint64_t address)
{
	if (region->kind == REGION_MAPPING && !engine_is_as_recorded(engine))
		return put_words(at, "mmap");
	if (region->kind == REGION_ARENA) {
		at = digits_put(at, region->serial);
		*at++ = ' ';
	}
	return digits_put(at, address - region->base);
}

static char *put_place(char *at, const struct bases *bases, const struct effect *effect)
{
	/* the engine of the block */
	const struct engine *engine = heap_layer(bases->heap, effect->layer);
	struct region region;

	*at++ = ' ';
	if (bases->has_arenas && effect->layer > 0)
		return put_words(at, "raw");
	engine_region_of(engine, effect->address, &region);
	if (!bases->has_arenas)
		return put_offset(at, engine, &region, effect->address);
	at = digits_put(at, region.serial);
	*at++ = ' ';
	return digits_put(at, effect->address - region.base);
}

static char *put_outcome(char *at, const struct bases *bases, const struct effect *effect)
{
	switch (effect->outcome) {
	case OUTCOME_PLACED:
		return put_place(at, bases, effect);
	case OUTCOME_NO_MEMORY:
		return put_words(at, " oom");
	case OUTCOME_NO_ANSWER:
		return put_words(at, " no-answer");
	case OUTCOME_RELEASED:
		return put_words(at, " freed");
	case OUTCOME_NOTHING:
		return put_words(at, " null");
	case OUTCOME_INVALID:
		break;
	}
	return put_words(at, " invalid");
}

static void add_event(struct text *out, const struct bases *bases, uint64_t number,
	const struct event *event, const struct effect *effect)
{
	if (event->kind == EVENT_FREE) {
		if (effect->outcome == OUTCOME_INVALID)
			end_at(out,
				put_words(put_subject(begin_at(out), number, event), " invalid"));
		return;
	}
	bool is_new = event_makes_counted(event);
	if (event->kind != EVENT_ALLOCATE && event->kind != EVENT_REALLOCATE && !is_new)
		return;
	if (effect->outcome == OUTCOME_NOTHING && !effect_is_null(effect))
		return; /* the call had failed when it was recorded */
	char *at = put_subject(begin_at(out), number, event);
	*at++ = ' ';
	at = digits_put(at, event->size);
	end_at(out, put_outcome(at, bases, effect));
}

/* Adds the counted objects that died at the event. */
static void add_died(struct text *out, uint64_t number, const struct heap *heap)
{
	const struct live *died;
	size_t n = heap_died(heap, &died);

	for (size_t i = 0; i < n; i++) {
		char *at = put_words(digits_put(begin_at(out), number), " died ");
		end_at(out, digits_put(at, died[i].object));
	}
}

/* The arena that holds the address, which is in one. */
static const struct known_arena *arena_at(struct placing *placing, uint64_t address)
{
	struct known_arena *arena = &placing->arenas[(address >> ARENA_BITS) & (KNOWN_ARENAS - 1)];
	struct region region;

	if (address < arena->base || address >= arena->end) {
		engine_region_of(heap_layer(placing->heap, 0), address, &region);
		*arena =
			(struct known_arena){region.base, region.base + region.size, region.serial};
	}
	return arena;
}

/* A placement_visit: the line of a block of an arena. */
static void add_plain(void *user, uint64_t number, const struct event *event, uint64_t address)
{
	struct placing *placing = user;
	const struct known_arena *arena = arena_at(placing, address);

	char *at = digits_put(begin_at(&placing->out), number);
	*at++ = ' ';
	*at++ = 'a';
	*at++ = ' ';
	at = digits_put(at, event->object);
	*at++ = ' ';
	at = digits_put(at, event->size);
	*at++ = ' ';
	at = digits_put(at, arena->serial);
	*at++ = ' ';
	end_at(&placing->out, digits_put(at, address - arena->base));
}

/* Applies the next events as far as they are plain; gives how many. */
static size_t place_plain(struct placing *placing, const struct event *events, size_t n,
	size_t known)
{
	const struct passage passage = {placing->at, events, n, known};

	if (!placing->bases.has_arenas)
		return 0;
	size_t placed = heap_place(placing->heap, &passage, add_plain, placing);
	placing->at += placed;
	if (placed > 0)
		add_arenas(placing, placing->at - 1);
	return placed;
}

static void note_failure(struct placing *placing, uint64_t number)
{
	struct text words = {0};

	heap_explain(placing->heap, &words);
	error_set(&placing->failure, "event %" PRIu64 ": %s", number, text_of(&words));
	text_finish(&words);
}

/* Applies the next event, whatever it is. */
static void place_one(struct placing *placing, const struct event *event, size_t known)
{
	struct heap *heap = placing->heap;
	uint64_t number = placing->at++;
	struct effect effect;

	heap_expect(heap, event, known);
	heap_apply(heap, number, event, NULL, &effect);
	add_arenas(placing, number);
	add_event(&placing->out, &placing->bases, number, event, &effect);
	if (effect_is_broken(&effect) && !placing->failure.text[0])
		note_failure(placing, number);
	add_died(&placing->out, number, heap);
}

/* Plays the next n events, of those that are known, and prints their lines. */
static int print_batch(struct placing *placing, const struct event *events, size_t n, size_t known,
	struct error *err)
{
	struct text *out = &placing->out;

	for (size_t i = 0; i < n;) {
		i += place_plain(placing, &events[i], n - i, known - i);
		if (i < n) {
			place_one(placing, &events[i], known - i);
			i++;
		}
	}
	if (out->length < FLUSH_BYTES)
		return 0;
	int result = cmd_print(out->bytes, out->length, err);
	text_clear(out);
	return result;
}

static int print_all(struct placing *placing, struct trace *trace, struct error *err)
{
	const struct event *events;
	int result = 0;
	size_t n;

	trace_read_ahead(trace);
	while (result == 0 && (events = trace_borrow(trace, placing->at, &n))) {
		progress_say("playing", "events", placing->at, trace_length(trace));
		result = print_batch(placing, events, n < BATCH ? n : BATCH, n, err);
	}
	if (result == 0)
		result = cmd_print(text_of(&placing->out), placing->out.length, err);
	if (result == 0 && placing->failure.text[0])
		result = error_set(err, "%s", placing->failure.text);
	return result;
}

static int run(const struct cmd_call *call, struct error *err)
{
	struct placing placing = {0};
	struct decision_log log = {.take = note_arena, .user = &placing};

	if (heap_new(&placing.heap, call->engine, call->options, err) < 0)
		return EXIT_TROUBLE;
	print_plugin_notes();
	placing.bases.heap = placing.heap;
	placing.bases.has_arenas = engine_has_pages(heap_layer(placing.heap, 0));
	if (placing.bases.has_arenas)
		heap_watch_arenas(placing.heap, &log);
	int result = print_all(&placing, call->trace, err);
	text_finish(&placing.out);
	array_finish(&placing.changes);
	heap_free(placing.heap);
	return result < 0 ? EXIT_TROUBLE : EXIT_FINE;
}

const struct cmd cmd_placements = {
	.name = "placements",
	.summary = "print where every block was placed, one event per line",
	.usage = "[OPTIONS] TRACE",
	.words = 1,
	.details = "  EVENT a|r ID SIZE ARENA OFFSET   a block of an arena (numbered as mapped)\n"
		   "  EVENT a|r ID SIZE raw            a block of the layer below\n"
		   "  EVENT +arena N, EVENT -arena N   an arena mapped, unmapped\n"
		   "  EVENT a|r ID SIZE OFFSET         a block of a heap\n"
		   "  EVENT a|r ID SIZE mmap           a block that glibc mapped\n"
		   "  EVENT a|r ID SIZE oom            out of memory\n"
		   "  EVENT a|r ID SIZE null           0 bytes, for which a plug-in returned NULL\n"
		   "  EVENT a|r ID SIZE no-answer      the plug-in failed, or had ended before\n"
		   "  EVENT r ID 0 freed               a heap's realloc to 0 bytes frees\n"
		   "  EVENT f ID invalid               a free of a block that is not live\n"
		   "  EVENT new|weak ID SIZE …         a counted object, as with a\n"
		   "  EVENT died ID                    an object that died at the event\n"
		   "\nEvents are numbered from 0, including notes and marks.\n",
	.flags = CMD_TAKES_ENGINE | CMD_OPENS_TRACE,
	.run = run,
};
