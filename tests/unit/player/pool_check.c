/* Recorded addresses of Python's allocators, inside of pools. */
#include "player/pool_check.h"

#include "base/error.h"
#include "support.h"
#include "trace/trace.h"

#include <string.h>

#define POOL "0x7f1234567"

static void check(const char *words, struct pool_check *ret_check)
{
	static const struct geometry geometry = {.alignment = 16, .pool_size = 4096};
	struct trace *trace;
	struct error err = {0};

	assert_int_equal(trace_open_memory(&trace, words, strlen(words), "t", 0, &err), 0);
	pool_check_run(ret_check, trace, &geometry, 4);
	trace_close(trace);
}

static void the_block_freed_last_is_expected(void **state)
{
	struct pool_check found;

	check("a 1 16 domain=obj at=" POOL "030\n"
	      "a 2 16 domain=obj at=" POOL "040\n"
	      "a 3 16 domain=obj at=" POOL "050\n"
	      "f 1 domain=obj at=" POOL "030\n"
	      "f 2 domain=obj at=" POOL "040\n"
	      "a 4 16 domain=obj at=" POOL "040\n"
	      "a 5 16 domain=obj at=" POOL "060\n",
		&found);
	assert_int_equal(found.pools, 1);
	assert_int_equal(found.predicted, 2);
	assert_int_equal(found.differences, 1);
	assert_int_equal(found.first.items[0].event, 6);
	assert_int_equal(found.first.items[0].kind, POOL_ORDER);
	assert_int_equal(found.first.items[0].expected, 0x7f1234567030);
	pool_check_finish(&found);
}

/* A large request lies there; where it is free again no block is. */
static void what_no_pool_has_is_not_expected(void **state)
{
	struct pool_check found;

	check("a 1 16 domain=obj at=" POOL "030\n"
	      "a 2 600 domain=obj at=" POOL "010\n"
	      "f 2 domain=obj at=" POOL "010\n"
	      "a 3 16 domain=obj at=" POOL "040\n",
		&found);
	assert_int_equal(found.below, 1);
	assert_int_equal(found.requests, 2);
	assert_int_equal(found.differences, 0);
	pool_check_finish(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_block_freed_last_is_expected),
		cmocka_unit_test(what_no_pool_has_is_not_expected),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
