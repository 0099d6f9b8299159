/* Every condition of :break and :until stops where it says, and nowhere between. */
#include "base/error.h"
#include "base/text.h"
#include "player/player.h"
#include "view/help.h"
#include "stage.h"
#include "support.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POOLS   "--engine pymalloc --python classic"
#define SMALL   "--engine heap --heap-header 0 --heap-align 1 --heap-size 200"
#define GROWING "--engine heap --heap-header 0 --heap-align 1 --heap-size 0"

/* Two blocks of a pool, eight of another that is then full, and all are freed. */
static const char pools[] =
	"note A pool.\na 0 96\na 1 96\nmark full\n"
	"a 2 500\na 3 500\na 4 500\na 5 500\na 6 500\na 7 500\na 8 500\na 9 500\n"
	"f 2\nf 0\nf 1\nf 3\nf 4\nf 5\nf 6\nf 7\nf 8\nf 9\nf 9\n";

/* Two holes that join, a request without room, and one at the old place. */
static const char holes[] = "a 0 50\na 1 50\na 2 50\nf 1\nf 0\na 3 400\na 4 60\nr 4 90\nf 4\nf 2\n";

static const char large[] = "a 0 3000\na 1 3000\nf 0\nf 1\n";

/* An allocator that never serves a request where a block was. */
static const char never_reuses[] =
	"#include \"mm.h\"\n#include \"memlib.h\"\n"
	"int mm_init(void) { return 0; }\n"
	"void *mm_malloc(size_t size) { return mem_sbrk((size + 15) / 16 * 16); }\n"
	"void mm_free(void *ptr) { }\n";
static char own[] = "--engine lab --lab /tmp/arenascope-test-XXXXXX.c";

static const char passes_over[] = "a 0 90\na 1 90\nf 0\na 2 90\na 3 900\na 4 80\n";

static const struct condition_row {
	const char *condition, *engine, *trace;
	const char *stops; /* events that match, by number */
} rows[] = {
	{"arena-mapped", POOLS, pools, "1"},
	{"arena-unmapped", POOLS, pools, "21"},
	{"arena", POOLS, pools, "1 21"},
	{"pool-new", POOLS, pools, "1 4"},
	{"pool-full", POOLS, pools, "11"},
	{"pool-unfull", POOLS, pools, "12"},
	{"pool-empty", POOLS, pools, "14 21"},
	{"split", SMALL, holes, "0 1 2 6"},
	{"coalesced", SMALL, holes, "4 8 9"},
	{"grew", GROWING, large, "1"},
	{"oom", SMALL, holes, "5"},
	{"fault", POOLS, pools, "22"},
	{"fault", SMALL, holes, "5"},
	{"note", POOLS, pools, "0"},
	{"mark", POOLS, pools, "3"},
	{"peak", SMALL, holes, "0 1 2"},
	{"structure", POOLS, pools, "1 4 11 12 14 21 22"},
	{"structure", SMALL, holes, "4 5 8 9"},
	{"class 11", POOLS, pools, "1 2 13 14"},
	{"object 3", POOLS, pools, "5 15"},
	{"address 0x1000003c", SMALL, holes, "1 3 7 8"},
	{"size > 96", POOLS, pools, "4 5 6 7 8 9 10 11"},
	{"size > 500", POOLS, pools, ""},
	{"live > 100", SMALL, holes, "2 6"},
	{"live < 100", SMALL, holes, "4 8"},
	{"waste > 50%", SMALL, holes, "4 8"},
	{"waste > 25%", SMALL, holes, "3"},
	{"grew", own, passes_over, "0 1 3 4 5"},
	{"passed-over", own, passes_over, "3 5"},
	{"double-free", POOLS, pools, "22"},
	{"no-memory", SMALL, holes, "5"},
};

#define ROWS (sizeof(rows) / sizeof(*rows))

/* Runs from stop to stop, to the end or back to the start: the events, one blank between two. */
static void run_to_each(struct player *player, const char *condition, bool is_back,
	struct text *ret)
{
	struct stop stop;
	struct error err;
	bool is_done;

	if (stop_parse(&stop, condition, &err) < 0)
		fail_msg("%s: %s", condition, err.text);
	player_seek(player, is_back ? player_length(player) : 0);
	while ((is_back ? player_run_back(player, &stop, 1)
			: player_run(player, &stop, 1, 0, &is_done)) >= 0)
		text_add(ret, "%s%" PRIu64, ret->length > 0 ? " " : "",
			player_position(player) - 1);
}

static void each_condition_stops_at_its_events(void **state)
{
	for (size_t i = 0; i < ROWS; i++) {
		struct text stops = {0};
		struct stage stage;
		stage_init(&stage, rows[i].engine, rows[i].trace);
		run_to_each(stage.player, rows[i].condition, false, &stops);
		if (strcmp(text_of(&stops), rows[i].stops) != 0)
			fail_msg("%s stops at %s", rows[i].condition, text_of(&stops));
		text_finish(&stops);
		stage_finish(&stage);
	}
}

/* The last event is not before the end. */
static void running_back_stops_at_the_same_events(void **state)
{
	for (size_t i = 0; i < ROWS; i++) {
		struct text stops = {0}, reversed = {0};
		char words[80], *last;
		struct stage stage;
		stage_init(&stage, rows[i].engine, rows[i].trace);
		run_to_each(stage.player, rows[i].condition, true, &stops);
		strcpy(words, rows[i].stops);
		while ((last = strrchr(words, ' ')) || *words) {
			const char *number = last ? last + 1 : words;
			if (strtoull(number, NULL, 10) + 1 < player_length(stage.player))
				text_join(&reversed, " ", number);
			*(last ? last : words) = '\0';
		}
		assert_string_equal(text_of(&stops), text_of(&reversed));
		text_finish(&stops);
		text_finish(&reversed);
		stage_finish(&stage);
	}
}

/* Whether a row is about the same as "size > 512", whatever the number. */
static bool has_row(const char *condition)
{
	size_t length = strcspn(condition, "0123456789");

	for (size_t i = 0; i < ROWS; i++)
		if (strncmp(rows[i].condition, condition, length) == 0 &&
			(condition[length] || !rows[i].condition[length]))
			return true;
	return false;
}

static void every_condition_of_the_help_is_tried_here(void **state)
{
	struct text page = {0};
	unsigned count = 0;

	help_add_terms(&page);
	char *text = text_detach(&page);
	char *lines = strstr(text, "conditions, for break and until\n");
	assert_non_null(lines);
	for (strsep(&lines, "\n"); *lines == '\t';) {
		char *line = strsep(&lines, "\n") + 1;
		const char *between = strstr(line, "   ") ? "   " : " ";
		while (line && *line) {
			char *end = strstr(line, between);
			if (end)
				*end = '\0';
			if (!has_row(line))
				fail_msg("the condition '%s' of the help is not tried", line);
			count++;
			line = end ? end + strlen(between) : NULL;
		}
	}
	assert_true(count >= 19);
	free(text);
}

static int write_allocator(void **state)
{
	int fd = mkstemps(strchr(own, '/'), 2);

	assert_true(fd >= 0 && write(fd, never_reuses, sizeof(never_reuses) - 1) > 0);
	return close(fd);
}

static int remove_allocator(void **state)
{
	return unlink(strchr(own, '/'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_condition_stops_at_its_events),
		cmocka_unit_test(running_back_stops_at_the_same_events),
		cmocka_unit_test(every_condition_of_the_help_is_tried_here),
	};
	return cmocka_run_group_tests(tests, write_allocator, remove_allocator);
}
