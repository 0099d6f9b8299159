/* Whoever waits for an export hears how far it is, in every form. */
#include "export/exporter.h"

#include "base/error.h"
#include "base/options.h"
#include "base/progress.h"
#include "canvas/theme.h"
#include "engine/engine.h"
#include "export/sheet.h"
#include "export/sink.h"
#include "player/player.h"
#include "support.h"
#include "trace/trace.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EVENTS 2000u

struct heard {
	unsigned reports;
	bool goes_on; /* something was begun and has not ended */
};

static void hear(const struct progress_report *progress, void *user)
{
	struct heard *heard = user;

	heard->reports += progress != NULL;
	heard->goes_on = progress && progress->done < progress->all;
}

static struct trace *open_trace(void)
{
	struct text text = {0};
	struct trace *trace = NULL;
	struct error err = {""};

	text_add(&text, "site 1 0x401000\n");
	for (unsigned i = 0; i < EVENTS; i++)
		text_add(&text, "a %u 16 site=1\n", i);
	assert_int_equal(trace_open_memory(&trace, text.bytes, text.length, "t", 0, &err), 0);
	text_finish(&text);
	return trace;
}

static void assert_is_heard(const struct exporter *exporter, struct export_job *job)
{
	struct sink sink = {.fd = open("/dev/null", O_WRONLY), .name = "/dev/null"};
	struct sheet_config config = {.engine = job->engine,
		.options = job->options,
		.theme = job->theme,
		.width = 80,
		.height = 24};
	struct heard heard = {0};
	struct error err = {""};

	progress_listen(hear, &heard);
	if (exporter->moment != EXPORT_ALL) {
		assert_int_equal(sheet_new(&job->sheet, job->trace, &config, &err), 0);
		assert_int_equal(sheet_seek(job->sheet, "end", "--at", &err), 0);
		job->position = job->end = player_position(sheet_player(job->sheet));
	}
	assert_int_equal(exporter->write(job, &sink, &err), 0);
	progress_listen(NULL, NULL);
	if (heard.reports == 0 || heard.goes_on)
		fail_msg("--%s: %u reports%s", exporter->name, heard.reports,
			heard.goes_on ? ", and no end" : "");
	sheet_free(job->sheet);
	job->sheet = NULL;
	sink_finish(&sink);
	close(sink.fd);
}

static void every_form_says_how_far_it_is(void **state)
{
	struct options *options = options_new();
	size_t count, nengines;
	const struct engine_ops *const *engines = engine_list(&nengines);
	const struct exporter *const *exporters = exporter_list(&count);
	struct export_job job = {.trace = open_trace(),
		.engine = "heap",
		.options = options,
		.theme = theme_find("dark"),
		.speed = 2};

	for (size_t i = 0; i < nengines; i++)
		if (engines[i]->options)
			options_add_table(options, engines[i]->options);
	for (size_t i = 0; i < count; i++)
		if (!exporters[i]->opens_file)
			assert_is_heard(exporters[i], &job);
	trace_close(job.trace);
	options_free(options);
}

static void hear_indexing(const struct progress_report *progress, void *user)
{
	unsigned *heard = user;

	*heard += progress && strcmp(progress->what, "indexing") == 0;
}

static void a_database_says_that_its_indexes_are_made(void **state)
{
	char path[] = "/tmp/arenascope-progress-XXXXXX";
	struct options *options = options_new();
	size_t count;
	const struct exporter *const *exporters = exporter_list(&count);
	struct export_job job = {.trace = open_trace(), .engine = "heap", .options = options};
	struct sink sink = {.fd = mkstemp(path), .name = path};
	struct error err = {""};
	unsigned heard = 0;

	options_add_table(options, engine_find("heap")->options);
	for (size_t i = 0; i < count; i++)
		if (strcmp(exporters[i]->name, "sqlite") == 0) {
			progress_listen(hear_indexing, &heard);
			assert_int_equal(exporters[i]->write(&job, &sink, &err), 0);
			progress_listen(NULL, NULL);
			assert_true(heard > 0);
		}
	close(sink.fd);
	unlink(path);
	trace_close(job.trace);
	options_free(options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_database_says_that_its_indexes_are_made),
		cmocka_unit_test(every_form_says_how_far_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
