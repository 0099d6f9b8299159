/*
 * Every fit, order and way of coalescing of the heap, and --ostep with every combination of its
 * options, compared with lists that are walked: the place of each block, the number of entries
 * checked, and the whole free list after each operation.
 */
#include "base/error.h"
#include "base/options.h"
#include "engines/freelist/decisions.h"
#include "heap/heap.h"
#include "support.h"

#include <stdio.h>
#include <string.h>

#define BASE       UINT64_C(0x10000000)
#define OBJECTS    60u
#define HOLES      800u
#define NOWHERE    UINT64_MAX
#define CAPACITY   600u
#define OPERATIONS 1000u /* of each setup: the heap is full after fifty */

enum order { ADDRESS, SIZE_UP, SIZE_DOWN, FRONT, BACK };
enum coalesce { ON, OFF, DEMAND };

static const char *const fits[] = {"first", "next", "best", "worst"};
static const char *const orders[] = {"address", "size", "size-down", "front", "back"};
static const char *const coalesces[] = {"on", "off", "demand"};

struct setup {
	enum fit fit;
	enum order order;
	enum coalesce coalesce;
	uint64_t header, align;
	bool is_ostep;
};

/* ---- the model ----------------------------------------------------------------------------- */

/* A hole, or the mark before which next fit stopped, which keeps the size of its hole. */
struct item {
	uint64_t base, size;
	bool is_mark;
};

struct model {
	struct setup setup;
	struct item items[HOLES];
	size_t count;
	uint64_t rover;                        /* next fit by address */
	uint64_t base[OBJECTS], size[OBJECTS]; /* blocks; size 0: none */
	uint64_t looked[4];                    /* entries checked in each search of one operation */
	size_t searches;
};

static void insert(struct model *model, size_t at, struct item item)
{
	assert_true(model->count < HOLES);
	memmove(&model->items[at + 1], &model->items[at], (model->count - at) * sizeof(item));
	model->items[at] = item;
	model->count++;
}

static void drop(struct model *model, size_t at)
{
	memmove(&model->items[at], &model->items[at + 1],
		(model->count - at - 1) * sizeof(model->items[0]));
	model->count--;
}

static bool stands_behind(const struct model *model, const struct item *item,
	const struct item *other)
{
	switch (model->setup.order) {
	case ADDRESS:
		return item->base > other->base;
	case SIZE_UP:
		return item->size >= other->size;
	case SIZE_DOWN:
		return item->size <= other->size;
	case FRONT:
		return false;
	case BACK:
		break;
	}
	return true;
}

/* Adds the hole after the last one that precedes it in the order of the list. */
static size_t add(struct model *model, uint64_t base, uint64_t size)
{
	const struct item item = {base, size, false};
	size_t at = model->count;

	while (at > 0 && !stands_behind(model, &item, &model->items[at - 1]))
		at--;
	insert(model, at, item);
	return at;
}

/* Changes the item; returns its index afterwards. */
static size_t change(struct model *model, size_t at, uint64_t base, uint64_t size)
{
	bool moves = model->setup.order == SIZE_UP || model->setup.order == SIZE_DOWN;

	if (!model->setup.is_ostep && moves) {
		drop(model, at);
		return add(model, base, size);
	}
	model->items[at].base = base;
	model->items[at].size = size;
	return at;
}

static uint64_t block_size(const struct model *model, uint64_t request)
{
	const struct setup *setup = &model->setup;

	if (setup->is_ostep)
		return (request + setup->align - 1) / setup->align * setup->align + setup->header;
	return (request + setup->header + setup->align - 1) / setup->align * setup->align;
}

/* The base of a block in the hole, with its payload aligned; or NOWHERE. */
static uint64_t place(const struct model *model, const struct item *hole, uint64_t size,
	uint64_t alignment)
{
	uint64_t header = model->setup.header;
	uint64_t base =
		model->setup.is_ostep
			? hole->base
			: (hole->base + header + alignment - 1) / alignment * alignment - header;

	return !hole->is_mark && base + size <= hole->base + hole->size ? base : NOWHERE;
}

static bool is_better(enum fit fit, const struct item *one, const struct item *best)
{
	return fit == FIT_BEST ? one->size < best->size : one->size > best->size;
}

static size_t where_to_begin(const struct model *model)
{
	size_t at = 0;

	if (model->setup.fit != FIT_NEXT)
		return 0;
	if (model->setup.order == ADDRESS)
		while (at < model->count && model->items[at].base < model->rover)
			at++;
	else
		while (at < model->count && !model->items[at].is_mark)
			at++;
	return at < model->count ? at : 0;
}

/* Walks the list; model->count: nothing fits. */
static size_t search(struct model *model, uint64_t size, uint64_t alignment)
{
	enum fit fit = model->setup.fit;
	size_t best = model->count, begin = where_to_begin(model);
	uint64_t looked = 0;

	for (size_t i = 0; i < model->count; i++) {
		size_t at = (begin + i) % model->count;
		const struct item *item = &model->items[at];
		looked += !item->is_mark;
		if (place(model, item, size, alignment) == NOWHERE)
			continue;
		if (best == model->count || is_better(fit, item, &model->items[best]))
			best = at;
		if (fit == FIT_FIRST || fit == FIT_NEXT)
			break;
	}
	model->looked[model->searches++] = looked;
	return best;
}

/* Joins adjacent holes, from the lowest address on. */
static bool join_all(struct model *model)
{
	bool any = false;

	for (uint64_t at = BASE; at < BASE + CAPACITY;) {
		uint64_t end = at;
		size_t parts = 0;
		for (size_t i = 0; i < model->count; i++)
			if (!model->items[i].is_mark && model->items[i].base == end) {
				end += model->items[i].size;
				parts++;
				i = SIZE_MAX;
			}
		if (parts > 1) {
			for (size_t i = model->count; i-- > 0;)
				if (!model->items[i].is_mark && model->items[i].base >= at &&
					model->items[i].base < end)
					drop(model, i);
			add(model, at, end - at);
			if (model->rover > at && model->rover < end)
				model->rover = at;
			any = true;
		}
		at = end > at ? end : at + 1;
	}
	return any;
}

static void mark(struct model *model, size_t at, uint64_t size)
{
	if (model->setup.fit != FIT_NEXT || model->setup.order == ADDRESS)
		return;
	insert(model, at, (struct item){0, size, true});
	for (size_t i = 0; i < model->count; i++)
		if (i != at && model->items[i].is_mark) {
			drop(model, i);
			return;
		}
}

static void take(struct model *model, size_t at, uint64_t base, uint64_t size)
{
	const struct item hole = model->items[at];
	uint64_t gap = base - hole.base, rest = hole.base + hole.size - base - size;
	size_t old = at, behind;

	model->rover = base + size;
	if (rest) {
		if (gap) {
			change(model, at, hole.base, gap);
			behind = add(model, base + size, rest);
		} else {
			behind = change(model, at, base + size, rest);
		}
		mark(model, behind, rest);
		return;
	}
	mark(model, old + 1, hole.size);
	for (old = 0; model->items[old].is_mark || model->items[old].base != hole.base;)
		old++;
	if (gap)
		change(model, old, hole.base, gap);
	else
		drop(model, old);
}

static uint64_t allocate(struct model *model, uint64_t request, uint64_t alignment)
{
	uint64_t size = block_size(model, request);

	alignment = alignment > model->setup.align ? alignment : model->setup.align;
	size_t at = search(model, size, alignment);
	if (at == model->count && model->setup.coalesce == DEMAND && join_all(model))
		at = search(model, size, alignment);
	if (at == model->count)
		return NOWHERE;
	uint64_t base = place(model, &model->items[at], size, alignment);
	take(model, at, base, size);
	return base;
}

static void sort_by_size(struct model *model)
{
	for (size_t i = 1; i < model->count; i++)
		for (size_t j = i;
			j > 0 && (model->setup.order == SIZE_UP
						 ? model->items[j].size < model->items[j - 1].size
						 : model->items[j].size > model->items[j - 1].size);
			j--) {
			struct item item = model->items[j];
			model->items[j] = model->items[j - 1];
			model->items[j - 1] = item;
		}
}

/*
 * As in the tool of the textbook: added, sorted if necessary, and joined in one pass over the list.
 */
static void free_as_ostep(struct model *model, uint64_t base, uint64_t size)
{
	if (model->setup.order == SIZE_UP || model->setup.order == SIZE_DOWN) {
		insert(model, model->count, (struct item){base, size, false});
		sort_by_size(model);
	} else {
		add(model, base, size);
	}
	for (size_t i = 0; model->setup.coalesce == ON && i + 1 < model->count;) {
		if (model->items[i].base + model->items[i].size == model->items[i + 1].base) {
			model->items[i].size += model->items[i + 1].size;
			drop(model, i + 1);
		} else {
			i++;
		}
	}
}

static void free_bytes(struct model *model, uint64_t base, uint64_t size, bool is_tail)
{
	if (model->setup.is_ostep) {
		free_as_ostep(model, base, size);
		return;
	}
	for (size_t i = model->count; model->setup.coalesce == ON && i-- > 0;) {
		struct item item = model->items[i];
		if (item.is_mark)
			continue;
		if (item.base == base + size || (!is_tail && item.base + item.size == base)) {
			base = item.base < base ? item.base : base;
			size += item.size;
			drop(model, i);
			i = model->count;
		}
	}
	add(model, base, size);
	if (model->rover > base && model->rover < base + size)
		model->rover = base;
}

static bool grow_in_place(struct model *model, uint32_t object, uint64_t size)
{
	uint64_t end = model->base[object] + model->size[object];

	for (size_t i = 0; i < model->count; i++) {
		struct item item = model->items[i];
		if (item.is_mark || item.base != end || model->size[object] + item.size < size)
			continue;
		uint64_t rest = model->size[object] + item.size - size;
		if (rest)
			change(model, i, model->base[object] + size, rest);
		else
			drop(model, i);
		model->size[object] = size;
		return true;
	}
	return false;
}

static enum outcome reallocate(struct model *model, uint32_t object, uint64_t request)
{
	uint64_t size = block_size(model, request), old = model->size[object];

	if (size == old)
		return OUTCOME_PLACED;
	if (size < old && !model->setup.is_ostep) {
		model->size[object] = size;
		free_bytes(model, model->base[object] + size, old - size, true);
		return OUTCOME_PLACED;
	}
	if (!model->setup.is_ostep && grow_in_place(model, object, size))
		return OUTCOME_PLACED;
	uint64_t base = allocate(model, request, 0);
	if (base == NOWHERE)
		return OUTCOME_NO_MEMORY;
	free_bytes(model, model->base[object], old, false);
	model->base[object] = base;
	model->size[object] = size;
	return OUTCOME_PLACED;
}

/* ---- both ---------------------------------------------------------------------------------- */

static struct heap *heap_for(const struct setup *setup)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;
	char number[24];

	options_add_table(options, engine_find("heap")->options);
	options_set(options, "heap-size", "600", &err);
	snprintf(number, sizeof(number), "%u", (unsigned)setup->header);
	options_set(options, "heap-header", number, &err);
	snprintf(number, sizeof(number), "%u", (unsigned)setup->align);
	options_set(options, setup->is_ostep ? "ostep-align" : "heap-align", number, &err);
	options_set(options, "heap-fit", fits[setup->fit], &err);
	options_set(options, "heap-order", orders[setup->order], &err);
	options_set(options, "heap-coalesce", coalesces[setup->coalesce], &err);
	if (setup->is_ostep)
		options_set(options, "ostep", NULL, &err);
	assert_int_equal(heap_new(&heap, "heap", options, &err), 0);
	options_free(options);
	return heap;
}

static void fail_at(const struct setup *setup, unsigned at, const char *what)
{
	fail_msg("%s fit, list by %s, coalescing %s, header %u, alignment %u%s, operation %u: %s",
		fits[setup->fit], orders[setup->order], coalesces[setup->coalesce],
		(unsigned)setup->header, (unsigned)setup->align, setup->is_ostep ? ", --ostep" : "",
		at, what);
}

static void compare(const struct heap *heap, const struct model *model,
	const struct decision_log *log, unsigned at)
{
	const struct engine *engine = heap_layer(heap, 0);
	struct list_entry entries[HOLES];
	size_t n = engine_list_entries(engine, 0, 0, entries, HOLES), seen = 0;
	struct error err;

	for (size_t i = 0; i < log->count; i++)
		if (log->items[i].kind == &decision_searched &&
			(seen >= model->searches || log->items[i].a != model->looked[seen++]))
			fail_at(&model->setup, at, "another number of entries was looked at");
	if (seen != model->searches)
		fail_at(&model->setup, at, "another number of searches");
	seen = 0;
	for (size_t i = 0; i < model->count; i++) {
		if (model->items[i].is_mark)
			continue;
		if (seen >= n || entries[seen].address != model->items[i].base ||
			entries[seen].size != model->items[i].size)
			fail_at(&model->setup, at, "another free list");
		seen++;
	}
	if (seen != n)
		fail_at(&model->setup, at, "the free list is longer");
	if (at % 64 == 0 && heap_check(heap, &err) < 0)
		fail_at(&model->setup, at, err.text);
}

static struct event random_event(const struct model *model, struct dice *dice)
{
	struct event event = {.object = (uint32_t)dice_roll(dice, OBJECTS), .text = TEXT_NONE};
	bool is_live = model->size[event.object] != 0;

	event.kind = !is_live                  ? EVENT_ALLOCATE
		     : dice_roll(dice, 6) == 0 ? EVENT_REALLOCATE
					       : EVENT_FREE;
	if (event.kind != EVENT_FREE)
		event.size = 1 + dice_roll(dice, dice_roll(dice, 6) == 0 ? 90 : 24);
	if (event.kind == EVENT_ALLOCATE && dice_roll(dice, 10) == 0)
		event.alignment = UINT64_C(1) << dice_roll(dice, 7);
	return event;
}

static void must_agree(const struct setup *setup, unsigned operations)
{
	static struct model model;
	static struct decision_log log;
	struct heap *heap = heap_for(setup);
	struct dice dice;
	uint64_t lead =
		setup->is_ostep ? 0 : (setup->align - setup->header % setup->align) % setup->align;

	model = (struct model){.setup = *setup, .count = 1};
	model.items[0] = (struct item){BASE + lead, CAPACITY - lead, false};
	if (!setup->is_ostep)
		model.items[0].size -= model.items[0].size % setup->align;
	dice_init(&dice,
		1 + setup->fit + 4 * setup->order + 20 * setup->coalesce + 100 * setup->header);
	for (unsigned at = 0; at < operations; at++) {
		struct event event = random_event(&model, &dice);
		uint32_t object = event.object;
		struct effect effect;
		enum outcome outcome = OUTCOME_RELEASED;

		model.searches = 0;
		if (event.kind == EVENT_ALLOCATE) {
			model.base[object] = allocate(&model, event.size, event.alignment);
			bool is_placed = model.base[object] != NOWHERE;
			model.size[object] = is_placed ? block_size(&model, event.size) : 0;
			outcome = is_placed ? OUTCOME_PLACED : OUTCOME_NO_MEMORY;
		} else if (event.kind == EVENT_FREE) {
			free_bytes(&model, model.base[object], model.size[object], false);
			model.size[object] = 0;
		} else {
			outcome = reallocate(&model, object, event.size);
		}
		heap_apply(heap, at, &event, &log, &effect);
		if (effect.outcome != outcome)
			fail_at(setup, at, "another outcome");
		if (outcome == OUTCOME_PLACED &&
			effect.address != model.base[object] + setup->header)
			fail_at(setup, at, "another place");
		compare(heap, &model, &log, at);
	}
	heap_free(heap);
}

static void every_policy_does_what_a_walk_does(void **state)
{
	static const uint64_t layouts[][2] = {{0, 1}, {8, 16}, {5, 4}};
	struct setup setup = {0};

	for (unsigned fit = FIT_FIRST; fit <= FIT_WORST; fit++)
		for (unsigned order = ADDRESS; order <= BACK; order++)
			for (unsigned coalesce = ON; coalesce <= DEMAND; coalesce++)
				for (unsigned i = 0; i < 3; i++) {
					setup.fit = (enum fit)fit;
					setup.order = (enum order)order;
					setup.coalesce = (enum coalesce)coalesce;
					setup.header = layouts[i][0];
					setup.align = layouts[i][1];
					must_agree(&setup, OPERATIONS);
				}
}

static void the_textbooks_tool_is_matched_in_every_combination(void **state)
{
	static const enum fit its_fits[] = {FIT_FIRST, FIT_BEST, FIT_WORST};
	static const uint64_t headers[] = {0, 4, 7}, aligns[] = {1, 3, 4, 16};
	struct setup setup = {.is_ostep = true};

	for (unsigned fit = 0; fit < 3; fit++)
		for (unsigned order = ADDRESS; order <= BACK; order++)
			for (unsigned coalesce = ON; coalesce <= OFF; coalesce++)
				for (unsigned i = 0; i < 12; i++) {
					setup.fit = its_fits[fit];
					setup.order = (enum order)order;
					setup.coalesce = (enum coalesce)coalesce;
					setup.header = headers[i % 3];
					setup.align = aligns[i / 3];
					must_agree(&setup, OPERATIONS);
				}
}

static void ostep_alone_has_the_tools_defaults(void **state)
{
	struct options *options = options_new();
	struct heap *heap;
	struct error err;
	struct event event = {.kind = EVENT_ALLOCATE, .object = 1, .size = 3, .text = TEXT_NONE};
	struct effect effect;
	struct region region;

	options_add_table(options, engine_find("heap")->options);
	options_set(options, "ostep", NULL, &err);
	assert_int_equal(heap_new(&heap, "heap", options, &err), 0);
	heap_apply(heap, 0, &event, NULL, &effect);
	assert_int_equal(effect.address, BASE);
	assert_int_equal(effect.given, 3);
	engine_region(heap_layer(heap, 0), 0, &region);
	assert_int_equal(region.size, 100);
	heap_free(heap);

	options_set(options, "heap-fit", "next", &err);
	assert_int_equal(heap_new(&heap, "heap", options, &err), -1);
	assert_string_equal(err.text, "--ostep: OSTEP's malloc.py has no next fit");
	options_free(options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_policy_does_what_a_walk_does),
		cmocka_unit_test(the_textbooks_tool_is_matched_in_every_combination),
		cmocka_unit_test(ostep_alone_has_the_tools_defaults),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
