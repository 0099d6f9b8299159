/* Rules of replacement, compared with plain models that look at the requests alone. */
#include "base/error.h"
#include "base/text.h"
#include "trace/trace.h"
#include "trial.h"
#include "support.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define REQUESTS 400u
#define SLOTS    12u

/* The word and the key of each event about the cache: "miss 3, keep 3, evict 1". */
static void cache_events(const struct trial *trial, struct text *out)
{
	struct event event;

	for (uint64_t i = 0; trace_get(trial->trace, i, &event); i++)
		if (event.kind == EVENT_USE && event.other != USE_SPARE)
			text_add(out, "%s %" PRIu64 "\n",
				event.other == USE_FOUND ? "hit"
							 : use_word((enum use_word)event.other),
				event.key);
}

/* ---- models: what is kept, as keys with the requests that brought and found them ------------- */

struct model {
	uint64_t keys[SLOTS], came[SLOTS], used[SLOTS], found[SLOTS];
	bool bits[SLOTS];
	size_t count, hand;
};

typedef size_t victim_of(struct model *model, const uint64_t *requests, size_t at, size_t n);

static size_t least(const uint64_t *values, const uint64_t *came)
{
	size_t at = 0;

	for (size_t i = 1; i < SLOTS; i++)
		if (values[i] < values[at] || (values[i] == values[at] && came[i] < came[at]))
			at = i;
	return at;
}

static size_t fifo(struct model *model, const uint64_t *requests, size_t at, size_t n)
{
	return least(model->came, model->came);
}

static size_t lru(struct model *model, const uint64_t *requests, size_t at, size_t n)
{
	return least(model->used, model->came);
}

static size_t lfu(struct model *model, const uint64_t *requests, size_t at, size_t n)
{
	return least(model->found, model->came);
}

/* As in a textbook: a hand that goes round frames that stay where they are. */
static size_t clock_hand(struct model *model, const uint64_t *requests, size_t at, size_t n)
{
	while (model->bits[model->hand]) {
		model->bits[model->hand] = false;
		model->hand = (model->hand + 1) % SLOTS;
	}
	size_t victim = model->hand;
	model->hand = (model->hand + 1) % SLOTS;
	return victim;
}

static size_t optimal(struct model *model, const uint64_t *requests, size_t at, size_t n)
{
	size_t best = 0, farthest = 0;

	for (size_t i = 0; i < SLOTS; i++) {
		size_t next = at + 1;
		while (next < n && requests[next] != model->keys[i])
			next++;
		if (next > farthest || (next == farthest && model->came[i] < model->came[best])) {
			farthest = next;
			best = i;
		}
	}
	return best;
}

static void play_model(const uint64_t *requests, size_t n, victim_of *victim, struct text *out)
{
	struct model model = {.count = 0};

	for (size_t at = 0; at < n; at++) {
		size_t slot = 0;
		while (slot < model.count && model.keys[slot] != requests[at])
			slot++;
		bool is_hit = slot < model.count;
		text_add(out, "%s %" PRIu64 "\n", is_hit ? "hit" : "miss", requests[at]);
		model.used[slot % SLOTS] = is_hit ? at : model.used[slot % SLOTS];
		if (is_hit) {
			model.found[slot]++;
			model.bits[slot] = true;
			continue;
		}
		if (model.count == SLOTS) {
			slot = victim(&model, requests, at, n);
			text_add(out, "evict %" PRIu64 "\n", model.keys[slot]);
		} else {
			model.count++;
		}
		model.keys[slot] = requests[at];
		model.came[slot] = model.used[slot] = at;
		model.found[slot] = 0;
		model.bits[slot] = false;
		text_add(out, "keep %" PRIu64 "\n", requests[at]);
	}
}

static void compare(const char *name, victim_of *victim, unsigned seed)
{
	uint64_t requests[REQUESTS];
	struct text words = {0}, played = {0}, expected = {0};
	struct trial trial;
	struct dice dice;

	dice_init(&dice, seed);
	for (size_t i = 0; i < REQUESTS; i++) {
		requests[i] = 1 + dice_roll(&dice, 4 + dice_roll(&dice, 30));
		text_add(&words, "%s%" PRIu64, i ? "," : "", requests[i]);
	}
	const char *const options[] = {"requests", text_of(&words), "capacity", "12", NULL};
	trial_init(&trial, workload_find(name), options);
	cache_events(&trial, &played);
	play_model(requests, REQUESTS, victim, &expected);
	if (strcmp(text_of(&played), text_of(&expected)) != 0)
		fail_msg("%s, seed %u: the model has\n%s\nnot\n%s", name, seed, text_of(&expected),
			text_of(&played));
	assert_int_equal(trial.tally.leaked, 0);
	trial_finish(&trial);
	text_finish(&words);
	text_finish(&played);
	text_finish(&expected);
}

static void every_victim_is_that_of_a_plain_model(void **state)
{
	static const struct {
		const char *name;
		victim_of *victim;
	} rules[] = {{"fifo-frames", fifo}, {"lru-frames", lru}, {"clock-frames", clock_hand},
		{"lfu-frames", lfu}, {"optimal-frames", optimal}};

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		for (unsigned seed = 1; seed <= 40; seed++)
			compare(rules[i].name, rules[i].victim, seed);
}

static uint64_t misses_of(const char *name, const char *requests, const char *capacity)
{
	const char *const options[] = {"requests", requests, "capacity", capacity, NULL};
	struct trial trial;

	trial_init(&trial, workload_find(name), options);
	uint64_t misses = trial.tally.lookups - trial.tally.hits;
	trial_finish(&trial);
	return misses;
}

/* Belady, Nelson and Shedler, 1969: with one frame more, FIFO has one miss more. */
static void more_frames_have_more_misses_in_fifo_only(void **state)
{
	static const char requests[] = "1,2,3,4,1,2,5,1,2,3,4,5";

	assert_int_equal(misses_of("fifo-frames", requests, "3"), 9);
	assert_int_equal(misses_of("fifo-frames", requests, "4"), 10);
	assert_int_equal(misses_of("lru-frames", requests, "3"), 10);
	assert_int_equal(misses_of("lru-frames", requests, "4"), 8);
	assert_int_equal(misses_of("clock-frames", requests, "3"), 10);
	assert_int_equal(misses_of("clock-frames", requests, "4"), 8);
	assert_int_equal(misses_of("optimal-frames", requests, "3"), 7);
	assert_int_equal(misses_of("optimal-frames", requests, "4"), 6);
}

static void no_rule_has_fewer_misses_than_the_one_that_knows(void **state)
{
	static const char *const names[] = {"fifo-frames", "lru-frames", "clock-frames",
		"lfu-frames"};

	for (unsigned seed = 1; seed <= 5; seed++) {
		struct trial trial, best;
		char number[8];
		snprintf(number, sizeof(number), "%u", seed);
		const char *const options[] = {"seed", number, NULL};
		trial_init(&best, workload_find("optimal-frames"), options);
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
			trial_init(&trial, workload_find(names[i]), options);
			assert_int_equal(trial.tally.lookups, best.tally.lookups);
			assert_true(trial.tally.hits < best.tally.hits);
			trial_finish(&trial);
		}
		trial_finish(&best);
	}
}

static void what_is_no_list_of_keys_is_refused(void **state)
{
	static const char *const wrong[] = {"", ",", "1,", "0", "1,,2", "1 2", "x", "-1",
		"99999999999999999999", "1,2;"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		const char *const words[] = {"requests", wrong[i], NULL};
		struct options *given = trial_options(words);
		const struct workload *workload = workload_find("fifo-frames");
		struct options *settled = workload_settle(workload, given);
		struct run_totals tally;
		struct error err = {0};
		int fd = memfd_create("workload", MFD_CLOEXEC);
		if (workload_run(workload, settled, "--engine heap", NULL, fd, "test", &tally,
			    &err) == 0 ||
			!strstr(err.text, "--requests: expected"))
			fail_msg("'%s': %s", wrong[i], err.text);
		close(fd);
		options_free(settled);
		options_free(given);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_victim_is_that_of_a_plain_model),
		cmocka_unit_test(more_frames_have_more_misses_in_fifo_only),
		cmocka_unit_test(no_rule_has_fewer_misses_than_the_one_that_knows),
		cmocka_unit_test(what_is_no_list_of_keys_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
