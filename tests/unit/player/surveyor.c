/* A survey in a thread finds what one in slices finds, and leaves checkpoints that hold. */
#include "base/error.h"
#include "base/text.h"
#include "player/player_state.h"
#include "support.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define EVENTS 300000u

static struct trace *long_trace(void)
{
	struct text text = {0};
	struct trace *trace = NULL;
	struct error err;
	struct dice dice;

	dice_init(&dice, 5);
	for (unsigned i = 0; i < EVENTS; i++) {
		unsigned id = (unsigned)dice_roll(&dice, 900);
		text_add(&text, dice_roll(&dice, 2) ? "a %u %u\n" : "f %u\n", id,
			(unsigned)dice_roll(&dice, 600));
	}
	assert_int_equal(trace_open_memory(&trace, text.bytes, text.length, "t", 0, &err), 0);
	text_finish(&text);
	return trace;
}

static struct player *open_player_with(struct trace *trace, const struct index_place *place)
{
	const struct player_config config = {.engine = "pymalloc",
		.budget = 1 << 20,
		.index = place};
	struct player *player = NULL;
	struct error err;

	if (player_new(&player, trace, &config, &err) < 0)
		fail_msg("%s", err.text);
	return player;
}

static struct player *open_player(struct trace *trace)
{
	return open_player_with(trace, NULL);
}

static void await_survey(struct player *player)
{
	while (player_survey(player, 0))
		sched_yield();
}

static void a_thread_finds_what_slices_find(void **state)
{
	struct trace *trace = long_trace();
	struct player *beside = open_player(trace), *slices = open_player(trace);
	const struct sample *samples, *others;

	player_survey_beside(beside);
	assert_true(player_surveys_beside(beside));
	player_seek(beside, 1000); /* meanwhile a person plays */
	await_survey(beside);
	while (player_survey(slices, 10000))
		;
	assert_false(player_surveys_beside(beside));
	assert_false(player_has_to_survey(beside));
	assert_memory_equal(player_survey_metrics(beside), player_survey_metrics(slices),
		sizeof(struct metrics));
	size_t count = player_samples(slices, &samples);
	assert_int_equal(player_samples(beside, &others), count);
	assert_memory_equal(samples, others, count * sizeof(*samples));
	assert_true(beside->checkpoints.regular.count > 2);
	assert_true(beside->checkpoints.bytes <= 1 << 20);
	for (uint64_t position = 0; position <= EVENTS; position += 23456) {
		player_seek(beside, position);
		player_seek(slices, position);
		for (size_t i = 0; i < slices->replay.nflats; i++)
			assert_true(flat_equal(beside->replay.flats[i], slices->replay.flats[i]));
	}
	player_free(beside);
	player_free(slices);
	trace_close(trace);
}

/* The disk is full as soon as the first pack is written: the others are the thread's own. */
static void a_thread_whose_disk_is_full_hands_its_checkpoints_over(void **state)
{
	const struct index_place place = {.path = "/tmp/arenascope-full.index",
		.key = 1,
		.room = 1 << 20};
	struct trace *trace = long_trace();
	struct player *player = open_player_with(trace, &place);
	struct rlimit before, limit;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){1000, before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	player_survey_beside(player);
	await_survey(player);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_null(player->index);
	assert_true(player->checkpoints.regular.count > 2);
	player_free(player);
	trace_close(trace);
}

static void a_player_that_is_surveyed_can_be_freed(void **state)
{
	struct trace *trace = long_trace();
	struct player *player = open_player(trace);

	player_survey_beside(player);
	player_free(player);
	trace_close(trace);
}

/* The trace in the binary form, with a wrong byte in the second half. */
static struct trace *damaged_trace(void)
{
	struct trace *whole = long_trace(), *trace = NULL;
	int fd = memfd_create("damaged", 0);
	struct error err;
	struct stat status;

	assert_int_equal(trace_copy(whole, fd, "t", TRACE_BINARY, &err), 0);
	trace_close(whole);
	assert_int_equal(fstat(fd, &status), 0);
	char *bytes = malloc((size_t)status.st_size);
	assert_int_equal(pread(fd, bytes, (size_t)status.st_size, 0), status.st_size);
	bytes[status.st_size * 2 / 3] ^= 4;
	assert_int_equal(trace_open_memory(&trace, bytes, (size_t)status.st_size, "t", 0, &err), 0);
	free(bytes);
	close(fd);
	return trace;
}

static void damage_that_the_thread_meets_ends_the_trace(void **state)
{
	struct trace *trace = damaged_trace();
	struct player *player = open_player(trace);
	struct error err;

	assert_int_equal(player_length(player), EVENTS);
	player_survey_beside(player);
	await_survey(player);
	assert_int_equal(trace_check(trace, &err), -1);
	assert_true(player_length(player) > EVENTS / 2 && player_length(player) < EVENTS);
	assert_int_equal(player_surveyed(player), player_length(player));
	assert_false(player_has_to_survey(player));
	player_free(player);
	trace_close(trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thread_finds_what_slices_find),
		cmocka_unit_test(a_thread_whose_disk_is_full_hands_its_checkpoints_over),
		cmocka_unit_test(a_player_that_is_surveyed_can_be_freed),
		cmocka_unit_test(damage_that_the_thread_meets_ends_the_trace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
