/*
 * The spaces of a recorded virtual machine by example: what is committed and filled, and what
 * cannot be. After each event: the decision, and every space with what is filled of it.
 */
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "heap/heap.h"
#include "support.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define EDEN 0x100000u
#define OLD  0x200000u

static const struct step {
	const char *what;
	struct event event;
	const char *expected;
} steps[] = {
	{"a space is committed",
		{.kind = EVENT_MAP, .domain = DOMAIN_EDEN, .address = EDEN, .size = 8192},
		"space-committed; Eden 0 of 8192"},
	{"another one", {.kind = EVENT_MAP, .domain = DOMAIN_OLD, .address = OLD, .size = 4096},
		"space-committed; Eden 0 of 8192; old 0 of 4096"},
	{"it is larger while it is empty",
		{.kind = EVENT_MAP, .domain = DOMAIN_OLD, .address = OLD, .size = 20000},
		"space-committed; Eden 0 of 8192; old 0 of 20480"},
	{"more than is committed cannot be filled",
		{.kind = EVENT_ALLOCATE,
			.domain = DOMAIN_EDEN,
			.address = EDEN,
			.size = 8193,
			.object = 1},
		"no-space; Eden 0 of 8192; old 0 of 20480"},
	{"the least that can be",
		{.kind = EVENT_ALLOCATE,
			.domain = DOMAIN_EDEN,
			.address = EDEN,
			.size = 1,
			.object = 1},
		"space-filled; Eden 1 of 8192; old 0 of 20480"},
	{"nothing of it goes while a byte is filled",
		{.kind = EVENT_UNMAP, .domain = DOMAIN_EDEN, .address = EDEN},
		"space-not-committed; Eden 1 of 8192; old 0 of 20480"},
	{"its end may, up to there",
		{.kind = EVENT_MAP, .domain = DOMAIN_EDEN, .address = EDEN, .size = 1},
		"space-committed; Eden 1 of 4096; old 0 of 20480"},
	{"it is larger while it is filled",
		{.kind = EVENT_MAP, .domain = DOMAIN_EDEN, .address = EDEN, .size = 12288},
		"space-committed; Eden 1 of 12288; old 0 of 20480"},
	{"the top rises to the end",
		{.kind = EVENT_REALLOCATE,
			.domain = DOMAIN_EDEN,
			.address = EDEN,
			.size = 12288,
			.object = 1},
		"space-filled; Eden 12288 of 12288; old 0 of 20480"},
	{"less than is filled cannot be committed",
		{.kind = EVENT_MAP, .domain = DOMAIN_EDEN, .address = EDEN, .size = 8192},
		"space-not-committed; Eden 12288 of 12288; old 0 of 20480"},
	{"nor what is another's",
		{.kind = EVENT_MAP, .domain = DOMAIN_EDEN, .address = EDEN, .size = OLD - EDEN + 1},
		"space-not-committed; Eden 12288 of 12288; old 0 of 20480"},
	{"a space is no other kind's",
		{.kind = EVENT_MAP, .domain = DOMAIN_SURVIVOR, .address = OLD, .size = 4096},
		"space-not-committed; Eden 12288 of 12288; old 0 of 20480"},
	{"none begins within a page",
		{.kind = EVENT_MAP,
			.domain = DOMAIN_SURVIVOR,
			.address = OLD + 0x10001,
			.size = 4096},
		"space-not-committed; Eden 12288 of 12288; old 0 of 20480"},
	{"it is emptied", {.kind = EVENT_FREE, .domain = DOMAIN_EDEN, .address = EDEN, .object = 1},
		"space-emptied; Eden 0 of 12288; old 0 of 20480"},
	{"what is empty goes", {.kind = EVENT_UNMAP, .domain = DOMAIN_EDEN, .address = EDEN},
		"space-uncommitted; old 0 of 20480"},
	{"and its place is another's",
		{.kind = EVENT_MAP, .domain = DOMAIN_OLD, .address = EDEN, .size = 8192},
		"space-committed; old 0 0 of 8192; old 1 0 of 20480"},
};

static char *state_after(struct heap *heap, const struct event *event)
{
	const struct engine *engine = heap_layer(heap, 0);
	struct decision_log log = {0};
	struct text text = {0};
	struct effect effect;
	struct error err;

	heap_apply(heap, 0, event, &log, &effect);
	if (heap_check(heap, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < log.count; i++)
		text_add(&text, "%s%s", i ? " " : "", log.items[i].kind->name);
	for (size_t i = 0; i < engine_region_count(engine); i++) {
		struct region region;
		engine_region(engine, i, &region);
		text_add(&text, "; %s %" PRIu64 " of %" PRIu64, region.name, region.used,
			region.size);
	}
	return text_detach(&text);
}

static void spaces_are_as_the_log_has_them_where_that_can_be(void **state)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;

	assert_int_equal(heap_new(&heap, "spaces", options, &err), 0);
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		struct event event = steps[i].event;
		event.text = TEXT_NONE;
		if (event.object == 0)
			event.object = OBJECT_NONE;
		char *found = state_after(heap, &event);
		if (strcmp(found, steps[i].expected) != 0)
			fail_msg("%s: %s", steps[i].what, found);
		free(found);
	}
	heap_free(heap);
	options_free(options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spaces_are_as_the_log_has_them_where_that_can_be),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
