/* See output.h. */
#include "cmd/output.h"

#include "base/error.h"
#include "base/text.h"
#include "cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int cmd_print(const char *bytes, size_t length, struct error *err)
{
	while (length > 0) {
		ssize_t n = write(STDOUT_FILENO, bytes, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_set(err, "standard output: %s", strerror(errno));
		bytes += n;
		length -= (size_t)n;
	}
	return 0;
}

/* The message may quote names and words from files; none of them may control the terminal. */
int cmd_complain(int status, const struct error *err)
{
	struct text text = {0};

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

int cmd_open_output(const char *input, const char *path, struct error *err)
{
	struct stat in, out;
	int known = !input                    ? -1
		    : strcmp(input, "-") == 0 ? fstat(STDIN_FILENO, &in)
					      : stat(input, &in);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0 || fstat(fd, &out) < 0) {
		error_set(err, "%s: %s", path, strerror(errno));
	} else if (known == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino) {
		error_set(err, "%s: is the input trace; choose another output file", path);
	} else if (S_ISREG(out.st_mode) && ftruncate(fd, 0) < 0) {
		error_set(err, "%s: %s", path, strerror(errno));
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}
