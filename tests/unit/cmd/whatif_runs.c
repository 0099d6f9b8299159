/* What is said of the runs while they are played. Its source is included, as a command's is. */
#include "cmd/whatif_runs.c"

#include "base/text.h"
#include "support.h"

#define RUNS   3u
#define EVENTS 3000u

struct heard {
	unsigned reports, ends;
	unsigned begun; /* runs, at the last report */
	const char *what;
};

/* Each report has how many runs are begun, which grows, and is of the same work. */
static void hear(const struct progress_report *progress, void *user)
{
	struct heard *heard = user;
	unsigned begun, all;

	if (!progress) {
		heard->ends++;
		return;
	}
	assert_int_equal(sscanf(progress->what, "playing %u of %u", &begun, &all), 2);
	assert_int_equal(all, RUNS);
	assert_true(begun >= 1 && begun >= heard->begun && begun <= RUNS);
	assert_true(heard->reports > 0 || begun == 1);
	assert_true(!heard->what || heard->what == progress->what);
	assert_int_equal(progress->all, (uint64_t)RUNS * EVENTS);
	assert_true(progress->done <= progress->all);
	heard->what = progress->what;
	heard->begun = begun;
	heard->reports++;
}

static void progress_says_which_run_of_how_many(void **state)
{
	struct whatif_run runs[RUNS] = {{.words = NULL}, {.words = "heap:best"},
		{.words = "heap:worst"}};
	struct options *options = options_new();
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);
	struct heard heard = {0};
	struct text text = {0};
	struct trace *trace = NULL;
	struct error err = {""};

	for (size_t i = 0; i < count; i++)
		if (engines[i]->options)
			options_add_table(options, engines[i]->options);
	for (unsigned i = 0; i < EVENTS; i++)
		text_add(&text, "a %u 16\n", i);
	assert_int_equal(trace_open_memory(&trace, text.bytes, text.length, "t", 0, &err), 0);
	progress_listen(hear, &heard);
	heard.ends = 0;
	assert_int_equal(whatif_play(trace, EVENTS, "heap", options, runs, RUNS, &err), 0);
	assert_true(heard.reports >= EVENTS / BATCH);
	assert_int_equal(heard.ends, 1);
	for (unsigned i = 0; i < RUNS; i++)
		assert_true(runs[i].is_played);
	progress_listen(NULL, NULL);
	trace_close(trace);
	options_free(options);
	text_finish(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(progress_says_which_run_of_how_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
