/* Addresses into objects. */
#include "base/text.h"
#include "trace/resolve.h"

#include "support.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* "a 10:5 f 10 r 10>20:9": calls with addresses in hex; expected: "KIND OBJECT flags" for each. */
static void assert_resolved(const char *calls, const char *expected)
{
	struct resolver *resolver = resolver_new();
	struct text told = {0};
	int used;

	for (; *calls; calls += used, calls += *calls == ' ') {
		struct event event = {.object = OBJECT_NONE};
		char kind;
		assert_int_equal(sscanf(calls, "%c%n", &kind, &used), 1);
		calls += used;
		event.kind = kind == 'a' ? EVENT_ALLOCATE : kind == 'f' ? EVENT_FREE : EVENT_REALLOCATE;
		if (kind == 'r')
			sscanf(calls, "%" SCNx64 ">%" SCNx64 ":%" SCNu64 "%n", &event.old_address, &event.address,
				&event.size, &used);
		else if (kind == 'a')
			sscanf(calls, "%" SCNx64 ":%" SCNu64 "%n", &event.address, &event.size, &used);
		else
			sscanf(calls, "%" SCNx64 "%n", &event.address, &used);
		resolver_take(resolver, &event);
		text_add(&told, "%s%c", told.length ? " " : "", event.kind == EVENT_FREE ? 'f' : kind);
		if (event.object == OBJECT_NONE)
			text_add(&told, "?");
		else
			text_add(&told, "%" PRIu32, event.object);
		if (event.flags & EVENT_FAILED)
			text_add(&told, "!");
		if (event.flags & EVENT_SEEN_BEFORE)
			text_add(&told, "'");
		if (event.flags & EVENT_OLD_UNKNOWN)
			text_add(&told, "~");
	}
	assert_text_equal(text_of(&told), expected);
	text_finish(&told);
	resolver_free(resolver);
}

static void addresses_become_objects(void **state)
{
	(void)state;
	assert_resolved("a10:5 a20:6 f10 a10:7 f20",
		"a0 a1 f0' a2 f1'"); /* an address used again is a new object */
	assert_resolved("a10:5 f10 f10", "a0 f0' f0'");			/* a double free */
	assert_resolved("f30 f0", "f? f?");					/* nobody's, NULL */
	assert_resolved("a10:5 a10:6", "a0 a0'");				/* a free was lost */
	assert_resolved("a0:5", "a?!");						/* failed */
	assert_resolved("a10:5 r10>20:9 f20 f10", "a0 r0' f0' f0'");		/* a moved block */
	assert_resolved("r0>10:5 f10", "r0 f0'");				/* realloc(NULL) */
	assert_resolved("a10:5 r10>0:0 a10:1", "a0 f0' a1");			/* realloc(p, 0) freed */
	assert_resolved("a10:5 r10>0:99 f10", "a0 r0!' f0'");			/* failed: kept */
	assert_resolved("r70>10:5", "r0~");					/* realloc of a stranger */
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(addresses_become_objects)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
