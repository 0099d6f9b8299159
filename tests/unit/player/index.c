/*
 * The index that a player keeps between two openings: the second one knows at once what the first
 * has surveyed, and whatever is wrong with the file, the states are those of playing from the
 * start.
 */
#include "player/index.h"

#include "base/error.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "player/player_state.h"
#include "support.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define EVENTS     50000u
#define HEAD_BYTES 56u /* of a file */

struct fixture {
	char folder[64], path[96];
	struct index_place place;
	struct trace *trace;
};

static int set_up(void **state)
{
	static struct fixture fixture;
	struct text text = {0};
	struct error err;
	struct dice dice;

	fixture = (struct fixture){.folder = "/tmp/arenascope-index-XXXXXX"};
	assert_non_null(mkdtemp(fixture.folder));
	snprintf(fixture.path, sizeof(fixture.path), "%s/an.index", fixture.folder);
	fixture.place = (struct index_place){.path = fixture.path, .key = 77, .room = 1 << 20};
	dice_init(&dice, 5);
	for (unsigned i = 0; i < EVENTS; i++) {
		unsigned id = (unsigned)dice_roll(&dice, 900);
		text_add(&text, dice_roll(&dice, 2) ? "a %u %u\n" : "f %u\n", id,
			(unsigned)dice_roll(&dice, 600));
	}
	assert_int_equal(trace_open_memory(&fixture.trace, text.bytes, text.length, "t", 0, &err),
		0);
	text_finish(&text);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	trace_close(fixture->trace);
	unlink(fixture->path);
	rmdir(fixture->folder);
	return 0;
}

static struct player *open_player(const struct fixture *fixture, const struct index_place *place)
{
	const struct player_config config = {.engine = "pymalloc",
		.budget = 256 << 10,
		.index = place};
	struct player *player = NULL;
	struct error err;

	if (player_new(&player, fixture->trace, &config, &err) < 0)
		fail_msg("%s", err.text);
	return player;
}

static struct player *surveyed_player(const struct fixture *fixture,
	const struct index_place *place)
{
	struct player *player = open_player(fixture, place);

	while (player_survey(player, 1000))
		;
	assert_false(player_has_to_survey(player));
	return player;
}

/* Both are at the same position in the same state, once they have gone there. */
static void assert_same_at(struct player *player, struct player *straight, uint64_t position)
{
	player_seek(player, position);
	player_seek(straight, position);
	assert_int_equal(player_position(player), player_position(straight));
	for (size_t i = 0; i < straight->replay.nflats; i++)
		assert_true(flat_equal(player->replay.flats[i], straight->replay.flats[i]));
}

static void the_second_opening_knows_what_the_first_has_surveyed(void **state)
{
	struct fixture *fixture = *state;
	struct player *first = surveyed_player(fixture, &fixture->place);
	struct player *second = open_player(fixture, &fixture->place);
	struct player *straight = open_player(fixture, NULL);
	const struct sample *samples, *again;

	assert_non_null(first->index); /* it has given up its own checkpoints */
	assert_same_at(first, straight, EVENTS / 3);
	assert_false(player_has_to_survey(second));
	assert_int_equal(player_surveyed(second), EVENTS);
	assert_memory_equal(player_survey_metrics(first), player_survey_metrics(second),
		sizeof(struct metrics));
	size_t count = player_samples(first, &samples);
	assert_int_equal(player_samples(second, &again), count);
	assert_memory_equal(samples, again, count * sizeof(*samples));
	assert_true(second->checkpoints.regular.count > 3);
	for (uint64_t position = 0; position <= EVENTS; position += 1777)
		assert_same_at(second, straight, position);
	assert_same_at(second, straight, 5);
	assert_same_at(second, straight, EVENTS);
	player_free(first);
	player_free(second);
	player_free(straight);
}

static void the_last_pack_is_close_to_the_end(void **state)
{
	struct fixture *fixture = *state;
	const struct stored_pack *packs;

	player_free(surveyed_player(fixture, &fixture->place));
	struct index *index = index_open(&fixture->place, EVENTS);
	size_t count = index_packs(index, &packs);
	assert_true(count > 2);
	/* further apart, but for the last, by the size of the state */
	assert_true(packs[1].position - packs[0].position > 4 * 2048);
	assert_true(EVENTS - packs[count - 1].position <= 2048);
	index_close(index);
}

static void an_index_of_something_else_is_not_used(void **state)
{
	struct fixture *fixture = *state;
	struct index_place other = fixture->place;

	player_free(surveyed_player(fixture, &fixture->place));
	struct index *index = index_open(&fixture->place, EVENTS);
	assert_non_null(index);
	index_close(index);
	assert_null(index_open(&fixture->place, EVENTS - 1));
	other.key++;
	assert_null(index_open(&other, EVENTS));
	unlink(fixture->path);
	assert_null(index_open(&fixture->place, EVENTS));
	assert_int_equal(mkdir(fixture->path, 0700), 0);
	assert_null(index_open(&fixture->place, EVENTS));
	rmdir(fixture->path);
}

static size_t read_file(const char *path, unsigned char **ret_bytes)
{
	FILE *file = fopen(path, "rb");
	struct stat status;

	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &status), 0);
	*ret_bytes = malloc((size_t)status.st_size);
	assert_int_equal(fread(*ret_bytes, 1, (size_t)status.st_size, file), status.st_size);
	fclose(file);
	return (size_t)status.st_size;
}

static void write_file(const char *path, const unsigned char *bytes, size_t length)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	fclose(file);
}

static void a_damaged_index_is_as_good_as_none(void **state)
{
	struct fixture *fixture = *state;
	struct player *straight = open_player(fixture, NULL);
	unsigned char *bytes;
	unsigned refused = 0;

	player_free(surveyed_player(fixture, &fixture->place));
	size_t length = read_file(fixture->path, &bytes);
	size_t step = length / 60 + 1;
	for (size_t at = 0; at < length; at += at < HEAD_BYTES ? 1 : step) {
		bytes[at] ^= 0x10;
		write_file(fixture->path, bytes, length);
		bytes[at] ^= 0x10;
		struct player *player = open_player(fixture, &fixture->place);
		refused += player->index == NULL;
		for (uint64_t position = 5000; position < EVENTS; position += 19000)
			assert_same_at(player, straight, position);
		player_free(player);
	}
	assert_true(refused >= HEAD_BYTES);
	for (size_t cut = 0; cut < length; cut += step) {
		write_file(fixture->path, bytes, cut);
		assert_null(index_open(&fixture->place, EVENTS));
	}
	free(bytes);
	player_free(straight);
}

/* The head, from its key on, and the body, whose place is in the head. */
static void repair(unsigned char *bytes, size_t length)
{
	uint64_t body;

	memcpy(&body, bytes + 32, sizeof(body));
	if (body > length)
		return;
	uLong crc = crc32_z(crc32_z(0, bytes + 16, HEAD_BYTES - 16), bytes + body, length - body);
	memcpy(bytes + 12, &(uint32_t){(uint32_t)crc}, sizeof(uint32_t));
}

/* Whatever numbers are in it, nothing outside of the file is read. */
static void an_index_with_wrong_numbers_and_right_checksums_is_safe(void **state)
{
	struct fixture *fixture = *state;
	const struct stored_pack *packs;
	unsigned char *bytes;
	uint64_t body;

	player_free(surveyed_player(fixture, &fixture->place));
	size_t length = read_file(fixture->path, &bytes);
	memcpy(&body, bytes + 32, sizeof(body));
	unsigned char *copy = malloc(length);
	size_t step = (length - body) / 100;
	for (size_t at = 24; at < length; at = at < HEAD_BYTES ? at + 1
					       : at < body     ? body
							       : at + step) {
		memcpy(copy, bytes, length);
		copy[at] = (unsigned char)(copy[at] ^ (at % 3 ? 0x80 : 1));
		repair(copy, length);
		write_file(fixture->path, copy, length);
		struct index *index = index_open(&fixture->place, EVENTS);
		size_t count = index ? index_packs(index, &packs) : 0;
		uLong sum = 0;
		for (size_t i = 0; i < count; i++)
			sum = crc32_z(sum, packs[i].bytes, packs[i].length);
		assert_true(count == 0 || sum != 0);
		index_close(index);
	}
	free(copy);
	free(bytes);
}

/* Of many checkpoints, as many as have room are kept, from all parts of the trace. */
static void packs_take_no_more_than_their_room(void **state)
{
	struct fixture *fixture = *state;
	static const size_t rooms[] = {100 << 10, 45 << 10};
	const struct stored_pack *packs;

	for (size_t r = 0; r < sizeof(rooms) / sizeof(*rooms); r++) {
		size_t sum = 0;
		fixture->place.room = rooms[r];
		player_free(surveyed_player(fixture, &fixture->place));
		struct index *index = index_open(&fixture->place, EVENTS);
		assert_non_null(index);
		size_t count = index_packs(index, &packs);
		for (size_t i = 0; i < count; i++)
			sum += packs[i].length;
		assert_true(count > 1 && sum <= rooms[r]);
		assert_true(packs[count - 1].position > EVENTS * 4 / 5);
		index_close(index);
		unlink(fixture->path);
	}
}

/* While it is surveyed, jumps begin from what is in the file already. */
static void packs_take_no_memory_and_serve_at_once(void **state)
{
	struct fixture *fixture = *state;
	struct player *player = open_player(fixture, &fixture->place);
	struct player *straight = open_player(fixture, NULL);
	size_t start = player->checkpoints.bytes;

	while (player_surveyed(player) < EVENTS * 2 / 3)
		player_survey(player, 1000);
	assert_null(player->index);
	assert_int_equal(player->checkpoints.bytes, start);
	assert_true(player->checkpoints.regular.count > 2);
	assert_true(player_distance(player, EVENTS / 2) < EVENTS / 4);
	for (uint64_t position = 0; position <= EVENTS; position += 1777)
		assert_same_at(player, straight, position);
	player_free(player);
	player_free(straight);
}

/* Of fifty steps back from the position, how many begin with unpacking a state. */
static unsigned unpacking_steps(struct player *player, uint64_t position)
{
	unsigned count = 0;

	player_seek(player, position);
	for (unsigned i = 0; i < 50; i++) {
		uint64_t target = player_position(player) - 2;
		count += checkpoints_before(&player->checkpoints, target)->pack != NULL;
		player_step_back(player);
	}
	return count;
}

/* Also shortly after a pack, and when copies have used up the budget. */
static void steps_back_begin_from_a_copy_that_is_not_packed(void **state)
{
	struct fixture *fixture = *state;
	struct player *players[] = {surveyed_player(fixture, &fixture->place),
		surveyed_player(fixture, NULL)};

	for (size_t i = 0; i < 2; i++) {
		const struct checkpoints *checkpoints = &players[i]->checkpoints;
		for (uint64_t position = 100; position <= EVENTS; position += 1317)
			assert_true(unpacking_steps(players[i], position) <= 1);
		assert_true(checkpoints->regular.count > 3);
		for (size_t n = 0; n < checkpoints->regular.count; n++) {
			uint64_t at = checkpoints->regular.items[n].position;
			for (unsigned after = 60; after < 600; after += 180)
				assert_true(unpacking_steps(players[i], at + after) <= 1);
		}
		player_free(players[i]);
	}
}

static void a_thread_writes_what_slices_write(void **state)
{
	struct fixture *fixture = *state;
	struct index_place other = fixture->place;
	struct player *beside;
	unsigned char *one, *another;

	other.path = xasprintf("%s/other.index", fixture->folder);
	beside = open_player(fixture, &other);
	player_survey_beside(beside);
	assert_true(player_surveys_beside(beside));
	while (player_survey(beside, 0))
		sched_yield();
	assert_non_null(beside->index);
	player_free(beside);
	player_free(surveyed_player(fixture, &fixture->place));
	size_t length = read_file(fixture->path, &one);
	assert_int_equal(read_file(other.path, &another), length);
	assert_memory_equal(one, another, length);
	free(one);
	free(another);
	unlink(other.path);
	free((char *)(uintptr_t)other.path);
}

/* No file of this process gets longer than that; returns the limit before. */
static struct rlimit limit_files(rlim_t bytes)
{
	struct rlimit before, limit;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){bytes, before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	return before;
}

static void a_survey_whose_disk_is_full_leaves_its_checkpoints_in_memory(void **state)
{
	struct fixture *fixture = *state;
	struct player *straight = open_player(fixture, NULL);
	struct rlimit before = limit_files(20000); /* a pack or two */
	struct player *player = surveyed_player(fixture, &fixture->place);
	struct checkpoint last;

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_null(player->index);
	assert_null(index_open(&fixture->place, EVENTS));
	assert_true(player->checkpoints.regular.count > 3);
	last = player->checkpoints.regular.items[player->checkpoints.regular.count - 1];
	assert_true(last.position > EVENTS * 3 / 4);
	for (uint64_t position = 0; position <= EVENTS; position += 1777)
		assert_same_at(player, straight, position);
	player_free(player);
	player_free(straight);
}

static void an_index_that_cannot_be_written_is_done_without(void **state)
{
	struct fixture *fixture = *state;
	struct index_place nowhere = {.path = "/nonexistent/x.index", .key = 1, .room = 1000};

	player_free(surveyed_player(fixture, &nowhere));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_second_opening_knows_what_the_first_has_surveyed),
		TEST(the_last_pack_is_close_to_the_end),
		TEST(an_index_of_something_else_is_not_used),
		TEST(a_damaged_index_is_as_good_as_none),
		TEST(an_index_with_wrong_numbers_and_right_checksums_is_safe),
		TEST(packs_take_no_more_than_their_room),
		TEST(packs_take_no_memory_and_serve_at_once),
		TEST(steps_back_begin_from_a_copy_that_is_not_packed),
		TEST(a_thread_writes_what_slices_write),
		TEST(an_index_that_cannot_be_written_is_done_without),
		TEST(a_survey_whose_disk_is_full_leaves_its_checkpoints_in_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
