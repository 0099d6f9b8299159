/*
 * A broken link stops a debug build where it is followed: each case breaks one and then does what a
 * program would do next, in a child that must end by an assert.
 */
#include "base/error.h"
#include "flat/extents.h"
#include "flat/holes.h"
#include "flat/index.h"
#include "flat/segments.h"
#include "support.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

struct state {
	struct flat flat;
	struct flat_array index;
	struct extents extents;
	struct holes holes;
	struct segments segments;
};

static void fill(struct state *state)
{
	struct extent other;
	struct segment all = {4096, 4096, false};

	*state = (struct state){0};
	index_init(&state->index, &state->flat);
	extents_init(&state->extents, &state->flat);
	holes_init(&state->holes, &state->flat, ORDER_ADDRESS, HOLES_IN_TREE | HOLES_BY_SIZE, 1,
		false, NULL);
	segments_init(&state->segments, &state->flat, 16);
	for (uint32_t i = 1; i <= 20; i++) {
		index_make_room(&state->index, i);
		index_put(&state->index, index_hash(i), i);
		assert_true(extents_add(&state->extents, &(struct extent){i * 64, 32, i}, &other));
		holes_add(&state->holes, i * 64, 32);
	}
	segments_replace(&state->segments, NULL, NULL, 0, &all, 1);
}

/* The word of an array. */
static uint32_t *word_of(struct flat_array *array, size_t word)
{
	return (uint32_t *)array->data + word;
}

static void an_entry_is_removed_twice(struct state *state)
{
	index_remove(&state->index, index_hash(7), 7);
	index_remove(&state->index, index_hash(7), 7);
}

static void an_entry_is_put_twice(struct state *state)
{
	index_put(&state->index, index_hash(7), 7);
}

static void an_element_lies_outside(struct state *state)
{
	flat_at(&state->index, struct index_bucket, state->index.count)->slots[0] = 1;
}

static void a_hole_is_added_twice(struct state *state)
{
	holes_add(&state->holes, 64, 32);
}

static void a_hole_is_removed_twice(struct state *state)
{
	uint32_t hole = holes_ending_at(&state->holes, 96);

	holes_remove(&state->holes, hole);
	holes_remove(&state->holes, hole);
}

static void a_hole_is_its_own_child(struct state *state)
{
	uint32_t root = *word_of(&state->holes.list, 8); /* by place */

	*word_of(&state->holes.branches, root * state->holes.branches.width / 4 + 4) = root;
	holes_remove(&state->holes, holes_ending_at(&state->holes, 96));
	holes_remove(&state->holes, holes_ending_at(&state->holes, 160));
	holes_remove(&state->holes, root);
}

static void an_extent_is_linked_outside(struct state *state)
{
	*word_of(&state->extents.state, 0) = 1000; /* the root */
	extents_remove(&state->extents, 64);
}

static void a_block_is_released_twice(struct state *state)
{
	struct neighbours around;

	assert_true(segments_around(&state->segments, 4096, &around));
	segments_release(&state->segments, &around);
	segments_release(&state->segments, &around);
}

static void a_gap_is_left(struct state *state)
{
	const struct segment old = {4096, 4096, false};
	const struct segment news[] = {{4096, 64, true}, {4096 + 128, 4096 - 128, false}};

	segments_replace(&state->segments, NULL, &old, 1, news, 2);
}

static const struct {
	const char *name;
	void (*run)(struct state *state);
} cases[] = {
#define CASE(name) \
	{ \
#name, name \
	}
	CASE(an_entry_is_removed_twice),
	CASE(an_entry_is_put_twice),
	CASE(an_element_lies_outside),
	CASE(a_hole_is_added_twice),
	CASE(a_hole_is_removed_twice),
	CASE(a_hole_is_its_own_child),
	CASE(an_extent_is_linked_outside),
	CASE(a_block_is_released_twice),
	CASE(a_gap_is_left),
#undef CASE
};

/* The status with which a child that runs the case ends; NULL: no case. */
static int status_after(void (*run)(struct state *state))
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		struct state state;
		for (int number = 1; number < 32; number++) /* removes the handlers of cmocka */
			signal(number, SIG_DFL);
		dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		fill(&state);
		if (run)
			run(&state);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void an_assert_stops_at_a_broken_link(void **state)
{
#ifdef NDEBUG
	skip();
#endif
	assert_int_equal(status_after(NULL), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int status = status_after(cases[i].run);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
			fail_msg("%s: no assert, but status %d", cases[i].name, status);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_assert_stops_at_a_broken_link),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
