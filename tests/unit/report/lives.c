/* What each caller's blocks came to: events at random, counted here block by block. */
#include "report/lives.h"

#include "base/error.h"
#include "base/text.h"
#include "support.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <string.h>

#define OBJECTS 3000u
#define EVENTS  20000u

#define LINES \
	"name 0x8000000000000001 load (svc.py:1)\nsite 1 0x8000000000000001\n" \
	"name 0x8000000000000002 merge (svc.py:2)\nsite 2 0x8000000000000002\n"

/* As the test counts it. */
struct known {
	uint32_t site; /* 0: not live */
	uint64_t size, since;
};

/* The object is made, resized at a line, or freed; so are others, in no order. */
static void add_event(struct text *record, struct known *known, uint32_t number, uint64_t at)
{
	struct known *object = &known[number % OBJECTS];
	uint64_t size = 16 + number % 700;
	uint32_t site = 1 + number / 7 % 2;

	if (object->site == 0) {
		text_add(record, "a %u %" PRIu64 " site=%u\n", number % OBJECTS, size, site);
		*object = (struct known){site, size, at};
	} else if (number % 3 == 0) {
		text_add(record, "r %u %" PRIu64 " site=%u\n", number % OBJECTS, size, site);
		object->since = site == object->site ? object->since : at;
		object->site = site;
		object->size = size;
	} else {
		text_add(record, "f %u\n", number % OBJECTS);
		object->site = 0;
	}
}

static void add_events(struct text *record, struct known *known)
{
	uint32_t seed = 7;

	text_add(record, "%s", LINES);
	for (uint64_t at = 0; at < EVENTS; at++) {
		seed = seed * 1664525u + 1013904223u;
		add_event(record, known, seed >> 8, at);
	}
}

static void assert_same(const struct lives *lives, const struct known *known)
{
	uint64_t live = 0, bytes = 0, of_lives = 0;
	struct lived lived;

	for (uint32_t i = 0; i < OBJECTS; i++) {
		bool is_live = known[i].site != 0;
		assert_int_equal(lives_find(lives, i, &lived), is_live);
		live += is_live;
		bytes += is_live ? known[i].size : 0;
		if (!is_live)
			continue;
		assert_int_equal(lived.site, known[i].site);
		assert_int_equal(lived.size, known[i].size);
		assert_int_equal(lived.since, known[i].since);
	}
	for (size_t at = 0; lives_next(lives, &at, &lived);) {
		assert_int_not_equal(known[lived.object].site, 0);
		live--;
	}
	assert_int_equal(live, 0);
	for (size_t i = 0; i < lives->count; i++)
		of_lives += lives->items[i].live_bytes;
	assert_int_equal(of_lives, bytes);
}

static void a_block_is_known_as_long_as_it_lives(void **state)
{
	struct known known[OBJECTS] = {{0}};
	struct text record = {0};
	struct trace *trace;
	struct lives lives;
	struct error err;

	add_events(&record, known);
	assert_int_equal(trace_open_memory(&trace, text_of(&record), record.length, "t", 0, &err),
		0);
	struct symbols *symbols = symbols_new(trace);
	struct callers *callers = callers_new(trace, symbols);
	lives_read(&lives, trace, callers, trace_length(trace), NULL);
	assert_same(&lives, known);
	/* Memory grows with the most that were live, not with the events. */
	assert_true(lives.blocks.count <= OBJECTS);
	lives_finish(&lives);
	callers_free(callers);
	symbols_free(symbols);
	trace_close(trace);
	text_finish(&record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_is_known_as_long_as_it_lives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
