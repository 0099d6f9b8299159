/* Censuses: comments in, what is read of them out; damaged ones say less, and nothing false. */
#include "trace/census.h"

#include "base/error.h"
#include "base/text.h"
#include "support.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <string.h>

/* "step 64, 9 blocks, 144 B;: f0; a.rows (dict) 3 blocks 48 B 2 items, by load: 10 20;" */
static void describe(const struct census *census, struct text *out)
{
	text_add(out, "step %" PRIu64 ", %" PRIu64 " blocks, %" PRIu64 " B%s;", census->step,
		census->blocks, census->bytes, census->is_cut ? ", cut" : "");
	for (size_t i = 0; i < census->owners.count; i++) {
		const struct census_owner *owner = &census->owners.items[i];
		if (i > 0)
			text_add(out, " %s (%s) %" PRIu64 " blocks %" PRIu64 " B %" PRId64 " items",
				owner->name, owner->type, owner->blocks, owner->bytes,
				owner->items);
		if (owner->users)
			text_add(out, ", by %s", owner->users);
		text_add(out, ":");
		for (size_t j = 0; j < census->samples.count; j++) {
			const struct census_sample *sample = &census->samples.items[j];
			if (sample->owner != i)
				continue;
			text_add(out, " %" PRIx64, sample->address);
			if (sample->weight > 0)
				text_add(out, " of %" PRIu64, sample->weight);
		}
		text_add(out, ";");
	}
}

static void read_at(const char *comments, uint64_t position, struct text *out)
{
	struct trace *trace;
	struct census census;
	struct error err;
	struct text text = {0};

	text_add(&text, "%s", comments);
	assert_int_equal(trace_open_memory(&trace, text_of(&text), text.length, "t", 0, &err), 0);
	if (census_read(&census, trace, position))
		describe(&census, out);
	else
		text_add(out, "none");
	census_finish(&census);
	trace_close(trace);
	text_finish(&text);
}

#define HEAD  "#: census blocks=9 bytes=144 step=64\n"
#define OWNER "#: owner 1 blocks=3 bytes=48 items=2 type=dict name=a.rows\n"
#define READ  "step 64, 9 blocks, 144 B;:; a.rows (dict) 3 blocks 48 B 2 items"

static const char *const cases[][2] = {
	{HEAD OWNER
		"#: user 1 load (a.py:1)\n#: user 1 f (a.py:9)\n#: kept 1 10 20\n#: kept 0 f0\n",
		"step 64, 9 blocks, 144 B;: f0; a.rows (dict) 3 blocks 48 B 2 items, by load "
		"(a.py:1), f (a.py:9): 10 20;"},
	{"#: census blocks=1 bytes=16 step=1 cut\n", "step 1, 1 blocks, 16 B, cut;:;"},
	{HEAD "#: owner 1 blocks=3 bytes=48 type=set name=a['x blocks=7']\n",
		"step 64, 9 blocks, 144 B;:; a['x blocks=7'] (set) 3 blocks 48 B -1 items:;"},
	/* it says how many lines follow; the program may end before they are there */
	{"#: census blocks=9 bytes=144 step=64 lines=2\n" OWNER "#: kept 1 10\n", READ ": 10;"},
	{"#: census blocks=9 bytes=144 step=64 lines=3\n" OWNER "# nothing\n#: kept 1 10\n",
		"step 64, 9 blocks, 144 B, cut;:; a.rows (dict) 3 blocks 48 B 2 items: 10;"},
	{"#: census blocks=9 bytes=144 step=64 lines=1\n#: census blocks=9 bytes=144 step=64\n" OWNER,
		READ ":;"},
	/* the later one */
	{HEAD OWNER "#: kept 1 10\n#: census blocks=1 bytes=16 step=1\n",
		"step 1, 1 blocks, 16 B;:;"},
	/* no census */
	{"# nothing\n", "none"},
	{"#: censuses blocks=9 bytes=144 step=64\n" OWNER, "none"},
	{OWNER "#: kept 1 10\n#: user 1 f\n", "none"},
	/* without a step that makes sense its samples say nothing */
	{"#: census blocks=9 bytes=144\n" OWNER, "none"},
	{"#: census blocks=9 bytes=144 step=0\n" OWNER, "none"},
	{"#: census blocks=9 bytes=144 step=-1\n" OWNER, "none"},
	{"#: census blocks=9 bytes=144 step=18446744073709551615\n" OWNER, "none"},
	{"#: census blocks=9 bytes=144 step=99999999999999999999\n" OWNER, "none"},
	/* numbers that are none, or too large */
	{"#: census blocks=-9 bytes=99999999999999999999 step=64\n", "step 64, 0 blocks, 0 B;:;"},
	{HEAD "#: owner 1 blocks=-3 bytes=-48 items=-7 type=dict name=a\n",
		"step 64, 9 blocks, 144 B;:; a (dict) 0 blocks 0 B -1 items:;"},
	{HEAD "#: owner 1 items=9999999999999999999 type=dict name=a\n",
		"step 64, 9 blocks, 144 B;:; a (dict) 0 blocks 0 B -1 items:;"},
	{HEAD "#: owner 1\n", "step 64, 9 blocks, 144 B;:;"},
	{HEAD "#: owner 1 \n", "step 64, 9 blocks, 144 B;:;"},
	{HEAD "#: owner 1 name=\n", "step 64, 9 blocks, 144 B;:;  () 0 blocks 0 B -1 items:;"},
	/* owners that are out of order, or are none */
	{HEAD "#: owner 2 blocks=3 name=a\n#: owner 0 blocks=3 name=a\n#: owner -1 name=a\n"
	      "#: owner x name=a\n#: owner\n",
		"step 64, 9 blocks, 144 B;:;"},
	{HEAD OWNER OWNER, READ ":;"},
	{HEAD OWNER "#: user 2 f\n#: user -1 f\n#: user 1\n#: user\n#: user 1f\n", READ ":;"},
	/* -18446744073709551615 is 1 for strtoul() */
	{HEAD OWNER "#: kept -18446744073709551615 10\n#: kept 2 10\n#: kept 1\n#: kept\n",
		READ ":;"},
	{HEAD OWNER "#: kept 1 10 -20 30\n#: kept 1 40 zz 50\n#: kept 1 60  70\n",
		READ ": 10 40 60;"},
	{HEAD OWNER "#: kept 1 fffffffffffffffff 10\n", READ ":;"},
	/* what a block weighs, where that is more than its bytes */
	{HEAD OWNER "#: kept 1 10+40 20+1f 30\n", READ ": 10 of 64 20 of 31 30;"},
	{HEAD OWNER "#: kept 1 10+zz 20\n#: kept 1 30+ 40\n#: kept 1 50+-1 60\n",
		READ ": 10 30 40 50;"},
};

static void test_comments_are_read(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct text out = {0};
		read_at(cases[i][0], 0, &out);
		assert_string_equal(text_of(&out), cases[i][1]);
		text_finish(&out);
	}
}

/* A census is of moments up to a few thousand events before it, also of the last one there is. */
static void test_of_a_moment(void **state)
{
	static const uint64_t moments[] = {0, 1, UINT64_MAX};

	for (size_t i = 0; i < sizeof(moments) / sizeof(*moments); i++) {
		struct text out = {0};
		read_at(HEAD OWNER, moments[i], &out);
		assert_string_equal(text_of(&out), READ ":;");
		text_finish(&out);
	}
}

#define OLD \
	"#: census blocks=1 bytes=16 step=64\n#: owner 1 blocks=1 bytes=16 type=dict name=a.old\n"

/*
 * One that comes after another mark is of that one: what the program had may be gone by then. What
 * the kernel says is a part of the mark.
 */
static void test_of_a_mark(void **state)
{
	static const char *const records[][2] = {
		{OLD "a 0 16\nmark one\na 1 16\n" HEAD OWNER, "a.rows"},
		{OLD "a 0 16\nmark one\nmark kernel: private 1, resident 2, swapped 0\n"
		     "a 1 16\n" HEAD OWNER,
			"a.rows"},
		{OLD "a 0 16\nmark one\na 1 16\n" HEAD OWNER
		     "mark interpreter shuts down\n#: census blocks=1 bytes=16 step=64\n",
			"a.rows"},
		{OLD "a 0 16\nmark one\nf 0\nmark interpreter shuts down\n" HEAD OWNER, "a.old"},
		{OLD "a 0 16\nmark one\nf 0\nmark two\na 1 16\n" HEAD OWNER, "a.old"},
		{OLD "a 0 16\nnote here\nmark two\n" HEAD OWNER, "a.rows"},
	};

	for (size_t i = 0; i < sizeof(records) / sizeof(*records); i++) {
		struct text out = {0};
		read_at(records[i][0], 2, &out);
		if (!strstr(text_of(&out), records[i][1]))
			fail_msg("%zu: %s", i, text_of(&out));
		text_finish(&out);
	}
}

/* A million comments: of samples and users only as many are kept as a census has. */
static void test_many(void **state)
{
	struct text text = {0};
	struct trace *trace;
	struct census census;
	struct error err;

	text_add(&text, HEAD OWNER);
	for (int i = 0; i < 500000; i++)
		text_add(&text, "#: kept 1 %x\n#: user 1 f%d\n", i * 16, i);
	assert_int_equal(trace_open_memory(&trace, text_of(&text), text.length, "t", 0, &err), 0);
	assert_true(census_read(&census, trace, 0));
	assert_int_equal(census.samples.count, 65536);
	assert_in_range(strlen(census.owners.items[1].users), 1000, 1100);
	census_finish(&census);
	trace_close(trace);
	text_finish(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comments_are_read),
		cmocka_unit_test(test_of_a_moment),
		cmocka_unit_test(test_of_a_mark),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
