/* `arenascope convert`: converts a trace into another format; no event is lost either way. */
#include "base/error.h"
#include "base/units.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "cmd/trace_name.h"
#include "player/scope.h"
#include "symbols/symbols.h"
#include "trace/trace.h"
#include "trace/wire.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const forms[] = {"text", "binary", NULL};

static const struct option_spec options[] = {
	{.name = "to",
		.type = OPTION_CHOICE,
		.value = "FORMAT",
		.choices = forms,
		.help = "output format; default: decided by the file name"},
	{.name = "names",
		.type = OPTION_FLAG,
		.help = "store function names in the trace, so it can be read on other machines"},
	{0},
};

/*
 * The format requested; otherwise that of the file name; otherwise the one that the input does not
 * have.
 */
static enum trace_form form_of(const struct cmd_call *call, const char *path)
{
	enum trace_form form =
		strcmp(trace_format(call->trace), "binary") == 0 ? TRACE_TEXT : TRACE_BINARY;

	if (options_given(call->options, "to"))
		return options_choice(call->options, "to") == 0 ? TRACE_TEXT : TRACE_BINARY;
	trace_name_form(path, &form);
	return form;
}

static void tell(const char *path, const struct trace *trace, enum trace_form form, uint64_t bytes)
{
	struct units events, size;

	fprintf(stderr, "arenascope: %s: %s format, %s event%s, %s\n", path,
		forms[form == TRACE_TEXT ? 0 : 1], units_count(&events, trace_length(trace)),
		trace_length(trace) == 1 ? "" : "s", units_bytes(&size, bytes));
}

/*
 * Adds the names of call sites from the files of the recorded program, where the trace does not
 * have them.
 */
static void add_names(struct trace *trace)
{
	struct symbols *symbols = symbols_new(trace);
	const uint64_t *frames;

	for (uint32_t site = 1; site <= trace_site_count(trace); site++) {
		size_t count = trace_site(trace, site, &frames);
		for (size_t i = 0; i < count; i++)
			if (!*trace_frame_name(trace, site, i) &&
				symbols_is_named(symbols, site, i))
				trace_name_frame(trace, site, i, symbols_frame(symbols, site, i));
	}
	symbols_free(symbols);
}

/* A copy of what is cut off has an end: a mark says that it is none, where none does; or NULL. */
static const char *mark_of_cut(const struct trace *trace)
{
	static const char mark[] = TRACE_MARK_CUT "the end is missing";
	const char *cut = scope_cut(trace);

	return trace_is_truncated(trace) && strcmp(cut, mark + strlen(TRACE_MARK_CUT)) == 0 ? mark
											    : NULL;
}

static int run(const struct cmd_call *call, struct error *err)
{
	const char *path = call->words[1];
	bool is_stdout = strcmp(path, "-") == 0;
	struct output_file file = {.fd = -1};

	if (!is_stdout && cmd_begin_output(&file, call->words[0], path, err) < 0)
		return EXIT_TROUBLE;
	int fd = is_stdout ? STDOUT_FILENO : file.fd;
	enum trace_form form = form_of(call, path);
	struct stat written = {0};
	if (options_flag(call->options, "names"))
		add_names(call->trace);
	int result = trace_copy_marked(call->trace, fd, is_stdout ? "standard output" : path, form,
		mark_of_cut(call->trace), err);
	fstat(fd, &written);
	result = cmd_end_output(&file, path, result, err);
	if (!is_stdout && result == 0)
		tell(path, call->trace, form, (uint64_t)written.st_size);
	return result < 0 ? EXIT_TROUBLE : EXIT_FINE;
}

const struct cmd cmd_convert = {
	.name = "convert",
	.summary = "convert a trace between text and binary",
	.usage = "[OPTIONS] TRACE OUTPUT",
	.words = 2,
	.words_needed = 2,
	.details =
		"Without --to, the output's name decides the format: .trace and .bin are binary; .rep, .txt,\n.text and - (standard output) are text; any other name gets the format the input does not have.\n",
	.options = options,
	.flags = CMD_OPENS_TRACE,
	.run = run,
};
