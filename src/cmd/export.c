/*
 * `arenascope export`: a trace in the forms that other programs read; one file a form in
 * src/export.
 */
#include "export/exporter.h"

#include "base/error.h"
#include "canvas/theme.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "cmd/screen.h"
#include "cmd/sheet_options.h"
#include "export/sheet.h"
#include "export/sink.h"
#include "player/player.h"
#include "player/where.h"
#include "trace/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option_spec options[] = {
#define OPTION(form, words) \
	{.name = #form, .type = OPTION_TEXT, .value = "FILE", .help = "write " words},
	EXPORTERS(OPTION)
#undef OPTION
		{.name = "pinned",
			.type = OPTION_NUMBER,
			.value = "N",
			.min = 1,
			.max = 100,
			.help = "count only callers whose blocks pin an arena: at most N% of it is in use"},
	{.name = "script",
		.type = OPTION_TEXT,
		.value = "FILE",
		.help = "with --cast: play this script of keys and commands"},
	{0},
};

/* Opens the sheet that the exporter needs, and reads the rest of what it is to do. */
static int prepare(struct export_job *job, const struct exporter *exporter,
	const struct cmd_call *call, struct error *err)
{
	const struct trace_mark *notes;
	bool is_range = exporter->moment == EXPORT_RANGE;
	bool is_lesson = exporter->teaches && trace_notes(call->trace, &notes) > 0 &&
			 !options_given(call->options, "view");

	const char *at = is_range ? "start" : where_by_default(call->trace);

	if (sheet_open(&job->sheet, call, at, is_lesson, err) < 0)
		return -1;
	job->position = player_position(sheet_player(job->sheet));
	if (is_range && sheet_end(job->sheet, call->options, "end", &job->end, err) < 0)
		return -1;
	return screen_speed(call->options, &job->speed, err);
}

static int write_by_name(const struct exporter *exporter, const struct export_job *job,
	const char *input, const char *path, struct error *err)
{
	struct output_file file;

	if (cmd_begin_named_output(&file, input, path, err) < 0)
		return -1;
	struct sink sink = {.name = output_file_name(&file, path), .fd = -1};
	return cmd_end_output(&file, path, exporter->write(job, &sink, err), err);
}

static int write_file(const struct exporter *exporter, const struct export_job *job,
	const struct cmd_call *call, const char *path, struct error *err)
{
	bool is_stdout = strcmp(path, "-") == 0;

	if (is_stdout && exporter->opens_file)
		return error_set(err, "--%s: needs a file, not standard output", exporter->name);
	if (exporter->opens_file)
		return write_by_name(exporter, job, call->words[0], path, err);
	struct output_file file = {.fd = -1};
	if (!is_stdout && cmd_begin_output(&file, call->words[0], path, err) < 0)
		return -1;
	struct sink sink = {.name = is_stdout ? "standard output" : path,
		.fd = is_stdout ? STDOUT_FILENO : file.fd};
	int result = exporter->write(job, &sink, err);
	if (result == 0)
		result = sink_flush(&sink, err);
	result = cmd_end_output(&file, path, result, err);
	if (result == 0 && sink.remark.length > 0)
		fprintf(stderr, "arenascope: %s: %s\n", sink.name, text_of(&sink.remark));
	sink_finish(&sink);
	return result;
}

static int export_as(const struct exporter *exporter, const struct cmd_call *call,
	struct error *err)
{
	const char *path = options_text(call->options, exporter->name);
	struct export_job job = {
		.trace = call->trace,
		.engine = call->engine,
		.options = call->options,
		.pinned = options_number(call->options, "pinned"),
		.script = options_text(call->options, "script"),
		.theme = theme_find(options_text(call->options, "theme")),
		.has_theme = options_given(call->options, "theme"),
	};
	int status = EXIT_USAGE;

	if (exporter->moment == EXPORT_ALL || prepare(&job, exporter, call, err) == 0)
		status = write_file(exporter, &job, call, path, err) < 0 ? EXIT_TROUBLE : EXIT_FINE;
	sheet_free(job.sheet);
	return status;
}

/* What an option of a place needs of a form. */
static bool takes(const struct exporter *exporter, const char *option)
{
	if (strcmp(option, "pinned") == 0)
		return exporter->moment == EXPORT_MOMENT;
	if (strcmp(option, "to") == 0)
		return exporter->moment == EXPORT_RANGE;
	return exporter->moment != EXPORT_ALL;
}

/* An option that none of the forms takes would be ignored. */
static int check_places(const struct cmd_call *call, struct error *err)
{
	static const char *const places[] = {"at", "to", "pinned"};
	size_t count;
	const struct exporter *const *exporters = exporter_list(&count);

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		const char *refuses = NULL;
		bool is_taken = false;
		for (size_t j = 0; j < count; j++) {
			if (!options_given(call->options, exporters[j]->name))
				continue;
			is_taken |= takes(exporters[j], places[i]);
			refuses = exporters[j]->name;
		}
		if (options_given(call->options, places[i]) && refuses && !is_taken)
			return error_set(err,
				"export: --%s does not take --%s; leave it out, or choose a form of which --help says so",
				refuses, places[i]);
	}
	return 0;
}

/* The form before this one that goes to the same file; NULL: none does. */
static const char *same_output(const struct cmd_call *call, const char *form, const char *path)
{
	size_t count;
	const struct exporter *const *exporters = exporter_list(&count);

	for (size_t i = 0; i < count && strcmp(exporters[i]->name, form) != 0; i++)
		if (options_given(call->options, exporters[i]->name) &&
			strcmp(options_text(call->options, exporters[i]->name), path) == 0)
			return exporters[i]->name;
	return NULL;
}

/* Two forms in one file would be no file of either. */
static int check_outputs(const struct cmd_call *call, struct error *err)
{
	size_t count;
	const struct exporter *const *exporters = exporter_list(&count);

	for (size_t i = 0; i < count; i++) {
		const char *form = exporters[i]->name;
		const char *path = options_given(call->options, form)
					   ? options_text(call->options, form)
					   : NULL;
		const char *first = path ? same_output(call, form, path) : NULL;
		bool is_stdout = path && strcmp(path, "-") == 0;
		if (first)
			return error_set(err,
				"export: --%s and --%s both go to %s; give one of them %s", first,
				form, is_stdout ? "standard output" : path,
				is_stdout ? "a file" : "another file");
	}
	return 0;
}

static int run(const struct cmd_call *call, struct error *err)
{
	size_t count;
	const struct exporter *const *exporters = exporter_list(&count);
	int status = EXIT_FINE;
	bool has_any = false;

	if (check_outputs(call, err) < 0 || check_places(call, err) < 0)
		return EXIT_USAGE;
	for (size_t i = 0; i < count && status == EXIT_FINE; i++) {
		if (!options_given(call->options, exporters[i]->name))
			continue;
		has_any = true;
		status = export_as(exporters[i], call, err);
	}
	if (has_any)
		return status;
	error_set(err, "export: needs a form and a file, for example  --csv events.csv");
	return EXIT_USAGE;
}

const struct cmd cmd_export = {
	.name = "export",
	.summary = "write a trace for other programs: CSV, SQLite, pprof, Perfetto and others",
	.usage = "[OPTIONS] --FORM FILE TRACE",
	.words = 1,
	.details =
		"  arenascope export --csv events.csv my.trace\n"
		"  arenascope export --pprof heap.pb.gz --at peak my.trace\n\n"
		"Several forms may be given at once.  FILE - is standard output.  docs/exports.md says\n"
		"what each form has.\n",
	.options = options,
	.flags = CMD_TAKES_ENGINE | CMD_OPENS_TRACE | CMD_MAY_DEMO | CMD_DRAWS,
	.run = run,
};
