/* See config.h. */
#include "cmd/config.h"

#include "base/error.h"
#include "base/lines.h"
#include "base/text.h"
#include "cmd/screen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The options of a screen that are personal preferences. */
static const char *const tastes[] = {"theme", "speed", "color", "ascii", "no-mouse", "fps",
	"memory", "no-index"};

#define TASTES (sizeof(tastes) / sizeof(*tastes))

static bool is_taste(const char *name)
{
	for (size_t i = 0; i < TASTES; i++)
		if (strcmp(tastes[i], name) == 0)
			return true;
	return false;
}

void config_path(char *ret_path, size_t size)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (xdg && xdg[0] == '/')
		snprintf(ret_path, size, "%s/arenascope/config", xdg);
	else
		snprintf(ret_path, size, "%s%s", home ? home : "",
			home ? "/.config/arenascope/config" : "");
}

/* Splits a line into its name and value; false: the line is empty. */
static bool split(char *line, char **ret_name, char **ret_value)
{
	line += strspn(line, " \t");
	if (*line == '\0' || *line == '#')
		return false;
	*ret_name = strsep(&line, " \t");
	*ret_value = line ? line + strspn(line, " \t") : NULL;
	if (*ret_value && **ret_value == '\0')
		*ret_value = NULL;
	return true;
}

static bool is_pipe(const char *path)
{
	struct stat file;

	return stat(path, &file) == 0 && S_ISFIFO(file.st_mode);
}

/* Calls `take` for each line. missing_is_fine: a missing file counts as empty, as does a pipe. */
static int each_line(const char *path, bool missing_is_fine,
	int (*take)(const char *name, const char *value, void *user, struct error *err), void *user,
	struct error *err)
{
	struct lines lines = {0};
	char *name, *value;
	int result = 1;

	if (missing_is_fine && is_pipe(path))
		return 0;
	FILE *file = fopen(path, "r");
	lines.file = file;

	if (!file)
		return missing_is_fine && (errno == ENOENT || errno == ENOTDIR || errno == EACCES)
			       ? 0
			       : error_set(err, "%s: %s", path, strerror(errno));
	while (result > 0) {
		result = lines_next(&lines, err);
		if (result > 0 && split(lines.text, &name, &value) &&
			take(name, value, user, err) < 0)
			result = -1;
	}
	if (result < 0)
		lines_refuse(&lines, path, err);
	fclose(file);
	return result;
}

static int take_option(const char *name, const char *value, void *user, struct error *err)
{
	return is_taste(name) ? options_set(user, name, value, err) : 0;
}

int config_options(const char *path, bool must_exist, struct options *options, struct error *err)
{
	struct options *liked = options_new();

	options_add_table(liked, screen_options);
	int result = each_line(path, !must_exist, take_option, liked, err);
	if (result == 0)
		options_default_from(options, liked);
	options_free(liked);
	return result;
}

static int take_command(const char *name, const char *value, void *user, struct error *err)
{
	struct text command = {0};

	if (is_taste(name))
		return 0;
	text_add(&command, "%s%s%s", name, value ? " " : "", value ? value : "");
	int result = view_command(user, text_of(&command), err);
	text_finish(&command);
	return result;
}

int config_commands(const char *path, struct view *view, struct error *err)
{
	return each_line(path, true, take_command, view, err);
}

void config_help(struct text *out)
{
	char name[40];

	text_add(out,
		"Settings, one per line, in ~/.config/arenascope/config or $XDG_CONFIG_HOME/arenascope/config.\n"
		"Lines starting with # are comments. Command-line options override the file.\n\n");
	for (size_t i = 0; i < TASTES; i++)
		for (const struct option_spec *spec = screen_options; spec->name; spec++) {
			if (strcmp(spec->name, tastes[i]) != 0)
				continue;
			snprintf(name, sizeof(name), "%s%s%s", spec->name, spec->value ? " " : "",
				spec->value ? spec->value : "");
			text_add(out, "  %-16s  %s", name, spec->help);
			for (size_t j = 0; spec->choices && spec->choices[j]; j++)
				text_add(out, "%s%s",
					j % 4 ? ", "
					: j   ? ",\n                      "
					      : ": ",
					spec->choices[j]);
			text_add(out, "\n");
		}
	text_add(out, "  %-16s  %s\n", "bind KEY ACTION",
		"bind a key to an action; ? in the viewer lists actions");
	text_add(out, "  %-16s  %s\n", "COMMAND",
		"any command you can type after : in the viewer, such as expert");
}
