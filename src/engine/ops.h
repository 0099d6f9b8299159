/*
 * What an engine consists of, for those who write one; docs/engines.md has an example.
 *
 * An engine is one .c file, or one folder, that ends in a `const struct engine_ops`, and one line
 * in the table of engines/table.c. Everything it knows is in flat arrays (flat/flat.h), so that the
 * player can copy it. It gets its memory from its page source, or from the engine below it, and
 * never from the system. Its decisions and their sentences stand beside it (decision.h).
 */
#ifndef ENGINE_OPS_H
#define ENGINE_OPS_H

#include "engine/decision.h"
#include "engine/description.h"
#include "engine/graph.h"
#include "engine/page_source.h"
#include "engine/request.h"
#include "flat/flat.h"

#include <stddef.h>

struct error;
struct engine;
struct options;
struct option_spec;
struct text;

/*
 * Callbacks without a remark are mandatory; engine_new() checks.  Callers use the engine_…()
 * functions of engine.h. Descriptions may be asked for between any two requests.
 */
struct engine_ops {
	const char *name;    /* for --engine */
	const char *summary; /* one line */
	/* the subject of "… holds 1 MiB": "Python"; NULL: "The allocator" */
	const char *holder;
	const struct option_spec *options; /* its parameters; NULL when it has none */
	/* name of the engine it is stacked on by default, NULL for none */
	const char *below;
	/* the option whose value names another engine to be stacked on; NULL: there is none */
	const char *below_option;
	/* the kinds that it decides, beside those of decision.h, ended by NULL; or NULL */
	const struct decision_kind *const *decisions;
	/* bytes of the engine's own struct, whose first member is a struct engine */
	size_t state_size;
	/*
	 * its one region is a power of two long, and so is every block, at a multiple of its size
	 * from the region's base; a list for each size, from the smallest
	 */
	bool halves;
	bool runs_code; /* not ours: only a person may name it, never a trace */
	/* it simulates nothing: every block lies at request.recorded, or is refused */
	bool as_recorded;
	/*
	 * its regions are spaces, each filled from its base up to a top: what is free is room above
	 * the tops, and no hole
	 */
	bool has_spaces;
	bool begins_empty; /* a heap, though it has no region before the first request */

	/*
	 * The name of the engine to take instead of this one, given the options; NULL: none.
	 * Optional.
	 */
	const char *(*instead)(const struct options *options);

	/*
	 * Prepares an engine whose base part is set; registers its arrays with
	 * flat_add(&engine->flat, …).
	 */
	int (*init)(struct engine *engine, const struct options *options, struct error *err);

	/* Releases what init took, flat arrays excepted.  Optional. */
	void (*finish)(struct engine *engine);

	/*
	 * Serves a request: OUTCOME_PLACED and *ret_placement, OUTCOME_NO_MEMORY or
	 * OUTCOME_NO_ANSWER, or, of 0 bytes, OUTCOME_NOTHING.
	 */
	enum outcome (*allocate)(struct engine *engine, const struct request *request,
		struct placement *ret_placement);

	/* Takes back the block whose address is given: OUTCOME_RELEASED or OUTCOME_INVALID. */
	enum outcome (*release)(struct engine *engine, uint64_t address);

	/*
	 * The program calls free(NULL), which is allowed: for an engine that runs code of others,
	 * which has to bear it. Optional.
	 */
	void (*release_null)(struct engine *engine);

	/*
	 * The program frees an address where none of its live blocks begins, or asks for another
	 * size there; nothing changes. Decides what the allocator would do with it, as far as the
	 * state says that. Optional.
	 */
	void (*misused)(struct engine *engine, const struct misuse *misuse);

	/*
	 * As C's realloc of a block that exists: OUTCOME_PLACED (moved or not), OUTCOME_NO_MEMORY,
	 * OUTCOME_NO_ANSWER, OUTCOME_INVALID, or OUTCOME_RELEASED where the modelled allocator
	 * frees on size 0.
	 */
	enum outcome (*reallocate)(struct engine *engine, uint64_t address,
		const struct request *request, struct placement *ret_placement);

	/*
	 * The short way of allocate() and release(), without decisions, for what is plain. take():
	 * a request that engine->plain says is; no address: nothing has changed, and allocate() has
	 * to serve it. give(): a block of this very engine, whose placement had a place. Neither
	 * asks the engine below, and what maps or unmaps memory sets a bit of `happened`.
	 * Optional, together.
	 */
	struct placed (*take)(struct engine *engine, uint64_t size);
	void (*give)(struct engine *engine, uint64_t address, uint32_t place);

	/*
	 * The block at the address will be released or reallocated soon: fetches the memory that
	 * this will need, and changes nothing. place: that of its placement. Optional.
	 */
	void (*expect)(const struct engine *engine, uint64_t address, uint32_t place);

	/*
	 * The traced Python mapped an arena there, or gave it back: for engines that do not map
	 * their own. Optional, together.
	 */
	void (*mapped)(struct engine *engine, uint64_t base, uint64_t bytes);
	void (*unmapped)(struct engine *engine, uint64_t base);

	/*
	 * The traced virtual machine has committed so many bytes to a space (a domain from
	 * DOMAIN_SPACES on) that lies at the base, or at 0: where it lies is not known; 0 bytes:
	 * the space is gone. For engines that show what it had. Optional.
	 */
	void (*commit)(struct engine *engine, enum domain space, uint64_t base, uint64_t bytes);

	/*
	 * What moves the C library's allocator and is no request, with its number: for an engine
	 * that models it.  Optional.
	 */
	void (*library)(struct engine *engine, enum libc_word word, uint64_t number);

	/*
	 * The object at `from` refers to the one at `to` from now on; and: a collection of that
	 * generation, 0 the youngest, is asked for.  An engine that has these finds out itself what
	 * can be reached (engine.graph), and may move blocks and drop them within allocate() and
	 * collect(); its release() is the program's word that it will not use the block again.
	 * Optional, together.
	 */
	void (*stored)(struct engine *engine, uint64_t from, uint64_t to);
	void (*collect)(struct engine *engine, unsigned generation);

	/* Regions in address order. */
	size_t (*region_count)(const struct engine *engine);
	void (*region)(const struct engine *engine, size_t at, struct region *ret_region);

	/*
	 * The region that holds the address, by kind, serial, base and size alone; false when none
	 * does. In constant time, for one event after the other.  Optional.
	 */
	bool (*region_of)(const struct engine *engine, uint64_t address, struct region *ret_region);

	/* Page `page` of region `at`; optional when no region has pages. */
	void (*page)(const struct engine *engine, size_t at, size_t page, struct page *ret_page);

	/*
	 * Every span that overlaps [from, to), in address order.  Costs what is visited, not what
	 * lies before.  The part of the address space that is not the engine's is passed over.
	 */
	void (*spans)(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
		void *user);

	/*
	 * Bytes handed out within [from, to): what a map cell shows at any scale.  At most O(log
	 * n).
	 */
	uint64_t (*used_between)(const struct engine *engine, uint64_t from, uint64_t to);

	/*
	 * Own lists; entries are copied from the `from`th on, giving how many.  Optional, together.
	 */
	size_t (*list_count)(const struct engine *engine);
	void (*list)(const struct engine *engine, size_t at, struct list *ret_list);
	size_t (*list_entries)(const struct engine *engine, size_t at, uint64_t from,
		struct list_entry *ret_entries, size_t n);

	/*
	 * Kinds of free memory, ended by one without a name, and the lists of a kind that a thread
	 * or an arena has: how many, consecutive from *ret_first on; 0: there is no such thread or
	 * arena. Optional, together.
	 */
	const struct free_kind *kinds;
	size_t (*lists_of)(const struct engine *engine, size_t kind, uint32_t owner,
		size_t *ret_first);

	/*
	 * Words in memory, in address order, that describe the block or hole at the address: up to
	 * n, giving how many. Optional.
	 */
	size_t (*words)(const struct engine *engine, uint64_t address,
		struct memory_word *ret_words, size_t n);

	/*
	 * The bookkeeping struct of the page at address, or of the region where it has no pages, or
	 * at address 0 what the engine says of itself as a whole: up to n fields, giving how many.
	 * Optional.
	 */
	size_t (*fields)(const struct engine *engine, uint64_t address, struct field *ret_fields,
		size_t n);

	/*
	 * The places in its regions that have a name (head, top): up to n, giving how many.
	 * Optional.
	 */
	size_t (*landmarks)(const struct engine *engine, struct landmark *ret_landmarks, size_t n);

	/*
	 * The struct that keeps region `at` (pymalloc's arena_object), in the same way. Optional.
	 */
	size_t (*region_fields)(const struct engine *engine, size_t at, struct field *ret_fields,
		size_t n);

	/*
	 * Searches for the cause of what went wrong at the last request, for that many
	 * milliseconds, and sets engine->cause when it has found it; true: it is over. Changes
	 * nothing else. Optional.
	 */
	bool (*search)(struct engine *engine, unsigned milliseconds);

	/* The bytes of the block at the address that are damaged; false: none is. Optional. */
	bool (*damage)(const struct engine *engine, uint64_t address, struct damage *ret_damage);

	/* Of an engine that only lets so much pass.  Optional. */
	void (*gauge)(const struct engine *engine, struct gauge *ret_gauge);

	/* Size classes from the smallest; optional. */
	size_t (*class_count)(const struct engine *engine);
	void (*class_info)(const struct engine *engine, size_t at, struct size_class *ret_class);

	/* Costs O(1) or O(classes): kept up to date, not counted. */
	void (*totals)(const struct engine *engine, struct totals *ret_totals);

	/*
	 * Statistics as the original prints them: the names of the reports ("debugmallocstats"),
	 * ended by NULL, and the text of one. Optional, together.
	 */
	const char *const *reports;
	void (*report)(const struct engine *engine, size_t at, struct text *text);

	/*
	 * Re-derives everything from the structure and compares: 0, or -1 and what does not hold.
	 * Slow.
	 */
	int (*check)(const struct engine *engine, struct error *err);
};

#define SIZE_NOT_SAID UINT64_MAX

struct engine {
	const struct engine_ops *ops;
	/* borrowed; where requests are passed on to; NULL at the bottom */
	struct engine *below;
	struct page_source *pages; /* borrowed */
	struct decision_log *log;  /* borrowed; NULL: decisions are not kept */
	/* borrowed; where decisions about arenas go while no others are kept; or NULL */
	struct decision_log *arena_log;
	struct graph *graph; /* borrowed; NULL: which objects there are is not known */
	uint64_t number;     /* of the event that is applied, for words */
	uint32_t thread;     /* whose call it is */
	enum call call;      /* which function was called; of a free it may be any */
	/* bytes that a free says its block has, as it was asked for; SIZE_NOT_SAID: it does not */
	uint64_t said_size;
	/*
	 * the block of this call goes to request->recorded, whatever the engine would decide: for
	 * an engine that can, and whose caller compares its decisions with recorded ones
	 */
	bool follows;
	/* what a plug-in did wrong, in words; NULL: nothing since the caller cleared it */
	const char *failure;
	/* what a search has found to be the cause of that, or of a request that got nothing */
	const char *cause;
	uint32_t happened;   /* HAPPENED_ bits since the caller cleared it */
	bool takes_recorded; /* set by init(): its arenas lie where the recorded ones did */
	/*
	 * set by init(): take() serves requests of 1 to `most` bytes, at most HEAP_SMALL, without
	 * an alignment in these domains, a bit for each; 0: none
	 */
	struct {
		uint64_t most;
		uint32_t domains;
	} plain;
	struct flat flat; /* everything that is state */
};

/*
 * Appends a decision to the log of the request that is served, if there is one. A macro, since the
 * operands, of which many are addresses, are only worked out then.
 */
#define decide(engine, kind, a, b, c, d) decide_in((engine)->log, kind, a, b, c, d)

/* The same for a log that may be NULL: where it is known to be, nothing is left of it. */
#define decide_in(log, kind, a, b, c, d) \
	do { \
		struct decision_log *kept_in = (log); \
		if (__builtin_expect(kept_in != NULL, false)) \
			decision_keep(kept_in, kind, a, b, c, d); \
	} while (0)

/* Of an arena that came or went: also said where only that is wanted. */
static inline void decide_arena(struct engine *engine, const struct decision_kind *kind, uint64_t a,
	uint64_t b, uint64_t c, uint64_t d)
{
	decision_add(engine->log ? engine->log : engine->arena_log, kind, a, b, c, d);
}

#endif
