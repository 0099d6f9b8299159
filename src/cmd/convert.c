/* `arenascope convert`: one form of trace into the other; nothing is lost either way. */
#include "arenascope/trace.h"
#include "base/error.h"
#include "cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const forms[] = {"text", "binary", NULL};

static const struct option_spec options[] = {
	{.name = "to", .type = OPTION_CHOICE, .value = "FORM", .choices = forms,
		.help = "form of the output; without it its name's ending decides (.trace binary, else text)"},
	{0},
};

static bool ends_in(const char *text, const char *ending)
{
	size_t length = strlen(text), end = strlen(ending);

	return length >= end && strcmp(text + length - end, ending) == 0;
}

static enum trace_form form_of(const struct cmd_call *call, const char *path)
{
	if (options_given(call->options, "to"))
		return options_choice(call->options, "to") == 0 ? TRACE_TEXT : TRACE_BINARY;
	return ends_in(path, ".trace") ? TRACE_BINARY : TRACE_TEXT;
}

/*
 * Opens the output without touching what it holds until it is known to be another file than the
 * input, which is read while the output is written.
 */
static int open_output(const char *input, const char *path, struct error *err)
{
	struct stat in, out;
	int known = strcmp(input, "-") == 0 ? fstat(STDIN_FILENO, &in) : stat(input, &in);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0 || fstat(fd, &out) < 0) {
		error_set(err, "%s: %s", path, strerror(errno));
	} else if (known == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino) {
		error_set(err, "%s: is the trace that is read; write to another file", path);
	} else if (S_ISREG(out.st_mode) && ftruncate(fd, 0) < 0) {
		error_set(err, "%s: %s", path, strerror(errno));
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

static int run(const struct cmd_call *call, struct error *err)
{
	if (call->nwords != 2) {
		error_set(err, "convert: a trace to read and a file to write are needed");
		return EXIT_USAGE;
	}
	const char *path = call->words[1];
	bool is_stdout = strcmp(path, "-") == 0;
	int fd = is_stdout ? STDOUT_FILENO : open_output(call->words[0], path, err);

	if (fd < 0)
		return EXIT_TROUBLE;
	int result = trace_copy(
		call->trace, fd, is_stdout ? "standard output" : path, form_of(call, path), err);
	if (!is_stdout && close(fd) < 0 && result == 0)
		result = error_set(err, "%s: %s", path, strerror(errno));
	return result < 0 ? EXIT_TROUBLE : EXIT_FINE;
}

const struct cmd cmd_convert = {
	.name = "convert",
	.summary = "write a trace in another form",
	.usage = "[OPTIONS] TRACE OUTPUT",
	.words = 2,
	.details = "OUTPUT may be - for standard output.\n",
	.options = options,
	.flags = CMD_OPENS_TRACE,
	.run = run,
};
