/* `arenascope play`: a trace in the viewer, printed as sentences, or played by a script. */
#include "base/error.h"
#include "base/text.h"
#include "cmd/cache.h"
#include "cmd/cmd.h"
#include "cmd/demo.h"
#include "cmd/plugin_notes.h"
#include "cmd/output.h"
#include "cmd/screen.h"
#include "cmd/watch.h"
#include "player/player.h"
#include "player/rivals.h"
#include "story/callers.h"
#include "story/narration.h"
#include "trace/captions.h"
#include "view/view.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct option_spec options[] = {
	{.name = "at",
		.type = OPTION_TEXT,
		.value = "WHERE",
		.help = "start there: event number, 50%, a mark, peak or exit"},
	{.name = "until",
		.type = OPTION_TEXT,
		.value = "STOP",
		.help = "run to the first arena-mapped, pool-full, oom, fault, size > 512 and so on"},
	{.name = "lecture",
		.type = OPTION_FLAG,
		.help = "large map, one caption at a time, questions first; PgDn continues"},
	{.name = "compare",
		.type = OPTION_TEXT,
		.value = "ENGINES",
		.help = "compare two to four engines side by side: classic,3.11 or heap,pymalloc:3.8"},
	{.name = "beside",
		.type = OPTION_TEXT,
		.value = "FILE",
		.help = "show another trace beside this one, in step and in the same engine"},
	{.name = "pace",
		.type = OPTION_CHOICE,
		.value = "BY",
		.choices = pace_names,
		.fallback = "event",
		.help = "with --beside: in step by mark, time or event (default: what both have)"},
	{.name = "print",
		.type = OPTION_FLAG,
		.help = "print what happens as text, event by event"},
	{.name = "expert", .type = OPTION_FLAG, .help = "with --print: use CPython's own names"},
	{0},
};

/* ---- in words ------------------------------------------------------------------------------ */

static void add_event(struct text *out, const struct narration *narration,
	const struct text *caller, uint64_t number, const struct event *event)
{
	if (event->kind == EVENT_NOTE) {
		text_add(out, "\n# ");
		text_add_visible(out, text_of(&narration->what));
		text_add(out, "\n");
		return;
	}
	if (event->kind == EVENT_MARK) {
		text_add(out, "%8llu  -- ", (unsigned long long)number);
		text_add_visible(out, text_of(&narration->what));
		text_add(out, " --\n");
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
	if (caller->length) {
		text_add(out, "          ");
		text_add_visible(out, text_of(caller));
		text_add(out, "\n");
	}
}

/* Of captions that end in a question mark: the class would never be asked. Grows with captions. */
static void warn_of_questions(struct trace *trace)
{
	const struct trace_mark *notes;
	size_t n = trace_notes(trace, &notes);

	for (size_t i = 0; i < n; i++) {
		uint64_t line = trace_line(trace, notes[i].position);
		if (line == 0 || !caption_asks(notes[i].name) || caption_is_asked(trace, &notes[i]))
			continue;
		fprintf(stderr,
			"arenascope: %s:%" PRIu64
			": this question is not asked, because %s; put it "
			"right before the event that answers it\n",
			trace_name(trace), line,
			i + 1 < n ? "another caption comes next" : "no event follows");
	}
}

static int print(const struct cmd_call *call, struct player *player, struct error *err)
{
	struct narration narration = {0};
	struct text out = {0}, caller = {0};
	struct symbols *symbols = symbols_new(call->trace);
	bool expert = options_flag(call->options, "expert");
	int result = 0;

	warn_of_questions(call->trace);
	do {
		struct event event;
		struct effect effect;
		const struct decision_log *log;
		if (!player_last(player, &event, &effect, &log))
			continue;
		player_explain(player);
		narrate(&narration, player_heap(player), call->trace, &event, &effect, log, expert);
		text_clear(&caller);
		caller_add(&caller, symbols, call->trace, &event, &effect);
		add_event(&out, &narration, &caller, player_position(player) - 1, &event);
		if (out.length > 65536) {
			result = cmd_print(out.bytes, out.length, err);
			text_clear(&out);
		}
	} while (result == 0 && player_step(player));
	if (result == 0)
		result = cmd_print(text_of(&out), out.length, err);
	text_finish(&out);
	text_finish(&caller);
	symbols_free(symbols);
	narration_finish(&narration);
	return result;
}

/* ---- on a screen --------------------------------------------------------------------------- */

static int run_until(const char *words, struct player *player, struct view *view, bool in_words,
	struct error *err)
{
	struct text command = {0};
	struct stop stop;
	uint64_t number;
	bool done;
	int result = stop_parse(&stop, words, err);

	if (result < 0 && trace_find_mark(player_trace(player), words, &number))
		return error_set(err, "--until: '%s' is a mark, no condition: write --at '%s'",
			words, words);
	if (result < 0)
		return error_prefix(err, "--until");
	if (in_words) {
		if (player_run(player, &stop, 1, 0, &done) < 0)
			fprintf(stderr, "arenascope: --until: no %s before the end\n", words);
		return 0;
	}
	text_add(&command, "until %s", words);
	result = view_command(view, text_of(&command), err);
	text_finish(&command);
	return result;
}

static int go_to_start(const struct cmd_call *call, struct player *player, struct view *view,
	bool in_words, struct error *err)
{
	const char *at = options_text(call->options, "at");
	const char *until = options_text(call->options, "until");
	int result = 0;

	if (at) {
		result = view_go(view, at, err);
		if (result < 0)
			error_prefix(err, "--at");
		else if (in_words && *view_message(view))
			fprintf(stderr, "arenascope: --at %s: %s\n", at, view_message(view));
		if (in_words || until) /* otherwise the screen shows how far it is */
			view_finish_work(view);
	}
	return result == 0 && until ? run_until(until, player, view, in_words, err) : result;
}

/*
 * The engine with which the trace is played: with --compare the first of those, otherwise the one
 * of the command line.
 */
struct stand {
	struct player *player;
	struct watch *following; /* with --follow */
	struct options *own;     /* NULL: the command line's */
	const struct options *options;
	const char *others; /* the engines to compare with; NULL: none */
	struct cache_place cache;
};

static int make_stand(struct stand *stand, const struct cmd_call *call,
	const struct screen_wishes *wishes, struct error *err)
{
	const char *words = options_text(call->options, "compare");
	const char *comma = words ? strchr(words, ',') : NULL;
	struct player_config config = {.engine = call->engine,
		.options = call->options,
		.budget = wishes->memory};
	char first[PATH_MAX];

	*stand = (struct stand){.options = call->options, .others = comma ? comma + 1 : words};
	if (comma) {
		snprintf(first, sizeof(first), "%.*s", (int)(comma - words), words);
		if (rival_parse(first, call->options, &config.engine, &stand->own, err) < 0)
			return error_prefix(err, "--compare");
		config.options = stand->options = stand->own;
	} else if (call->typed) {
		if (watch_new(&stand->following, call->typed, call->trace, err) < 0)
			return -1;
		watch_config(stand->following, &config);
		stand->options = config.options;
	}
	if (wishes->keeps_index && !options_flag(call->options, "print"))
		config.index = cache_find(&stand->cache, call->trace, config.engine, config.options,
			wishes->is_index_asked_for);
	if (player_new(&stand->player, call->trace, &config, err) < 0)
		return -1;
	print_plugin_notes();
	return 0;
}

/* Whether a person comes to it without having said where to begin. */
static bool opens_by_itself(const struct cmd_call *call, const struct screen_wishes *wishes)
{
	static const char *const others[] = {"at", "until", "lecture", "follow", "script"};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (options_given(call->options, others[i]))
			return false;
	return wishes->is_watched;
}

/* The engines, or the other trace, of the options; none: 0. */
static int compare(const struct cmd_call *call, const struct stand *stand, struct view *view,
	struct error *err)
{
	const char *beside = options_text(call->options, "beside");
	struct text command = {0};

	if (stand->others)
		text_add(&command, "compare %s", stand->others);
	else if (beside)
		text_add(&command, "beside %s", beside);
	else
		return 0;
	if (!stand->others && options_given(call->options, "pace"))
		text_add(&command, " by %s", pace_names[options_choice(call->options, "pace")]);
	int result = view_command(view, text_of(&command), err);
	text_finish(&command);
	return result;
}

/* Options that contradict others, or need them. */
static int check_options(const struct cmd_call *call, const struct stand *stand,
	const struct screen_wishes *wishes, struct error *err)
{
	bool in_words = options_flag(call->options, "print"),
	     is_beside = options_given(call->options, "beside");

	if (is_beside && (stand->others || in_words))
		return error_set(err, "--beside cannot be combined with %s",
			stand->others ? "--compare" : "--print");
	if (options_given(call->options, "pace") && !is_beside)
		return error_set(err, "--pace needs --beside");
	if (in_words && (wishes->tells || call->typed))
		return error_set(err, "--print cannot be combined with %s",
			wishes->tells ? "--text" : "--follow");
	return 0;
}

static int play(const struct cmd_call *call, const struct stand *stand,
	const struct screen_wishes *wishes, struct error *err)
{
	struct player *player = stand->player;
	struct view_config config = {
		.lecture = options_flag(call->options, "lecture"),
		.film = wishes->is_film,
		.options = stand->options,
		.live = call->typed,
		.renew = stand->following ? watch_renew : NULL,
		.renewer = stand->following,
		.following = options_flag(call->options, "follow") &&
			     !options_text(call->options, "at") &&
			     !options_text(call->options, "until"),
	};
	bool in_words = options_flag(call->options, "print");
	bool is_demo = options_flag(call->options, "demo");

	if (check_options(call, stand, wishes, err) < 0)
		return EXIT_USAGE;
	config.speed = wishes->speed;
	config.tour = is_demo ? demo_tour : NULL;
	config.opens_by_itself = opens_by_itself(call, wishes);
	if (!in_words && !wishes->can_draw) {
		fprintf(stderr, "arenascope: %s, so printing as text (--print)\n",
			isatty(STDOUT_FILENO) ? "TERM is dumb" : "not a terminal");
		in_words = true;
	}
	if (in_words && stand->others)
		fprintf(stderr,
			"arenascope: --print has one engine, the first; print %s with --engine\n",
			stand->others);

	struct text engine = {0}, marks = {0};
	rival_title(call->trace, player_heap(player), stand->options, &engine);
	config.engine = text_of(&engine);
	if (!is_demo && strcmp(call->words[0], "-") != 0) {
		text_add(&marks, "%s.marks", call->words[0]);
		config.marks = text_of(&marks);
	}
	struct view *view = view_new(player, &config);
	if (is_demo && opens_by_itself(call, wishes))
		view_start_tour(view);
	int result = go_to_start(call, player, view, in_words, err);
	if (result == 0)
		result = compare(call, stand, view, err);
	int status = result < 0 ? EXIT_USAGE : EXIT_FINE;
	if (!in_words && !wishes->script)
		player_survey_beside(player);
	if (result == 0) {
		bool has_terminal = !in_words && !wishes->script && !wishes->tells;
		result = in_words ? print(call, player, err) : screen_run(wishes, view, err);
		status = result == 0 ? EXIT_FINE : has_terminal ? EXIT_USAGE : EXIT_TROUBLE;
	}
	view_free(view);
	text_finish(&engine);
	text_finish(&marks);
	return status;
}

static int run(const struct cmd_call *call, struct error *err)
{
	struct screen_wishes wishes;
	struct stand stand;

	if (screen_wishes(&wishes, call->options, err) < 0)
		return EXIT_USAGE;
	int result = make_stand(&stand, call, &wishes, err);
	int status = result == 0    ? play(call, &stand, &wishes, err)
		     : stand.others ? EXIT_USAGE
				    : EXIT_TROUBLE;

	player_free(stand.player);
	watch_free(stand.following);
	options_free(stand.own);
	return status;
}

const struct cmd cmd_play = {
	.name = "play",
	.summary = "play a trace forwards and backwards, or step by step",
	.usage = "[OPTIONS] TRACE",
	.words = 1,
	.details =
		"Space plays, . and , step, ? shows all keys. With --follow the trace may still be\n"
		"growing, or not exist yet: events are shown as they arrive.  Any move leaves the live\n"
		"end; F catches up.\n\n"
		"A script has a key or a command on each line.  `wait 2s` and `at 1:30 step` set the\n"
		"time, `say` shows a caption.  While such a film plays, Space pauses it and q ends it.\n",
	.options = options,
	.flags =
		CMD_HAS_SCREEN | CMD_TAKES_ENGINE | CMD_OPENS_TRACE | CMD_MAY_DEMO | CMD_MAY_FOLLOW,
	.run = run,
};
