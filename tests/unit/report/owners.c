/* Which variables keep what lines have made: a trace with a census, and what is said of it. */
#include "report/owners.h"

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "heap/heap.h"
#include "heap/metrics.h"
#include "report/selection.h"
#include "support.h"

#include <inttypes.h>
#include <string.h>

#define CALLERS_MAX 4u

#define LINES \
	"name 0x8000000000000001 load (svc.py:1)\nsite 1 0x8000000000000001\n" \
	"name 0x8000000000000002 merge (svc.py:2)\nsite 2 0x8000000000000002\n"
/* Two blocks of load, one of merge. */
#define BLOCKS "a 0 512 at=0x1000 site=1\na 1 512 at=0x2000 site=1\na 2 1024 at=0x3000 site=2\n"
#define EIGHT_SMALL_BLOCKS \
	"a 0 64 at=0x1000 site=1\na 1 64 at=0x1040 site=1\na 2 64 at=0x1080 site=1\n" \
	"a 3 64 at=0x10c0 site=1\na 4 64 at=0x1100 site=1\na 5 64 at=0x1140 site=1\n" \
	"a 6 64 at=0x1180 site=1\na 7 64 at=0x11c0 site=1\n"
#define TWO_OWNERS \
	"#: census blocks=3 bytes=2048 step=512\n" \
	"#: owner 1 blocks=1 bytes=512 type=dict name=svc.rows\n" \
	"#: owner 2 blocks=2 bytes=1536 type=list name=svc.queue\n"

/* "; objects 1, 2, perhaps 3 more": blocks taken for the owner's, and those of lines without a sample. */
static void add_selected(struct text *out, const struct owners *owners, const struct lives *lives,
	uint32_t owner)
{
	struct selection selection;
	bool is_first = true;

	selection_of_owner(&selection, lives, owners, owner);
	for (uint32_t object = 0; object < lives->objects; object++)
		if (selection_has(&selection, object)) {
			text_add(out, "%s%" PRIu32, is_first ? "; objects " : ", ", object);
			is_first = false;
		}
	uint64_t sure = selection.blocks;
	selection_add_unsampled(&selection, lives, owners);
	if (selection.blocks > sure)
		text_add(out, ", perhaps %" PRIu64 " more", selection.blocks - sure);
	selection_finish(&selection);
}

/* "svc.queue 1536: merge (svc.py:2) 1024, load (svc.py:1) 512; objects 1, 2", for each with bytes. */
static void add_owner(struct text *out, const struct owners *owners, const struct lives *lives,
	const struct callers *callers, uint32_t owner)
{
	uint32_t lines[CALLERS_MAX];
	size_t n = owners_callers(owners, owner, lines, CALLERS_MAX);

	if (owners->bytes[owner] == 0)
		return;
	text_add(out, "%s %" PRIu64, owners->census.owners.items[owner].name, owners->bytes[owner]);
	for (size_t i = 0; i < n; i++)
		text_add(out, "%s %s %" PRIu64, i ? "," : ":", callers_name(callers, lines[i]),
			owners_part(owners, owner, lines[i]));
	add_selected(out, owners, lives, owner);
	text_add(out, "\n");
}

/* "most: svc.queue", and for each line the variable that keeps most of it. */
static void add_most(struct text *out, const struct owners *owners, const struct callers *callers)
{
	uint32_t most = owners_largest(owners);

	text_add(out, "most: %s\n", most ? owners->census.owners.items[most].name : "none");
	for (uint32_t caller = 1; owners->count > 0 && caller < owners->callers; caller++) {
		uint64_t bytes = 0;
		uint32_t owner = owners_of_caller(owners, caller, &bytes);
		if (owner)
			text_add(out, "%s: %s %" PRIu64 "\n", callers_name(callers, caller),
				owners->census.owners.items[owner].name, bytes);
	}
}

static void assert_said(const char *record, const char *expected)
{
	struct options *options = options_new();
	struct metrics metrics = {0};
	struct text said = {0};
	struct trace *trace;
	struct owners owners;
	struct lives lives;
	struct heap *heap;
	struct error err;

	if (engine_find("recorded")->options)
		options_add_table(options, engine_find("recorded")->options);
	assert_int_equal(trace_open_memory(&trace, record, strlen(record), "t", 0, &err), 0);
	assert_int_equal(heap_new(&heap, "recorded", options, &err), 0);
	uint64_t end = trace_length(trace);
	metrics_play(&metrics, heap, trace, 0, end, &err);
	struct symbols *symbols = symbols_new(trace);
	struct callers *callers = callers_new(trace, symbols);
	lives_read(&lives, trace, callers, end, heap);
	owners_find(&owners, trace, &lives, end);
	if (owners.newer > 0)
		text_add(&said, "newer: %" PRIu64 " of %" PRIu64 " B\n", owners.newer,
			owners.newer_bytes);
	if (owners.count > 0 && !owners_are_of_moment(&owners))
		text_add(&said, "not of this moment: shares are of %" PRIu64 " B\n",
			owners.old_bytes);
	for (uint32_t i = 1; i < owners.count; i++)
		add_owner(&said, &owners, &lives, callers, i);
	add_most(&said, &owners, callers);
	assert_string_equal(text_of(&said), expected);
	text_finish(&said);
	owners_finish(&owners);
	lives_finish(&lives);
	callers_free(callers);
	symbols_free(symbols);
	heap_free(heap);
	trace_close(trace);
	options_free(options);
}

static void a_variable_may_keep_blocks_of_several_lines(void **state)
{
	assert_said(LINES BLOCKS TWO_OWNERS "#: kept 1 1000\n#: kept 2 2000 3000\n",
		"svc.rows 512: load (svc.py:1) 512; objects 0\n"
		"svc.queue 1536: merge (svc.py:2) 1024, load (svc.py:1) 512; objects 1, 2\n"
		"most: svc.queue\n"
		"load (svc.py:1): svc.rows 512\n"
		"merge (svc.py:2): svc.queue 1024\n");
}

static void what_is_freed_since_is_kept_by_no_variable(void **state)
{
	assert_said(LINES BLOCKS TWO_OWNERS "#: kept 1 1000\n#: kept 2 2000 3000\nf 2\n",
		"svc.rows 512: load (svc.py:1) 512; objects 0\n"
		"svc.queue 512: load (svc.py:1) 512; objects 1\n"
		"most: svc.rows\n"
		"load (svc.py:1): svc.rows 512\n");
}

static void a_block_that_was_made_since_is_another_at_the_same_address(void **state)
{
	assert_said(LINES BLOCKS TWO_OWNERS
		"#: kept 1 1000\n#: kept 2 3000\nf 2\na 3 1024 at=0x3000 site=2\n",
		"newer: 1 of 1024 B\n"
		"not of this moment: shares are of 1024 B\n"
		"svc.rows 512: load (svc.py:1) 512; objects 0\n"
		"most: svc.rows\n"
		"load (svc.py:1): svc.rows 512\n");
}

/* One of 512 / 64 = 8 such blocks is in the sample. */
static void a_small_block_of_the_sample_stands_for_those_that_were_not_taken(void **state)
{
	assert_said(LINES EIGHT_SMALL_BLOCKS
		"#: census blocks=8 bytes=512 step=512\n"
		"#: owner 1 blocks=8 bytes=512 type=dict name=svc.rows\n#: kept 1 1000\n",
		"svc.rows 512: load (svc.py:1) 512; objects 0, 1, 2, 3, 4, 5, 6, 7\n"
		"most: svc.rows\n"
		"load (svc.py:1): svc.rows 512\n");
}

/* Each goes with the nearest sample; from one that is far from all nothing is known. */
static void a_small_block_is_of_whom_its_neighbours_are(void **state)
{
	assert_said(LINES EIGHT_SMALL_BLOCKS
		"a 8 400 at=0x2000 site=1\na 9 400 at=0x2200 site=1\na 10 64 at=0x2400 site=1\n"
		"#: census blocks=11 bytes=1376 step=512\n"
		"#: owner 1 blocks=8 bytes=512 type=dict name=svc.rows\n"
		"#: owner 2 blocks=3 bytes=864 type=list name=svc.queue\n"
		"#: kept 1 1040\n#: kept 2 2000\n",
		"svc.rows 512: load (svc.py:1) 512; objects 0, 1, 2, 3, 4\n"
		"svc.queue 512: load (svc.py:1) 512; objects 5, 6, 7, 8, 9, 10\n"
		"most: svc.rows\n"
		"load (svc.py:1): svc.rows 512\n");
}

/* 64 bytes that keep 192 more had a chance of 256 / 512: two such blocks. */
/* A line with few small blocks has no sample: the owner may keep these, too. */
static void lines_without_a_sample_may_be_anybodys(void **state)
{
	assert_said(LINES
		"name 0x8000000000000003 note (svc.py:3)\nsite 3 0x8000000000000003\n" BLOCKS
		"a 3 24 at=0x5000 site=3\na 4 24 at=0x5040 site=3\na 5 900 at=0x5080 site=3\n"
		"#: census blocks=6 bytes=2996 step=512\n"
		"#: owner 1 blocks=3 bytes=2048 type=dict name=svc.rows\n"
		"#: kept 1 1000 2000 3000\n",
		"svc.rows 2048: load (svc.py:1) 1024, merge (svc.py:2) 1024; objects 0, 1, 2, perhaps 2 more\n"
		"most: svc.rows\n"
		"load (svc.py:1): svc.rows 1024\n"
		"merge (svc.py:2): svc.rows 1024\n");
}

static void a_block_that_keeps_much_stands_for_fewer(void **state)
{
	assert_said(LINES EIGHT_SMALL_BLOCKS
		"#: census blocks=8 bytes=512 step=512\n"
		"#: owner 1 blocks=8 bytes=512 type=dict name=svc.rows\n"
		"#: kept 1 1000+100 1040+200\n",
		"svc.rows 192: load (svc.py:1) 192\n"
		"most: svc.rows\n"
		"load (svc.py:1): svc.rows 192\n");
}

static void what_samples_stand_for_is_no_more_than_there_is(void **state)
{
	assert_said(LINES EIGHT_SMALL_BLOCKS
		"#: census blocks=8 bytes=512 step=512\n"
		"#: owner 1 blocks=6 bytes=384 type=dict name=svc.rows\n"
		"#: owner 2 blocks=2 bytes=128 type=list name=svc.queue\n"
		"#: kept 1 1000 1040 1080\n#: kept 2 10c0\n",
		"svc.rows 384: load (svc.py:1) 384; objects 0, 1, 2\n"
		"svc.queue 128: load (svc.py:1) 128; objects 3, 4, 5, 6, 7\n"
		"most: svc.rows\n"
		"load (svc.py:1): svc.rows 384\n");
}

static void a_trace_without_a_census_names_no_variable(void **state)
{
	assert_said(LINES BLOCKS, "most: none\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_variable_may_keep_blocks_of_several_lines),
		cmocka_unit_test(what_is_freed_since_is_kept_by_no_variable),
		cmocka_unit_test(a_block_that_was_made_since_is_another_at_the_same_address),
		cmocka_unit_test(a_small_block_of_the_sample_stands_for_those_that_were_not_taken),
		cmocka_unit_test(a_small_block_is_of_whom_its_neighbours_are),
		cmocka_unit_test(lines_without_a_sample_may_be_anybodys),
		cmocka_unit_test(a_block_that_keeps_much_stands_for_fewer),
		cmocka_unit_test(what_samples_stand_for_is_no_more_than_there_is),
		cmocka_unit_test(a_trace_without_a_census_names_no_variable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
