/* Both lists, the vector and the region, compared with plain arrays. */
#include "workload/region.h"
#include "workload/sequence.h"
#include "workload/vector.h"
#include "bench.h"
#include "support.h"

#include <stdalign.h>

#include <string.h>

#define LENGTH 300u

static void both_lists_hold_what_a_plain_array_holds(void **state)
{
	static const struct sequence_ops *const kinds[] = {&sequence_array, &sequence_linked};

	for (size_t kind = 0; kind < 2; kind++) {
		const struct sequence_ops *ops = kinds[kind];
		uint64_t plain[LENGTH];
		unsigned count = 0;
		struct bench bench;
		struct dice dice;

		dice_init(&dice, 9);
		bench_begin(&bench);
		struct sequence *sequence = ops->new (bench.memory, sizeof(uint64_t));
		for (uint64_t i = 0; i < 100000; i++) {
			/* out of a thousand: growth and shrinking alternate */
			unsigned odds = i / 1000 % 2 ? 300 : 700;
			bool grows =
				count == 0 || (count < LENGTH && dice_roll(&dice, 1000) < odds);
			unsigned at = (unsigned)dice_roll(&dice, count + grows);
			if (grows) {
				memmove(plain + at + 1, plain + at,
					(count++ - at) * sizeof(*plain));
				plain[at] = i;
				memcpy(ops->insert(sequence, at), &i, sizeof(i));
			} else {
				memmove(plain + at, plain + at + 1,
					(--count - at) * sizeof(*plain));
				ops->remove(sequence, at);
			}
			assert_int_equal(ops->count(sequence), count);
			if (count > 0)
				assert_memory_equal(ops->at(sequence, i % count), &plain[i % count],
					sizeof(uint64_t));
		}
		for (unsigned at = 0; at < count; at++)
			assert_memory_equal(ops->at(sequence, at), &plain[at], sizeof(uint64_t));
		ops->free(sequence);
		bench_end(&bench);
	}
}

static void push_and_check(struct memory *memory, enum growth growth, enum growing growing)
{
	struct vector vector;

	vector_init(&vector, memory, sizeof(uint64_t), growth, growing);
	for (uint64_t i = 0; i < 3000; i++)
		memcpy(vector_push(&vector), &i, sizeof(i));
	assert_int_equal(vector.count, 3000);
	for (uint64_t i = 0; i < 3000; i++)
		assert_memory_equal(vector_at(&vector, i), &i, sizeof(i));
	vector_finish(&vector);
}

static void a_vector_keeps_its_elements_however_it_grows(void **state)
{
	struct bench bench;

	for (enum growth growth = GROWTH_DOUBLE; growth <= GROWTH_FIXED; growth++)
		for (enum growing growing = GROWING_BY_COPY; growing <= GROWING_BY_RESIZE;
			growing++) {
			bench_begin(&bench);
			push_and_check(bench.memory, growth, growing);
			bench_end(&bench);

			bench_begin(&bench);
			struct memory *region = region_new(bench.memory);
			push_and_check(region, growth, growing);
			region_free(region);
			bench_end(&bench);
		}
}

static void a_region_asks_for_chunks_and_gives_all_back_at_once(void **state)
{
	struct bench bench;
	unsigned char *blocks[600];

	bench_begin(&bench);
	struct memory *region = region_new(bench.memory);
	for (unsigned i = 0; i < 600; i++) {
		blocks[i] = memory_allocate(region, i * 7 % 100, "test");
		memset(blocks[i], (int)(i & 0xff), i * 7 % 100);
		memory_release(region, i % 2 ? blocks[i] : NULL, "test");
	}
	unsigned char *large = memory_allocate(region, 3 * REGION_CHUNK, "test");
	memset(large, 1, 3 * REGION_CHUNK);
	for (unsigned i = 0; i < 600; i++)
		for (unsigned at = 0; at < i * 7 % 100; at++)
			assert_int_equal(blocks[i][at], i & 0xff);
	assert_in_range(bench.memory->live, 10, 20); /* 600 blocks */
	region_free(region);
	bench_end(&bench);
}

/* To the last byte of its chunk, of which its size has a few. */
static void a_block_of_a_region_grows_to_the_end_of_its_chunk(void **state)
{
	struct bench bench;

	bench_begin(&bench);
	struct memory *region = region_new(bench.memory);
	unsigned char *block = memory_allocate(region, 1, "test");
	size_t size = 1;
	while (memory_resize(region, block, size + 1, "test") == block)
		size++;
	assert_int_equal(size, REGION_CHUNK - alignof(max_align_t));
	assert_int_equal(bench.memory->live, 3); /* the region, and two chunks */
	region_free(region);
	bench_end(&bench);
}

static void the_last_block_of_a_region_grows_where_it_is(void **state)
{
	struct bench bench;

	bench_begin(&bench);
	struct memory *region = region_new(bench.memory);
	unsigned char *block = memory_allocate(region, 10, "test");
	memset(block, 7, 10);
	assert_ptr_equal(memory_resize(region, block, 200, "test"), block);
	memory_allocate(region, 1, "test");
	unsigned char *moved = memory_resize(region, block, 400, "test");
	assert_ptr_not_equal(moved, block);
	assert_int_equal(moved[9], 7);
	region_free(region);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_lists_hold_what_a_plain_array_holds),
		cmocka_unit_test(a_vector_keeps_its_elements_however_it_grows),
		cmocka_unit_test(a_region_asks_for_chunks_and_gives_all_back_at_once),
		cmocka_unit_test(a_block_of_a_region_grows_to_the_end_of_its_chunk),
		cmocka_unit_test(the_last_block_of_a_region_grows_where_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
