/* See setups.h. */
#include "setups.h"

#include "base/error.h"
#include "base/options.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const struct setup setups[] = {
	{"pymalloc", {{"python", "classic"}}},
	{"pymalloc", {{"python", "3.8"}, {"arenas", "heap"}}},
	{"pymalloc", {{"python", "3.9"}}},
	{"pymalloc", {{"python", "3.11"}}},
	{"pymalloc", {{"python", "3.8"}, {"arenas", "recorded"}}},
	{"pymalloc", {{"python", "3.13"}, {"arenas", "recorded"}, {"malloc", "below"}}},
	{"heap", {{"heap-header", "0"}, {"heap-align", "1"}, {"heap-size", "20000"}}},
	{"heap", {{"heap-header", "8"}, {"heap-align", "16"}}},
	{"heap", {{"heap-header", "4"}, {"heap-align", "8"}, {"heap-size", "30001"}}},
	{"buddy", {{"buddy-size", "64K"}, {"buddy-min", "8"}}},
	{"budget", {{"limit", "30000"}, {"heap-size", "40000"}}},
	{"pool", {{"block", "600"}, {"blocks", "50"}, {"slabs", "0"}}},
	{"pool", {{"block", "100"}, {"blocks", "7"}, {"slabs", "20"}, {"pools", "3"}}},
	{"heap", {{"heap-fit", "next"}, {"heap-coalesce", "demand"}, {"heap-size", "40000"}}},
	{"heap", {{"heap-fit", "best"}, {"heap-order", "size"}, {"heap-coalesce", "demand"}}},
	{"heap", {{"heap-fit", "next"}, {"heap-order", "front"}, {"heap-size", "20000"}}},
	{"heap", {{"heap-fit", "worst"}, {"heap-order", "back"}, {"heap-coalesce", "off"}}},
	{"glibc", {{"glibc", "2.31"}, {"mmap-threshold", "20000"}}},
	{"glibc", {{"glibc", "2.36"}}},
	{"glibc", {{"glibc", "2.39"}, {"top-pad", "0"}, {"trim-threshold", "0"}}},
	{"glibc", {{"glibc", "2.41"}, {"tcache-count", "0"}, {"arena-max", "2"}}},
	{"glibc", {{"glibc", "2.43"}, {"tcache-max", "64K"}, {"tcache-count", "2"}}},
	{"recorded", {{NULL}}},
	{"recorded", {{"recorded-chunks", "none"}}},
	{"recorded", {{"arenas", "recorded"}, {"python", "3.11"}}},
	{"recorded", {{"arenas", "recorded"}, {"python", "3.8"}}},
	{"heap", {{"ostep", NULL}, {"heap-size", "30000"}, {"heap-order", "size-down"},
			 {"heap-coalesce", "on"}}},
	{"generational", {{"eden", "8K"}, {"survivor", "2K"}, {"old", "30000"}, {"tenure", "3"}}},
	{"glibc", {{"glibc", "2.36"}, {"mmap-threshold", "500"}}},
	{"spaces", {{NULL}}},
	{"region", {{"chunk", "2K"}}},
	{"region", {{"chunk", "700"}, {"monotonic", NULL}}},
	{"ring", {{"ring-size", "12K"}}},
};

static_assert(sizeof(setups) / sizeof(*setups) == SETUPS, "the header counts them");

struct heap *heap_for(const struct setup *setup)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++)
		options_add_table(options, engines[i]->options);
	for (size_t i = 0; i < 4 && setup->options[i][0]; i++)
		assert_int_equal(options_set(options, setup->options[i][0], setup->options[i][1],
					 &err),
			0);
	assert_int_equal(heap_new(&heap, setup->engine, options, &err), 0);
	options_free(options);
	return heap;
}

const char *setup_name(const struct setup *setup)
{
	static char name[160];
	size_t length = (size_t)snprintf(name, sizeof(name), "%s", setup->engine);

	for (size_t i = 0; i < 4 && setup->options[i][0]; i++) {
		const char *value = setup->options[i][1];
		length += (size_t)snprintf(name + length, sizeof(name) - length, " --%s%s%s",
			setup->options[i][0], value ? " " : "", value ? value : "");
		assert(length < sizeof(name));
	}
	return name;
}

void dice_init_for(struct dice *dice, const struct setup *setup, uint64_t test)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

	for (const char *at = setup_name(setup); *at; at++)
		hash = (hash ^ (uint8_t)*at) * UINT64_C(0x100000001b3);
	dice_init(dice, hash + test);
}

#define ARENAS UINT64_C(0x7f1200000000)

static uint64_t place_of_arena(uint64_t place)
{
	return ARENAS + place * 0xc0000 + place % 3 * 4096 + place % 5 * 16;
}

/*
 * Maps or unmaps an arena of the real program: aligned or not, of any version, some of them
 * overlapping.
 */
static struct event random_arena(struct dice *dice)
{
	struct event event = {.object = OBJECT_NONE, .text = TEXT_NONE, .domain = DOMAIN_ARENA};
	uint64_t place = dice_roll(dice, 40);

	event.kind = dice_roll(dice, 3) ? EVENT_MAP : EVENT_UNMAP;
	event.address = place_of_arena(place);
	event.size = dice_roll(dice, 2) ? 1u << 20 : 256u << 10;
	return event;
}

/*
 * A space of a virtual machine: committed, made larger or smaller, filled or emptied, at one of a
 * few bases that are too near each other, or at none.
 */
static struct event random_space(struct dice *dice)
{
	static const enum event_kind kinds[] = {EVENT_MAP, EVENT_MAP, EVENT_UNMAP, EVENT_ALLOCATE,
		EVENT_ALLOCATE, EVENT_REALLOCATE, EVENT_FREE};
	uint64_t place = dice_roll(dice, 9);
	struct event event = {.kind = (uint8_t)kinds[dice_roll(dice, 7)],
		.object = (uint32_t)(30 + place),
		.text = TEXT_NONE,
		.domain = (uint8_t)(DOMAIN_SPACES + place % (DOMAIN_COUNT - DOMAIN_SPACES)),
		.size = dice_roll(dice, 50000)};

	if (place < 7)
		event.address = UINT64_C(0xff000000) + place * 0x8000;
	return event;
}

/*
 * An address in the real program: mostly one possible for a chunk of glibc or a block of a pool,
 * sometimes near others, on top of another, in its own mapping, anywhere, or not known.
 */
static uint64_t random_address(struct dice *dice, const struct event *event)
{
	uint64_t heap = UINT64_C(0x555500000000) + dice_roll(dice, 3) * 0x180000;
	uint64_t class = (event->size + 15) / 16 * 16, pool = dice_roll(dice, 2) ? 16384 : 4096;

	switch (dice_roll(dice, 20)) {
	case 0:
		return 0;
	case 1:
		return dice_roll(dice, UINT64_MAX);
	case 2:
		return heap + dice_roll(dice, 1 << 20);
	case 3:
		return UINT64_C(0x7f5500000010) + dice_roll(dice, 60) * 4096;
	case 4:
	case 5:
	case 6:
	case 7:
	case 8:
	case 9:
		if (class > 0 && class <= 512)
			return (place_of_arena(dice_roll(dice, 40)) / pool + 1 +
				       dice_roll(dice, 12)) *
				       pool +
			       48 + dice_roll(dice, 3000 / class) * class;
	}
	return heap + dice_roll(dice, 400) * 640 + 16;
}

/* Some events become the program's entering and leaving of methods, or a use of an object. */
static void vary(struct event *event)
{
	if (event->kind == EVENT_COLLECT && event->other % 3 != 0) {
		event->kind = event->other % 3 == 1 ? EVENT_ENTER : EVENT_LEAVE;
		event->thread = event->other % 2;
		event->other = event->kind == EVENT_ENTER ? event->other % FRAME_WORD_COUNT : 0;
		event->size = 0;
	} else if (event->kind == EVENT_REF && event->other > 26) {
		event->kind = EVENT_USE;
		event->other = event->other % USE_WORD_COUNT;
		event->other = event->other == USE_MISS ? USE_KEEP : event->other;
		event->offset = event_is_of_cache(event) ? 0 : (int64_t)event->object * 9 - 20;
		event->size = event->object;
	}
}

/* References between few objects, so that most of them exist; also collections. */
static struct event random_counted(struct dice *dice)
{
	static const uint8_t kinds[] = {EVENT_NEW, EVENT_NEW, EVENT_REF, EVENT_REF, EVENT_REF,
		EVENT_UNREF, EVENT_UNREF, EVENT_WEAK, EVENT_COLLECT, EVENT_GC, EVENT_WHEN};
	struct event event = {.kind = kinds[dice_roll(dice, sizeof(kinds))],
		.object = (uint32_t)dice_roll(dice, 30),
		.text = TEXT_NONE,
		.other = (uint32_t)dice_roll(dice, 30)};

	if (event.kind == EVENT_NEW)
		event.flags = (uint8_t)(dice_roll(dice, 4) ? EVENT_TRACKED : 0) |
			      (uint8_t[]){0, 0, EVENT_FINALIZER,
				      EVENT_FINALIZER | EVENT_RESURRECTS}[dice_roll(dice, 4)];
	if (event.kind == EVENT_NEW || event.kind == EVENT_WEAK)
		event.size = dice_roll(dice, 520);
	if (event.kind == EVENT_WEAK)
		event.callback = dice_roll(dice, 2) ? OBJECT_NONE : (uint32_t)dice_roll(dice, 30);
	if (event.kind == EVENT_WHEN) {
		event.callback = (uint32_t)dice_roll(dice, 30);
		event.size = dice_roll(dice, 2);
	}
	if (event_has_other(&event) && event.kind != EVENT_WEAK && dice_roll(dice, 2))
		event.other = OBJECT_NONE;
	if (event.kind == EVENT_COLLECT || event.kind == EVENT_GC)
		event.object = OBJECT_NONE;
	if (event.kind == EVENT_COLLECT)
		event.size = dice_roll(dice, GENERATIONS);
	if (event.kind == EVENT_GC) {
		event.other = (uint32_t[]){GC_THRESHOLDS, GC_FREEZE, GC_UNFREEZE,
			GC_OTHERS}[dice_roll(dice, 4)];
		if (event.other == GC_THRESHOLDS || event.other == GC_OTHERS)
			event.size = dice_roll(dice, 9);
		if (event.other == GC_THRESHOLDS)
			event.older[0] = event.older[1] = 2;
	}
	if (event.kind == EVENT_NEW || event.kind == EVENT_WEAK)
		event.address = random_address(dice, &event);
	vary(&event);
	return event;
}

/* Random events of every kind, faults among them. */
struct event random_event(struct dice *dice, uint32_t objects)
{
	struct event event = {.object = (uint32_t)dice_roll(dice, objects), .text = TEXT_NONE};
	uint64_t kind = dice_roll(dice, 100);

	if (dice_roll(dice, 100) == 0)
		return random_arena(dice);
	if (dice_roll(dice, 5) == 0)
		return random_counted(dice);
	event.kind = kind < 50 ? EVENT_ALLOCATE : kind < 85 ? EVENT_FREE : EVENT_REALLOCATE;
	event.size = dice_roll(dice, 10) == 0 ? dice_roll(dice, 3000) : dice_roll(dice, 520);
	event.thread = event.object % 3;
	event.call = event.object % 5 ? CALL_MALLOC : CALL_CALLOC;
	if (event.kind == EVENT_ALLOCATE && dice_roll(dice, 20) == 0)
		event.alignment = UINT64_C(1) << dice_roll(dice, 13);
	if (dice_roll(dice, 200) == 0)
		event.flags |= EVENT_FAILED;
	if (dice_roll(dice, 4) == 0)
		event.domain = (uint8_t)(DOMAIN_RAW + dice_roll(dice, 3));
	if (dice_roll(dice, 100) == 0)
		event.object = OBJECT_NONE;
	if (dice_roll(dice, 150) == 0) {
		event.kind = EVENT_MAP;
		event.size = dice_roll(dice, 20000);
	}
	if (event.kind != EVENT_FREE && dice_roll(dice, 60) == 0)
		event.size += 150000;
	if (event.kind != EVENT_FREE)
		event.address = random_address(dice, &event);
	return event;
}

/* A thread ends, or the program sets or trims the C library's allocator, or moves its break. */
static struct event random_libc(struct dice *dice)
{
	static const enum libc_word words[] = {LIBC_THREAD_END, LIBC_BREAK, LIBC_TRIM, LIBC_MXFAST,
		LIBC_TRIM_THRESHOLD, LIBC_TOP_PAD, LIBC_MMAP_THRESHOLD, LIBC_MMAP_MAX, LIBC_PERTURB,
		LIBC_ARENA_TEST, LIBC_ARENA_MAX, LIBC_MALLOPT};
	struct event event = {.kind = EVENT_LIBC,
		.object = OBJECT_NONE,
		.text = TEXT_NONE,
		.other = words[dice_roll(dice, sizeof(words) / sizeof(*words))],
		.thread = (uint32_t)dice_roll(dice, 4)};

	if (event.other == LIBC_BREAK)
		event.size = UINT64_C(0x555500000000) + dice_roll(dice, 100) * 4096;
	else if (event.other == LIBC_TRIM || event.other == LIBC_TRIM_THRESHOLD ||
		 event.other == LIBC_TOP_PAD || event.other == LIBC_MMAP_THRESHOLD)
		event.size = dice_roll(dice, 2) ? dice_roll(dice, 200000) : 131072;
	else if (event.other != LIBC_THREAD_END && event.other != LIBC_MALLOPT)
		event.size = dice_roll(dice, 160);
	return event;
}

struct event random_event_for(const struct setup *setup, struct dice *dice, uint32_t objects)
{
	if (strcmp(setup->engine, "spaces") == 0 && dice_roll(dice, 2))
		return random_space(dice);
	return random_event(dice, objects);
}

struct event random_event_or_setting(const struct setup *setup, struct dice *dice, uint32_t objects)
{
	if (strcmp(setup->engine, "glibc") == 0 && dice_roll(dice, 60) == 0)
		return random_libc(dice);
	return random_event_for(setup, dice, objects);
}
