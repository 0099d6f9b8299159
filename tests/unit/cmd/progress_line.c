/*
 * The words for the progress of long work. The source is included, since the library of commands
 * is not linked to tests.
 */
#include "cmd/progress_line.c"

#include "support.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void progress_has_a_share_a_rate_and_the_rest(void **state)
{
	static const struct {
		struct progress_report progress;
		uint64_t done_before, elapsed;
		const char *words;
	} table[] = {
		{{"playing", "events", 0, 1000}, 0, 0, "arenascope: playing: 0%"},
		{{"playing", "events", 500, 1000}, 0, SECOND,
			"arenascope: playing: 50%, 500 events/s, 1 s left"},
		{{"playing", "events", 31234567, 100000000}, 1234567, 10 * SECOND,
			"arenascope: playing: 31%, 3,000,000 events/s, 23 s left"},
		{{"reading", "bytes", 3 << 20, 6 << 20}, 0, SECOND,
			"arenascope: reading: 50%, 3 MiB/s, 1 s left"},
		{{"reading", "bytes", 3 << 20, 0}, 0, SECOND,
			"arenascope: reading: 3,145,728 bytes, 3 MiB/s"},
		{{"playing", "events", 500, 1000, "before"}, 0, 0,
			"arenascope: before: playing: 50%"},
		{{"grading", "traces", 1, 3}, 0, 2 * SECOND, "arenascope: grading: 33%, 4 s left"},
		{{"calling the allocator", "seconds", 65, 0, "a.rep"}, 0, 65 * SECOND,
			"arenascope: a.rep: calling the allocator: 1:05 min"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct text text = {0};
		progress_line_add(&text, &table[i].progress, table[i].done_before,
			table[i].elapsed);
		assert_text_equal(text_of(&text), table[i].words);
		text_finish(&text);
	}
}

struct heard {
	unsigned ends, reports;
	uint64_t done;
};

static void hear(const struct progress_report *progress, void *user)
{
	struct heard *heard = user;

	if (!progress) {
		heard->ends++;
		return;
	}
	heard->reports++;
	heard->done = progress->done;
}

static void who_listens_hears_it_and_nobody_has_to(void **state)
{
	struct heard heard = {0};

	progress_say("playing", "events", 1, 2);
	progress_listen(hear, &heard);
	progress_say("playing", "events", 1, 2);
	progress_say("playing", "events", 2, 2);
	progress_end();
	assert_int_equal(heard.reports, 2);
	assert_int_equal(heard.done, 2);
	assert_int_equal(heard.ends, 1);
	progress_listen(NULL, NULL);
	progress_say("playing", "events", 1, 2);
	assert_int_equal(heard.reports, 2);
}

/* What was written since the last call. */
static const char *written(int file)
{
	static char words[512];
	ssize_t n = read(file, words, sizeof(words) - 1);

	words[n > 0 ? n : 0] = '\0';
	return words;
}

/* Work of a minute is shown; the line goes when the work ends or is another, and not twice. */
static void what_is_shown_is_erased_once(void **state)
{
	static const struct progress_report reading = {"reading", "bytes", 1, 2},
					    read_whole = {"reading", "bytes", 2, 2},
					    playing = {"playing", "events", 1, 2};
	const struct progress_report *const ends[] = {NULL, &read_whole, &playing};
	int out = dup(STDERR_FILENO), file = memfd_create("stderr", MFD_CLOEXEC);
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	int again = open(path, O_RDONLY | O_CLOEXEC);
	for (size_t i = 0; i < 3; i++) {
		struct progress_line line = {0};
		dup2(file, STDERR_FILENO);
		listen(&reading, &line);
		listen(&reading, &line);
		assert_string_equal(written(again), "");
		line.began -= 60 * SECOND;
		line.last = line.began;
		listen(&reading, &line);
		dup2(out, STDERR_FILENO);
		assert_non_null(strstr(written(again), "\rarenascope: reading: 50%"));
		dup2(file, STDERR_FILENO);
		listen(ends[i], &line);
		listen(NULL, &line);
		progress_line_end(&line);
		dup2(out, STDERR_FILENO);
		assert_string_equal(written(again), "\r\033[K");
	}
	close(again);
	close(file);
	close(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(progress_has_a_share_a_rate_and_the_rest),
		cmocka_unit_test(who_listens_hears_it_and_nobody_has_to),
		cmocka_unit_test(what_is_shown_is_erased_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
