/*
 * The hash index, compared with a plain array: few hashes for many keys, so that buckets overflow
 * and are filled again.
 */
#include "flat/index.h"

#include "support.h"

#define KEYS 600u

struct model {
	uint32_t hashes[KEYS]; /* by key, which is the slot; 0: not in the index */
	size_t count;
};

/* The number of entries with the hash and the slot. */
static unsigned count_found(const struct flat_array *index, uint32_t hash, uint32_t key)
{
	unsigned found = 0;
	uint32_t slot;

	for (size_t at = index_first(index, hash); index_slot(index, &at, hash, &slot);
		at = index_next(index, at))
		found += slot == key;
	return found;
}

static void assert_same(const struct flat_array *index, const struct model *model)
{
	size_t entries = 0;
	uint32_t slot;

	for (uint32_t key = 0; key < KEYS; key++)
		if (model->hashes[key])
			assert_int_equal(count_found(index, model->hashes[key], key), 1);
	for (size_t at = 0; index_entry(index, &at, &slot); at++) {
		assert_true(model->hashes[slot] != 0);
		entries++;
	}
	assert_int_equal(entries, model->count);
}

/*
 * One hash for each key, or one of a few, or one of the last three, so that probes wrap around the
 * index; or those of keys in a row.
 */
static uint32_t hash_of(uint32_t key, unsigned kind)
{
	static const unsigned kinds[] = {KEYS, 40, 3, KEYS};
	uint32_t number = key % kinds[kind];

	if (kind == 3)
		return index_hash_numbered(number);
	return kind < 2 ? index_hash(number) : UINT32_MAX - kinds[kind] + 1 + number;
}

static void it_has_what_a_plain_array_has(void **state)
{
	for (unsigned kind = 0; kind < 4; kind++) {
		struct flat flat = {0};
		struct flat_array index;
		struct model model = {0};
		struct dice dice;

		index_init(&index, &flat);
		dice_init(&dice, 40 + kind);
		for (unsigned step = 0; step < 30000; step++) {
			bool grows = step / 5000 % 2 == 0;
			uint32_t key = (uint32_t)dice_roll(&dice, KEYS), hash = hash_of(key, kind);
			assert_int_equal(count_found(&index, hash, key), model.hashes[key] != 0);
			if (model.hashes[key] && dice_roll(&dice, 10) < (grows ? 3u : 8u)) {
				index_remove(&index, hash, key);
				model.hashes[key] = 0;
				model.count--;
			} else if (!model.hashes[key] && dice_roll(&dice, 10) < (grows ? 8u : 3u)) {
				index_make_room(&index, ++model.count);
				index_put(&index, hash, key);
				model.hashes[key] = hash;
			}
			if (step % 100 == 0)
				assert_same(&index, &model);
		}
		flat_finish(&flat);
	}
}

static void half_of_its_cells_are_empty_at_least(void **state)
{
	struct flat flat = {0};
	struct flat_array index;

	index_init(&index, &flat);
	for (uint32_t key = 0; key < 1000; key++) {
		index_make_room(&index, key + 1);
		index_put(&index, index_hash(key), key);
		assert_true((key + 1) * 2 <= index.count * INDEX_CELLS);
	}
	flat_finish(&flat);
}

/* The numbers of objects in a program: most of the older ones are gone. */
static void numbers_in_a_row_with_gaps_fill_few_buckets(void **state)
{
	for (uint32_t count = 1000; count <= 256000; count *= 2) {
		struct flat flat = {0};
		struct flat_array index;
		struct dice dice;
		size_t full = 0, entries = 0;

		index_init(&index, &flat);
		dice_init(&dice, count);
		for (uint32_t key = 0; key < count; key++)
			if (dice_roll(&dice, count) < key) {
				index_make_room(&index, ++entries);
				index_put(&index, index_hash(key), key);
			}
		for (size_t i = 0; i < index.count; i++)
			full += index_matches(index_bucket_at(&index, i)->hashes, 0) == 0;
		assert_true(full * 20 < index.count);
		flat_finish(&flat);
	}
}

static void no_key_has_the_hash_of_an_empty_cell(void **state)
{
	assert_int_not_equal(index_hash(0), 0);
	assert_int_not_equal(index_hash(UINT64_MAX), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_has_what_a_plain_array_has),
		cmocka_unit_test(half_of_its_cells_are_empty_at_least),
		cmocka_unit_test(numbers_in_a_row_with_gaps_fill_few_buckets),
		cmocka_unit_test(no_key_has_the_hash_of_an_empty_cell),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
