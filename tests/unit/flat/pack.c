/* Packs: what comes back, and what is refused. */
#include "flat/pack.h"

#include "support.h"

#include <stdlib.h>
#include <string.h>

struct fixture {
	struct flat flat;
	struct flat_array numbers, bytes, wide;
	struct flat *all[1];
	struct packer *packer;
};

struct wide {
	uint64_t address, size;
	uint32_t object;
	uint8_t rest[12];
};

static int set_up(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){.packer = packer_new()};
	flat_add(&fixture.flat, &fixture.numbers, sizeof(uint64_t));
	flat_add(&fixture.flat, &fixture.bytes, 1);
	flat_add(&fixture.flat, &fixture.wide, sizeof(struct wide));
	fixture.all[0] = &fixture.flat;
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	flat_finish(&fixture->flat);
	packer_free(fixture->packer);
	return 0;
}

static void fill(struct fixture *fixture, size_t count, uint64_t seed)
{
	flat_set_count(&fixture->numbers, count);
	flat_set_count(&fixture->wide, count / 3);
	for (size_t i = 0; i < count; i++)
		*flat_at(&fixture->numbers, uint64_t, i) = i * seed;
	for (size_t i = 0; i < count / 3; i++) {
		flat_at(&fixture->wide, struct wide, i)->address = i * seed << 20;
		flat_at(&fixture->wide, struct wide, i)->object = (uint32_t)(i ^ seed);
	}
}

static void a_pack_restores_counts_and_bytes(void **state)
{
	static const size_t counts[] = {0, 1, 255, 256, 257, 20000};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		size_t length, bytes = 0;
		fill(fixture, counts[i], 7);
		strcpy(flat_grow(&fixture->bytes, 6), "first");
		struct snapshot *snapshot = snapshot_new(fixture->all, 1, NULL, &bytes);
		const void *pack = packer_pack(fixture->packer, fixture->all, 1, &length);
		char *copy = malloc(length);
		memcpy(copy, pack, length);
		fill(fixture, 300, 9);
		flat_set_count(&fixture->bytes, 0);
		assert_true(packer_unpack(fixture->packer, copy, length, fixture->all, 1));
		assert_true(snapshot_matches(snapshot, fixture->all, 1));
		assert_true(counts[i] < 20000 || length < bytes / 3);
		snapshot_free(snapshot, &bytes);
		flat_set_count(&fixture->bytes, 0);
		free(copy);
	}
}

/* The flats are as before; or the bit meant nothing to zstd, and they are what was packed. */
static void what_is_no_pack_of_these_flats_is_refused(void **state)
{
	struct fixture *fixture = *state;
	size_t length, bytes = 0;

	fill(fixture, 100, 3);
	struct snapshot *packed = snapshot_new(fixture->all, 1, NULL, &bytes);
	const void *pack = packer_pack(fixture->packer, fixture->all, 1, &length);
	unsigned char *copy = malloc(length);
	memcpy(copy, pack, length);
	fill(fixture, 50, 5);
	struct snapshot *other = snapshot_new(fixture->all, 1, NULL, &bytes);
	for (size_t cut = 0; cut < length; cut++)
		assert_false(packer_unpack(fixture->packer, copy, cut, fixture->all, 1));
	for (size_t at = 0; at < length; at++)
		for (unsigned bit = 0; bit < 8; bit++) {
			copy[at] ^= (unsigned char)(1 << bit);
			bool is_taken =
				packer_unpack(fixture->packer, copy, length, fixture->all, 1);
			copy[at] ^= (unsigned char)(1 << bit);
			assert_true(snapshot_matches(is_taken ? packed : other, fixture->all, 1));
			snapshot_restore(other, fixture->all, 1);
		}
	snapshot_free(packed, &bytes);
	snapshot_free(other, &bytes);
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_pack_restores_counts_and_bytes, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_pack_of_these_flats_is_refused, set_up,
			tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
