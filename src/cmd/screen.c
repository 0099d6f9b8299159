/* See screen.h. */
#include "cmd/screen.h"

#include "base/error.h"
#include "base/progress.h"
#include "canvas/theme.h"
#include "cmd/config.h"
#include "cmd/output.h"
#include "export/sink.h"
#include "pictures/cast.h"
#include "term/script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const colors[] = {"auto", "always", "never", NULL};
static const char *const charsets[] = {"utf8", "cp437", "ascii", NULL};

const struct option_spec screen_options[] = {
	{.name = "speed",
		.type = OPTION_TEXT,
		.value = "SPEED",
		.help = "events per second, or a time for the whole trace such as 30s"},
	{.name = "script",
		.type = OPTION_TEXT,
		.value = "FILE",
		.help = "read keys and commands from a file; one with times plays as a film"},
	{.name = "cast",
		.type = OPTION_TEXT,
		.value = "FILE",
		.help = "record what the screen shows (asciicast v2)"},
	{.name = "text",
		.type = OPTION_FLAG,
		.help = "tell each change in a line of words: for screen readers and logs"},
	{.name = "on-screen",
		.type = OPTION_FLAG,
		.help = "with --script: play in the terminal even without times"},
	{.name = "size",
		.type = OPTION_TEXT,
		.value = "WxH",
		.fallback = "80x24",
		.help = "with --script: use a screen of this size, without a terminal"},
	{.name = "charset",
		.type = OPTION_CHOICE,
		.value = "SET",
		.fallback = "utf8",
		.choices = charsets,
		.help = "with --script: character set"},
	{.name = "color",
		.type = OPTION_CHOICE,
		.value = "WHEN",
		.fallback = "auto",
		.choices = colors,
		.help = "use colours"},
	{.name = "ascii", .type = OPTION_FLAG, .help = "use ASCII characters only"},
	{.name = "no-mouse", .type = OPTION_FLAG, .help = "leave the mouse to the terminal"},
	{.name = "theme",
		.type = OPTION_CHOICE,
		.value = "NAME",
		.choices = theme_names,
		.help = "colour theme"},
	{.name = "fps",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "60",
		.min = 1,
		.max = 240,
		.help = "most frames per second"},
	{.name = "memory",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "512M",
		.min = 1 << 20,
		.help = "memory for checkpoints, from which jumps and steps back begin"},
	{.name = "no-index",
		.type = OPTION_FLAG,
		.help = "keep no index of a long trace in the cache folder"},
	{.name = "index",
		.type = OPTION_FLAG,
		.help = "keep an index even of a short trace, and with --script"},
	{.name = "config",
		.type = OPTION_TEXT,
		.value = "FILE",
		.help = "settings file instead of ~/.config/arenascope/config; none: no file"},
	{0},
};

int screen_size(const struct options *options, int *ret_width, int *ret_height, struct error *err)
{
	if (script_take_size(options_text(options, "size"), ret_width, ret_height, err) < 0)
		return error_prefix(err, "--size");
	return 0;
}

int screen_speed(const struct options *options, double *ret_speed, struct error *err)
{
	const char *words = options_text(options, "speed");
	char *end;
	double speed = strtod(words, &end);

	if (end == words || *end != '\0' || !(speed >= SPEED_MIN && speed <= SPEED_MAX))
		return error_set(err,
			"--speed: '%s' is not a number of events per second (%g to %.0f)", words,
			SPEED_MIN, SPEED_MAX);
	*ret_speed = speed;
	return 0;
}

/*
 * Typed options stay, and the file fills in the others. A script depends only on settings that it
 * is given.
 */
static int take_config(struct options *options, struct screen_wishes *wishes, struct error *err)
{
	const char *given = options_text(options, "config");

	if (given && strcmp(given, "none") == 0)
		return 0;
	if (given)
		snprintf(wishes->config, sizeof(wishes->config), "%s", given);
	else if (!options_text(options, "script"))
		config_path(wishes->config, sizeof(wishes->config));
	return wishes->config[0] ? config_options(wishes->config, given, options, err) : 0;
}

/* Whether the script is timed; one that can be read only once is not. */
static bool is_timed(const char *path)
{
	struct stat status;
	FILE *file = stat(path, &status) == 0 && S_ISREG(status.st_mode) ? fopen(path, "r") : NULL;

	if (!file)
		return false;
	bool timed = script_is_timed(file);
	fclose(file);
	return timed;
}

bool screen_is_terminal(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(term && strcmp(term, "dumb") == 0);
}

static int read_wishes(struct screen_wishes *ret_wishes, struct options *options, struct error *err)
{
	if (take_config(options, ret_wishes, err) < 0)
		return -1;

	const char *theme = options_text(options, "theme");
	const char *script = options_text(options, "script");
	struct screen_wishes wishes = {
		.charset = (enum charset)options_choice(options, "charset"),
		.term =
			{
				.color = (enum color_choice)options_choice(options, "color"),
				.ascii = options_flag(options, "ascii"),
				.mouse = !options_flag(options, "no-mouse"),
				.theme = theme ? theme_name(theme_find(theme)) : NULL,
				.fps = (int)options_number(options, "fps"),
			},
		.memory = options_number(options, "memory"),
		.is_index_asked_for = options_flag(options, "index"),
		.tells = options_flag(options, "text"),
	};

	const char *speed = options_text(options, "speed");
	if (speed && speed_parse(speed, &wishes.speed, err) < 0)
		return error_prefix(err, "--speed");
	if (screen_size(options, &wishes.width, &wishes.height, err) < 0)
		return -1;
	wishes.keeps_index =
		!options_flag(options, "no-index") && (!script || wishes.is_index_asked_for);
	snprintf(wishes.config, sizeof(wishes.config), "%s", ret_wishes->config);
	bool has_terminal = screen_is_terminal();
	if (wishes.tells && options_text(options, "cast"))
		return error_set(err, "--text draws nothing that --cast could record");
	wishes.is_film = script && !wishes.tells && is_timed(script);
	bool plays_itself = wishes.is_film && !options_given(options, "size");
	wishes.on_screen = options_flag(options, "on-screen") || (has_terminal && plays_itself);
	wishes.unseen = plays_itself && !has_terminal;
	if (options_flag(options, "on-screen") && !script)
		return error_set(err, "--on-screen needs --script");
	if (options_flag(options, "on-screen") && options_given(options, "size"))
		return error_set(err, "--on-screen uses the terminal's size; leave out --size");
	if (options_flag(options, "on-screen") && !has_terminal)
		return error_set(err, "--on-screen: standard output is not a usable terminal");
	wishes.can_draw = has_terminal || (script && !wishes.on_screen) || wishes.tells;
	wishes.is_watched = has_terminal || (wishes.tells && isatty(STDOUT_FILENO));
	*ret_wishes = wishes;
	return 0;
}

int screen_wishes(struct screen_wishes *ret_wishes, const struct options *options,
	struct error *err)
{
	struct options *own = options_clone(options);

	*ret_wishes = (struct screen_wishes){0};
	int result = read_wishes(ret_wishes, own, err);
	options_free(own);
	ret_wishes->script = options_text(options, "script");
	ret_wishes->cast = options_text(options, "cast");
	return result;
}

/* Reads a stream to its end into a file: the terminal must not wait for its next line. */
static FILE *read_whole(FILE *stream)
{
	FILE *file = tmpfile();
	char buffer[4096];
	size_t n;

	while (file && (n = fread(buffer, 1, sizeof(buffer), stream)) > 0)
		fwrite(buffer, 1, n, file);
	if (file)
		rewind(file);
	return file;
}

static int run_in_terminal(const struct screen_wishes *wishes, FILE *stream, struct view *view,
	const struct term_audience *audience, struct error *err)
{
	struct term_config term = wishes->term;
	FILE *file = read_whole(stream);

	if (!file)
		return error_set(err, "%s: %s", wishes->script, strerror(errno));
	term.script = script_new(view, file, wishes->script);
	term.audience = audience;
	int result = term_run_curses(view, &term, err);
	script_free(term.script);
	fclose(file);
	return result;
}

static int run_script(const struct screen_wishes *wishes, struct view *view,
	const struct term_audience *audience, struct error *err)
{
	const char *path = wishes->script;
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");

	if (!file)
		return error_set(err, "%s: %s", path, strerror(errno));
	int result = wishes->on_screen
			     ? run_in_terminal(wishes, file, view, audience, err)
			     : term_run_script(view, file, path, wishes->width, wishes->height,
				       wishes->charset, stdout, audience, err);
	if (file != stdin)
		fclose(file);
	if (result == 0 && wishes->unseen)
		fprintf(stderr, "arenascope: %s: played without showing it: not a terminal\n",
			path);
	return result;
}

static int run_shown(const struct screen_wishes *wishes, struct view *view,
	const struct term_audience *audience, struct error *err)
{
	struct term_config term = wishes->term;

	term.audience = audience;
	return wishes->script  ? run_script(wishes, view, audience, err)
	       : wishes->tells ? term_run_transcript(view, stdout, err)
			       : term_run_curses(view, &term, err);
}

/* ---- a recording of the screen --------------------------------------------------------------- */

struct recording {
	const struct view *view;
	struct sink sink;
	struct cast *cast;    /* NULL: no frame was shown yet */
	struct error failure; /* the first, "": none */
};

static void see(void *user, const struct canvas *canvas, uint64_t nanoseconds)
{
	struct recording *recording = user;

	if (!recording->cast) {
		struct text title = {0};
		view_describe(recording->view, &title);
		recording->cast = cast_new(&recording->sink.text, canvas->width, canvas->height,
			text_of(&title));
		text_finish(&title);
	}
	cast_add(recording->cast, canvas, view_theme(recording->view), nanoseconds);
	if (!recording->failure.text[0])
		sink_flush(&recording->sink, &recording->failure);
	text_clear(&recording->sink.text);
}

static int record_shown(const struct screen_wishes *wishes, struct view *view, struct error *err)
{
	struct recording recording = {.view = view, .sink = {.name = wishes->cast}};
	const struct term_audience audience = {see, &recording};

	recording.sink.fd = cmd_open_stream(wishes->cast, err);
	if (recording.sink.fd < 0)
		return -1;
	int result = run_shown(wishes, view, &audience, err);
	if (result == 0 && recording.failure.text[0])
		result = error_set(err, "%s", recording.failure.text);
	if (close(recording.sink.fd) < 0 && result == 0)
		result = error_set(err, "%s: %s", wishes->cast, strerror(errno));
	cast_free(recording.cast);
	sink_finish(&recording.sink);
	return result;
}

int screen_run(const struct screen_wishes *wishes, struct view *view, struct error *err)
{
	progress_listen(NULL, NULL); /* the view has the terminal */
	if (wishes->config[0] && config_commands(wishes->config, view, err) < 0)
		return -1;
	struct term_teller teller = {view, stdout};
	const struct term_audience listeners = {term_tell, &teller};
	return wishes->cast ? record_shown(wishes, view, err)
			    : run_shown(wishes, view, wishes->tells ? &listeners : NULL, err);
}
