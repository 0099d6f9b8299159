/* `arenascope play`: a trace in the viewer; or told in words, or played by a script. */
#include "arenascope/player.h"
#include "base/error.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "player/lineup.h"
#include "term/term.h"
#include "view/narrate.h"
#include "view/theme.h"
#include "view/view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCREEN_MAX 1000	/* cells each way, with --script */

static const char *const colors[] = {"auto", "always", "never", NULL};
static const char *const charsets[] = {"utf8", "cp437", "ascii", NULL};

static const struct option_spec options[] = {
	{.name = "at", .type = OPTION_TEXT, .value = "WHERE",
		.help = "begin there: an event's number, 50%, a mark, peak"},
	{.name = "until", .type = OPTION_TEXT, .value = "STOP",
		.help = "run to the first arena-mapped, pool-full, oom, fault, size > 512 …"},
	{.name = "speed", .type = OPTION_TEXT, .value = "N", .help = "events per second"},
	{.name = "lecture", .type = OPTION_FLAG,
		.help = "pause at every caption; PgDn and PgUp go from one to the next"},
	{.name = "compare", .type = OPTION_TEXT, .value = "ENGINES",
		.help = "side by side, two to four: classic,3.11 or heap,pymalloc:3.8"},
	{.name = "print", .type = OPTION_FLAG, .help = "write what happens as text, event by event"},
	{.name = "expert", .type = OPTION_FLAG, .help = "with --print: CPython's own names"},
	{.name = "script", .type = OPTION_TEXT, .value = "FILE",
		.help = "take keys and commands from a file, without a terminal"},
	{.name = "size", .type = OPTION_TEXT, .value = "WxH", .fallback = "80x24",
		.help = "with --script: the screen's size"},
	{.name = "charset", .type = OPTION_CHOICE, .value = "SET", .fallback = "utf8", .choices = charsets,
		.help = "with --script: the signs used"},
	{.name = "color", .type = OPTION_CHOICE, .value = "WHEN", .fallback = "auto", .choices = colors,
		.help = "use colours"},
	{.name = "ascii", .type = OPTION_FLAG, .help = "use no signs beyond ASCII"},
	{.name = "no-mouse", .type = OPTION_FLAG, .help = "leave the mouse to the terminal"},
	{.name = "theme", .type = OPTION_CHOICE, .value = "NAME", .choices = theme_names, .help = "the colours"},
	{.name = "fps", .type = OPTION_NUMBER, .value = "N", .fallback = "60", .min = 1, .max = 240,
		.help = "frames per second at most"},
	{0},
};

/* ---- in words ------------------------------------------------------------------------------ */

static void add_event(struct text *out, const struct narration *narration, uint64_t number, const struct event *event)
{
	if (event->kind == EVENT_NOTE) {
		text_add(out, "\n# %s\n", text_of(&narration->what));
		return;
	}
	if (event->kind == EVENT_MARK) {
		text_add(out, "%8llu  -- %s --\n", (unsigned long long)number, text_of(&narration->what));
		return;
	}
	text_add(out, "%8llu  %s\n", (unsigned long long)number, text_of(&narration->what));
	const char *line = text_of(&narration->why);
	while (*line) {
		size_t length = strcspn(line, "\n");
		text_add(out, "          %.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
	if (narration->so.length)
		text_add(out, "          = %s\n", text_of(&narration->so));
}

static int print(const struct cmd_call *call, struct player *player, struct error *err)
{
	struct narration narration = {0};
	struct text out = {0};
	bool expert = options_flag(call->options, "expert");
	int result = 0;

	do {
		struct event event;
		struct effect effect;
		const struct decision_log *log;
		if (!player_last(player, &event, &effect, &log))
			continue;
		narrate(&narration, player_heap(player), call->trace, &event, &effect, log, expert);
		add_event(&out, &narration, player_position(player) - 1, &event);
		if (out.length > 65536) {
			result = cmd_print(out.bytes, out.length, err);
			text_clear(&out);
		}
	} while (result == 0 && player_step(player));
	if (result == 0)
		result = cmd_print(text_of(&out), out.length, err);
	text_finish(&out);
	narration_finish(&narration);
	return result;
}

/* ---- on a screen --------------------------------------------------------------------------- */

static int run_script(const struct cmd_call *call, struct view *view, int width, int height, struct error *err)
{
	const char *path = options_text(call->options, "script");
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");

	if (!file)
		return error_set(err, "%s: %s", path, strerror(errno));
	int result = term_run_script(view, file, path, width, height,
		(enum charset)options_choice(call->options, "charset"), stdout, err);
	if (file != stdin)
		fclose(file);
	return result;
}

static int run_curses(const struct cmd_call *call, struct view *view, struct error *err)
{
	const struct term_config config = {
		.color = (enum color_choice)options_choice(call->options, "color"),
		.ascii = options_flag(call->options, "ascii"),
		.mouse = !options_flag(call->options, "no-mouse"),
		.theme = options_text(call->options, "theme"),
		.fps = (int)options_number(call->options, "fps"),
	};

	return term_run_curses(view, &config, err);
}

static int go_to_start(const struct cmd_call *call, struct player *player, struct view *view, struct error *err)
{
	const char *at = options_text(call->options, "at");
	const char *until = options_text(call->options, "until");
	struct text command = {0};
	int result = 0;

	if (at) {
		text_add(&command, "seek %s", at);
		result = view_command(view, text_of(&command), err);
		if (result < 0)
			error_prefix(err, "--at");
	}
	if (result == 0 && until) {
		struct stop stop;
		bool done;
		result = stop_parse(&stop, until, err);
		if (result < 0)
			error_prefix(err, "--until");
		else
			player_run(player, &stop, 1, 0, &done);
	}
	text_finish(&command);
	return result;
}

/* What is played, into which engine: with --compare the first of those, else the one of the command line. */
struct stand {
	struct player *player;
	struct options *own;	/* NULL: the command line's */
	const struct options *options;
	const char *others;	/* to compare with; NULL: none */
};

static int make_stand(struct stand *stand, const struct cmd_call *call, struct error *err)
{
	const char *words = options_text(call->options, "compare");
	const char *comma = words ? strchr(words, ',') : NULL;
	struct player_config config = {.engine = call->engine, .options = call->options};
	char first[80];

	*stand = (struct stand){.options = call->options, .others = comma ? comma + 1 : words};
	if (comma) {
		snprintf(first, sizeof(first), "%.*s", (int)(comma - words), words);
		if (rival_parse(first, call->options, &config.engine, &stand->own, err) < 0)
			return error_prefix(err, "--compare");
		config.options = stand->options = stand->own;
	}
	return player_new(&stand->player, call->trace, &config, err);
}

static int parse_speed(const char *words, double *ret_speed, struct error *err)
{
	char *end;
	double speed = strtod(words, &end);

	if (end == words || *end != '\0' || !(speed >= SPEED_MIN && speed <= SPEED_MAX))
		return error_set(err, "--speed: '%s' is no number of events per second (%g to %.0f)", words,
			SPEED_MIN, SPEED_MAX);
	*ret_speed = speed;
	return 0;
}

static int parse_screen(const char *words, int *ret_width, int *ret_height, struct error *err)
{
	char rest;

	if (sscanf(words, "%dx%d%c", ret_width, ret_height, &rest) != 2 || *ret_width < 1 || *ret_height < 1 ||
		*ret_width > SCREEN_MAX || *ret_height > SCREEN_MAX)
		return error_set(err, "--size: '%s' is no size such as 80x24, at most %dx%d", words, SCREEN_MAX,
			SCREEN_MAX);
	return 0;
}

static int play(const struct cmd_call *call, const struct stand *stand, struct error *err)
{
	struct player *player = stand->player;
	const char *speed = options_text(call->options, "speed");
	struct view_config config = {
		.lecture = options_flag(call->options, "lecture"),
		.options = stand->options,
		.live = call->follows,
		.following = !options_text(call->options, "at") && !options_text(call->options, "until"),
	};
	int width, height;
	bool scripted = options_given(call->options, "script");
	bool in_words = options_flag(call->options, "print");
	const char *term = getenv("TERM");

	if (call->follows && in_words) {
		error_set(err, "--print writes what is there, and ends: it cannot --follow");
		return EXIT_USAGE;
	}
	if (speed && parse_speed(speed, &config.speed, err) < 0)
		return EXIT_USAGE;
	if (parse_screen(options_text(call->options, "size"), &width, &height, err) < 0)
		return EXIT_USAGE;
	if (!scripted && !in_words && (!isatty(STDOUT_FILENO) || (term && strcmp(term, "dumb") == 0))) {
		fprintf(stderr, "arenascope: this is no terminal to draw on, so here it is in words (--print)\n");
		in_words = true;
	}

	struct text engine = {0};
	rival_name(player_heap(player), stand->options, &engine);
	config.engine = text_of(&engine);
	struct view *view = view_new(player, &config);
	int result = go_to_start(call, player, view, err);
	if (result == 0 && stand->others) {
		struct text command = {0};
		text_add(&command, "compare %s", stand->others);
		result = view_command(view, text_of(&command), err);
		text_finish(&command);
	}
	int status = result < 0 ? EXIT_USAGE : EXIT_FINE;
	if (result == 0) {
		result = in_words ? print(call, player, err)
			: scripted ? run_script(call, view, width, height, err)
				   : run_curses(call, view, err);
		status = result == 0 ? EXIT_FINE : in_words || scripted ? EXIT_TROUBLE : EXIT_USAGE;
	}
	view_free(view);
	text_finish(&engine);
	return status;
}

static int run(const struct cmd_call *call, struct error *err)
{
	struct stand stand;
	int result = make_stand(&stand, call, err);
	int status = result == 0 ? play(call, &stand, err) : stand.others ? EXIT_USAGE : EXIT_TROUBLE;

	player_free(stand.player);
	options_free(stand.own);
	return status;
}

const struct cmd cmd_play = {
	.name = "play",
	.summary = "watch a trace: forwards, backwards, step by step",
	.usage = "[OPTIONS] TRACE",
	.words = 1,
	.details = "Space plays, . and , step, ? shows every key.  With --follow the trace may still be\n"
		   "written to, or not be there yet: what comes is shown as it comes, any move leaves\n"
		   "that, and F catches up.\n",
	.options = options,
	.flags = CMD_TAKES_ENGINE | CMD_OPENS_TRACE | CMD_MAY_DEMO | CMD_MAY_FOLLOW,
	.run = run,
};
