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

/* As memray writes it: a free and an allocation. The block keeps the class that it had. */
static void a_reallocation_in_place_is_no_new_block(void **state)
{
	struct pool_check found;

	check("a 1 64 call=malloc domain=obj at=" POOL "030\n"
	      "a 2 64 call=malloc domain=obj at=" POOL "070\n"
	      "f 2 call=free domain=obj at=" POOL "070\n"
	      "a 3 48 call=realloc domain=obj at=" POOL "070\n"
	      "f 1 call=free domain=obj at=" POOL "030\n"
	      "a 4 64 call=malloc domain=obj at=" POOL "030\n",
		&found);
	assert_int_equal(found.differences, 0);
	assert_int_equal(found.predicted, 1);
	assert_int_equal(found.outside, 0);
	pool_check_finish(&found);
}

/* Its first half is the event before it, of the same thread. */
static void a_free_of_another_thread_begins_no_reallocation(void **state)
{
	struct pool_check found;

	check("a 1 64 call=malloc domain=obj at=" POOL "030\n"
	      "a 2 64 call=malloc domain=obj at=" POOL "070\n"
	      "f 2 call=free domain=obj at=" POOL "070 thread=1\n"
	      "a 3 48 call=realloc domain=obj at=" POOL "070 thread=2\n",
		&found);
	assert_int_equal(found.differences, 1);
	assert_int_equal(found.first.items[0].kind, POOL_PLACE);
	pool_check_finish(&found);

	check("a 1 64 call=malloc domain=obj at=" POOL "030\n"
	      "a 2 64 call=malloc domain=obj at=" POOL "070\n"
	      "f 2 call=free domain=obj at=" POOL "070 thread=2\n"
	      "a 3 48 call=realloc domain=obj at=" POOL "070 thread=2\n",
		&found);
	assert_int_equal(found.differences, 0);
	pool_check_finish(&found);
}

/* A raw request, and a large block that was made small: neither is in a pool. */
static void what_memray_does_not_tell_apart_is_outside(void **state)
{
	struct pool_check found;

	check("a 1 32 call=malloc domain=obj at=0x55550740\n"
	      "a 2 600 call=malloc domain=obj at=0x55558030\n"
	      "f 2 call=free domain=obj at=0x55558030\n"
	      "a 3 48 call=realloc domain=obj at=0x55558030\n"
	      "f ? call=free domain=obj at=0x55559000\n"
	      "a 4 48 call=realloc domain=obj at=0x5555a030\n",
		&found);
	assert_int_equal(found.differences, 0);
	assert_int_equal(found.outside, 3);
	assert_int_equal(found.pools, 0);
	pool_check_finish(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_block_freed_last_is_expected),
		cmocka_unit_test(what_no_pool_has_is_not_expected),
		cmocka_unit_test(a_reallocation_in_place_is_no_new_block),
		cmocka_unit_test(a_free_of_another_thread_begins_no_reallocation),
		cmocka_unit_test(what_memray_does_not_tell_apart_is_outside),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
