/* From addresses to objects. */
#include "base/text.h"
#include "trace/resolver.h"
#include "support.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void tell(struct text *told, const struct event *event)
{
	static const char letters[] = {'a', 'r', 'f', 'm', 'u'};

	text_add(told, "%s%c", told->length ? " " : "", letters[event->kind]);
	if (event->object == OBJECT_NONE)
		text_add(told, "?");
	else
		text_add(told, "%" PRIu32, event->object);
	if (event->flags & EVENT_FAILED)
		text_add(told, "!");
	if (event->flags & EVENT_SEEN_BEFORE)
		text_add(told, "'");
	if (event->flags & EVENT_OLD_UNKNOWN)
		text_add(told, "~");
}

/*
 * "a10:5 f10 r10>20:9 m30:5 u30": calls with addresses in hex; those that begin with ! failed.
 * expected: "KIND OBJECT flags" for each, and before it, in brackets, a missing free.
 */
static void assert_resolved(const char *calls, const char *expected)
{
	struct resolver *resolver = resolver_new();
	struct text told = {0};
	int used;

	for (; *calls; calls += used, calls += *calls == ' ') {
		struct event event = {.object = OBJECT_NONE};
		char kind;
		if (*calls == '!')
			event.flags |= EVENT_FAILED;
		calls += *calls == '!';
		assert_int_equal(sscanf(calls, "%c%n", &kind, &used), 1);
		calls += used;
		event.kind = kind == 'a'   ? EVENT_ALLOCATE
			     : kind == 'f' ? EVENT_FREE
			     : kind == 'm' ? EVENT_MAP
			     : kind == 'u' ? EVENT_UNMAP
					   : EVENT_REALLOCATE;
		if (kind == 'r')
			sscanf(calls, "%" SCNx64 ">%" SCNx64 ":%" SCNu64 "%n", &event.old_address,
				&event.address, &event.size, &used);
		else if (kind == 'a' || kind == 'm')
			sscanf(calls, "%" SCNx64 ":%" SCNu64 "%n", &event.address, &event.size,
				&used);
		else
			sscanf(calls, "%" SCNx64 "%n", &event.address, &used);
		struct event lost;
		if (resolver_lost(resolver, &event, &lost)) {
			resolver_take(resolver, &lost);
			text_add(&told, " [");
			tell(&told, &lost);
			text_add(&told, "]");
		}
		resolver_take(resolver, &event);
		tell(&told, &event);
	}
	assert_text_equal(text_of(&told), expected);
	text_finish(&told);
	resolver_free(resolver);
}

static void addresses_become_objects(void **state)
{
	assert_resolved("a10:5 a20:6 f10 a10:7 f20",
		/* an address used again is a new object */
		"a0 a1 f0' a2 f1'");
	assert_resolved("a10:5 f10 f10", "a0 f0' f0'"); /* a double free */
	/* of an unknown block, and of NULL */
	assert_resolved("f30 f0", "f? f?");
	assert_resolved("a10:5 a10:6", "a0 a0'");                    /* a free is missing */
	assert_resolved("a0:5", "a?!");                              /* failed */
	assert_resolved("a10:5 r10>20:9 f20 f10", "a0 r0' f0' f0'"); /* a moved block */
	assert_resolved("r0>10:5 f10", "r0 f0'");                    /* realloc(NULL) */
	assert_resolved("a10:5 r10>0:0 a10:1", "a0 f0' a1");         /* realloc(p, 0) freed */
	assert_resolved("a10:5 r10>0:99 f10", "a0 r0!' f0'");        /* failed: kept */
	assert_resolved("r70>10:5", "r0~");                          /* realloc of a stranger */
	assert_resolved("m10:5 u10", "m0 u0'");
}

/* The object at that address does not stay live unseen: its free is written before. */
static void a_block_that_moves_onto_a_live_one_tells_that_a_free_was_lost(void **state)
{
	assert_resolved("a10:5 a20:6 r10>20:9 f20", "a0 a1 [ f1'] r0' f0'");
	/* from an unknown pointer */
	assert_resolved("a10:5 a20:6 r70>20:9 f20", "a0 a1 [ f1'] r2~ f2'");
	assert_resolved("a10:5 r10>10:9 f10", "a0 r0' f0'");          /* stays where it is */
	assert_resolved("a10:5 a20:6 r10>0:9 f20", "a0 a1 r0!' f1'"); /* failed: nothing moved */
	/* realloc(NULL): as an allocation */
	assert_resolved("a20:6 r0>20:9", "a0 r0'");
}

static void a_call_that_failed_ends_no_life(void **state)
{
	assert_resolved("m10:5 !u10 u10", "m0 u0!' u0'");
	assert_resolved("m10:5 !u10 m20:5", "m0 u0!' m1");
	assert_resolved("a10:5 !f10 a10:6", "a0 f0!' a0'");
	assert_resolved("!u10", "u?!");
	assert_resolved("a10:5 !r10>20:9 f10", "a0 r0!' f0'");
	assert_resolved("!a10:5 f10", "a?! f?");
}

#define MANY 200000u

/* Half of them side by side, as small blocks are, and half anywhere. */
static uint64_t address_of(uint32_t object)
{
	uint64_t far = (object + 1) * UINT64_C(0x9E3779B97F4A7C15);

	return object % 2 ? UINT64_C(0x7f0000000000) + object * 16 : far | 1;
}

static void addresses_keep_their_objects_however_many_there_are(void **state)
{
	struct resolver *resolver = resolver_new();

	for (uint32_t i = 0; i < MANY; i++) {
		struct event event = {.kind = EVENT_ALLOCATE, .address = address_of(i), .size = 16};
		resolver_take(resolver, &event);
		assert_int_equal(event.object, i);
		resolver_set_note(resolver, i + 1);
	}
	for (uint32_t i = 0; i < MANY; i++) {
		struct event event = {.kind = EVENT_FREE, .address = address_of(i)};
		assert_int_equal(resolver_note_at(resolver, address_of(i)), i + 1);
		resolver_take(resolver, &event);
		assert_int_equal(event.object, i);
		assert_false(resolver_is_live(resolver, address_of(i)));
	}
	resolver_free(resolver);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_keep_their_objects_however_many_there_are),
		cmocka_unit_test(addresses_become_objects),
		cmocka_unit_test(a_block_that_moves_onto_a_live_one_tells_that_a_free_was_lost),
		cmocka_unit_test(a_call_that_failed_ends_no_life),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
