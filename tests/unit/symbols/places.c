/* Places in the code of modules are looked up once, however many call sites share them. */
#include "symbols/places.h"

#include "base/xalloc.h"
#include "support.h"

#include <stdlib.h>

static void a_place_is_found_again_while_others_come(void **state)
{
	struct places places = {0};
	struct place *first = places_find(&places, 3, 0x401234);

	assert_null(first->name);
	first->name = xstrdup("parse_row (csv.c:88)");
	for (uint64_t address = 1; address <= 5000; address++)
		assert_null(places_find(&places, 3, address)->name);
	assert_ptr_equal(places_find(&places, 3, 0x401234), first);
	assert_int_equal(places.count, 5001);
	places_finish(&places);
}

static void the_same_address_in_another_module_is_another_place(void **state)
{
	struct places places = {0};
	struct place *first = places_find(&places, 0, 0x401234);
	struct place *other = places_find(&places, 1, 0x401234);

	assert_ptr_not_equal(first, other);
	first->name = xstrdup("f");
	assert_null(other->name);
	other->around = xcalloc(2, sizeof(*other->around));
	other->around[0] = xstrdup("g");
	assert_null(first->around);
	places_finish(&places);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_place_is_found_again_while_others_come),
		cmocka_unit_test(the_same_address_in_another_module_is_another_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
