/* See output.h. */
#include "cmd/output.h"

#include "base/error.h"
#include "base/text.h"
#include "cmd/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
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
