/* Which entry an object has, compared with a plain array, whatever numbers the objects have. */
#include "heap/identities.h"

#include "base/error.h"
#include "dice.h"
#include "support.h"

#define OBJECTS 3000u

/* The objects of a test: in a row, all with one cell, a row far away, any. */
static uint32_t object_of(uint32_t number, unsigned kind)
{
	static const uint32_t factors[] = {1, 1u << 20, 1, 0x9E3779B1u};

	return (kind == 2 ? UINT32_MAX - OBJECTS : 0) + number * factors[kind];
}

struct known {
	struct flat flat;
	struct flat_array objects; /* uint32_t, by entry; entries are numbers, and stay */
	struct identities identities;
	bool is_known[OBJECTS];
	size_t used;
};

/* As the heap searches. */
static uint32_t find(const struct known *known, uint32_t object)
{
	uint32_t cell = *identities_cell(&known->identities, object), entry = cell_entry(cell);

	if (entry != NO_ENTRY && *flat_at(&known->objects, uint32_t, entry) == object)
		return entry;
	if (!cell_has_others(cell))
		return NO_ENTRY;
	const struct flat_array *others = &known->identities.others;
	uint32_t hash = index_hash_numbered(object);
	for (size_t at = index_first(others, hash); index_slot(others, &at, hash, &entry);
		at = index_next(others, at))
		if (*flat_at(&known->objects, uint32_t, entry) == object)
			return entry;
	return NO_ENTRY;
}

static void assert_sound(const struct known *known)
{
	struct error err;

	if (identities_check(&known->identities, known->used, known->objects.count,
		    known->objects.data, sizeof(uint32_t), &err) < 0)
		fail_msg("%s", err.text);
}

static void change(struct known *known, uint32_t number, uint32_t object)
{
	if (known->is_known[number]) {
		identities_remove(&known->identities, object, number);
		known->used--;
	} else {
		identities_make_room(&known->identities, number + 1, known->objects.data,
			sizeof(uint32_t));
		identities_add(&known->identities, object, number);
		known->used++;
	}
	known->is_known[number] = !known->is_known[number];
}

static void they_have_what_a_plain_array_has(void **state)
{
	for (unsigned kind = 0; kind < 4; kind++) {
		struct known known = {0};
		struct dice dice;

		flat_add(&known.flat, &known.objects, sizeof(uint32_t));
		identities_init(&known.identities, &known.flat);
		for (uint32_t i = 0; i < OBJECTS; i++)
			*(uint32_t *)flat_grow(&known.objects, 1) = object_of(i, kind);
		dice_init(&dice, 7 + kind);
		for (unsigned step = 0; step < 40000; step++) {
			uint32_t most = step < OBJECTS ? step + 1 : OBJECTS;
			uint32_t number = (uint32_t)dice_roll(&dice, most);
			uint32_t object = object_of(number, kind);
			assert_int_equal(find(&known, object),
				known.is_known[number] ? number : NO_ENTRY);
			change(&known, number, object);
			if (step % 500 == 0)
				assert_sound(&known);
		}
		assert_sound(&known);
		flat_finish(&known.flat);
	}
}

static void objects_in_a_row_all_have_a_cell(void **state)
{
	struct known known = {0};

	flat_add(&known.flat, &known.objects, sizeof(uint32_t));
	identities_init(&known.identities, &known.flat);
	for (uint32_t i = 0; i < OBJECTS; i++) {
		*(uint32_t *)flat_grow(&known.objects, 1) = 1000 + i;
		change(&known, i, 1000 + i);
	}
	assert_int_equal(*flat_at(&known.identities.count, uint64_t, 0), 0);
	flat_finish(&known.flat);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_have_what_a_plain_array_has),
		cmocka_unit_test(objects_in_a_row_all_have_a_cell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
