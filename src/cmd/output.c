/* See output.h. */
#include "cmd/output.h"

#include "base/error.h"
#include "base/progress.h"
#include "base/text.h"
#include "base/write_all.h"
#include "cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int cmd_print(const char *bytes, size_t length, struct error *err)
{
	progress_end(); /* its line may be on the same terminal */
	return write_all(STDOUT_FILENO, bytes, length) < 0
		       ? error_set(err, "standard output: %s", strerror(errno))
		       : 0;
}

/* The message may quote names and words from files; none of them may control the terminal. */
int cmd_complain(int status, const struct error *err)
{
	struct text text = {0};

	progress_end();
	text_add_visible(&text, err->text);
	fprintf(stderr, "arenascope: %s\n", text_of(&text));
	text_finish(&text);
	return status;
}

int cmd_print_text(struct text *text)
{
	struct error err;
	int result = cmd_print(text_of(text), text->length, &err);

	text_finish(text);
	return result < 0 ? cmd_complain(EXIT_TROUBLE, &err) : EXIT_FINE;
}

int cmd_usage_error(const struct cmd *cmd, const struct error *err)
{
	cmd_complain(EXIT_USAGE, err);
	fprintf(stderr, "usage: arenascope %s%s%s\n", cmd->name, *cmd->usage ? " " : "",
		cmd->usage);
	return EXIT_USAGE;
}

/* They are one file, by two names or one; "-": standard input; NULL: none. */
static bool is_input(const char *input, const struct stat *out)
{
	struct stat in;
	int known = !input                    ? -1
		    : strcmp(input, "-") == 0 ? fstat(STDIN_FILENO, &in)
					      : stat(input, &in);

	return known == 0 && in.st_dev == out->st_dev && in.st_ino == out->st_ino;
}

static int begin_output(struct output_file *file, const char *input, const char *path,
	int (*open_output)(struct output_file *file, const char *path), struct error *err)
{
	struct stat out;

	*file = (struct output_file){.fd = -1};
	if (stat(path, &out) == 0 && is_input(input, &out))
		return error_set(err, "%s: is the input trace; choose another output file", path);
	if (open_output(file, path) < 0)
		return error_set(err, "%s: %s", path, strerror(errno));
	return 0;
}

int cmd_begin_output(struct output_file *file, const char *input, const char *path,
	struct error *err)
{
	return begin_output(file, input, path, output_file_open, err);
}

int cmd_begin_named_output(struct output_file *file, const char *input, const char *path,
	struct error *err)
{
	return begin_output(file, input, path, output_file_open_named, err);
}

int cmd_end_output(struct output_file *file, const char *path, int result, struct error *err)
{
	if (output_file_close(file, result == 0) < 0 && result == 0)
		return error_set(err, "%s: %s", path, strerror(errno));
	return result;
}

int cmd_open_stream(const char *path, struct error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	return fd < 0 ? error_set(err, "%s: %s", path, strerror(errno)) : fd;
}
