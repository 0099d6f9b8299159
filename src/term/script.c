/*
 * See script.h. A script has its own clock, which stops while the script is paused: the times of
 * `wait` and `at` are by that clock.
 */
#include "term/script.h"

#include "base/error.h"
#include "base/lines.h"
#include "base/numbers.h"
#include "base/options.h"
#include "base/xalloc.h"
#include "panels/action.h"
#include "view/view.h"

#include <stdlib.h>
#include <string.h>

#define MILLISECOND UINT64_C(1000000)
#define SIZE_MOST   1000 /* cells each way, of a screen without a terminal */

enum waiting { WAITING_NOT, WAITING_TIME, WAITING_PAUSED, WAITING_SETTLED };

struct script {
	struct view *view;
	const char *name; /* borrowed */
	struct lines lines;

	uint64_t clock; /* nanoseconds that it has played */
	uint64_t last;  /* time of the last count; 0: none yet */
	enum waiting waiting;
	uint64_t due; /* time by its clock, with WAITING_TIME */
	char *rest;   /* the rest of an `at` line, to be run at that time; NULL: none */
	bool ended;

	bool paused;
	bool pauses; /* as soon as what a line has begun is done */
	struct view_moment paused_at;
};

/* The script and the screen on which a line is run. */
struct stand {
	struct script *script;
	const struct script_stage *stage;
	void *user;
};

struct script *script_new(struct view *view, FILE *file, const char *name)
{
	struct script *script = xcalloc(1, sizeof(*script));

	script->view = view;
	script->lines.file = file;
	script->name = name;
	return script;
}

void script_free(struct script *script)
{
	free(script);
}

static void count_time(struct script *script, uint64_t now)
{
	if (script->last > 0 && !script->paused)
		script->clock += now - script->last;
	script->last = now;
}

/* ---- lines --------------------------------------------------------------------------------- */

static int run_line(const struct stand *stand, char *line, struct error *err);

static void wait_until(struct script *script, uint64_t due)
{
	script->waiting = WAITING_TIME;
	script->due = due;
}

static void press(const struct stand *stand, const char *key)
{
	if (!view_key(stand->script->view, key))
		stand->script->ended = true;
}

static int run_key(const struct stand *stand, char *words, struct error *err)
{
	char *key = strtok(words, " ");

	if (!key)
		return error_set(err,
			"key: needs a character or a name such as Space, Enter, PgDn, S-Left, F1");
	for (; key && !stand->script->ended; key = strtok(NULL, " ")) {
		if (!key_exists(key))
			return error_set(err,
				"key: unknown key '%s' (examples: K, F2, PgDn, S-Left, C-Left)",
				key);
		view_finish_work(stand->script->view); /* of the key before it */
		stand->stage->show(stand->user);
		press(stand, key);
	}
	return 0;
}

static int run_type(const struct stand *stand, char *words, struct error *err)
{
	for (; *words; words++) {
		char key[2] = {*words, '\0'};
		press(stand, *words == ' ' ? "Space" : key);
	}
	return 0;
}

static int run_wait(const struct stand *stand, char *words, struct error *err)
{
	uint64_t time;

	if (strcmp(words, "paused") == 0) {
		stand->script->waiting = WAITING_PAUSED;
		return 0;
	}
	if (time_parse(words, &time, err) < 0)
		return error_prefix(err, "wait");
	wait_until(stand->script, stand->script->clock + time);
	return 0;
}

static int run_at(const struct stand *stand, char *words, struct error *err)
{
	char *line = words + strcspn(words, " ");
	uint64_t time;

	if (*line)
		*line++ = '\0';
	line += strspn(line, " ");
	if (time_parse(words, &time, err) < 0)
		return error_prefix(err, "at");
	if (*line == '\0')
		return error_set(err, "at: needs a command, for example  at 1:30 play");
	if (time <= stand->script->clock)
		return run_line(stand, line, err);
	wait_until(stand->script, time);
	stand->script->rest = line;
	return 0;
}

static int run_tick(const struct stand *stand, char *words, struct error *err)
{
	unsigned milliseconds;
	char rest;

	if (words[0] == '-' || sscanf(words, "%u %c", &milliseconds, &rest) != 1)
		return error_set(err, "tick: '%s' is not a number of milliseconds", words);
	if (stand->stage->pass)
		count_time(stand->script,
			stand->stage->pass(stand->user, milliseconds * MILLISECOND));
	else
		wait_until(stand->script, stand->script->clock + milliseconds * MILLISECOND);
	return 0;
}

static int run_settle(const struct stand *stand, char *words, struct error *err)
{
	if (*words)
		return error_set(err, "settle takes nothing after it, not '%s'", words);
	stand->script->waiting = WAITING_SETTLED;
	return 0;
}

static int run_click(const struct stand *stand, char *words, struct error *err)
{
	int x, y;
	char rest;

	if (sscanf(words, "%d %d %c", &x, &y, &rest) != 2)
		return error_set(err, "click: needs a position, for example  click 10 4");
	stand->stage->show(stand->user);
	view_mouse(stand->script->view, MOUSE_CLICK, x, y);
	return 0;
}

static int run_wheel(const struct stand *stand, char *words, struct error *err)
{
	char direction[8], rest;
	int x, y;

	if (sscanf(words, "%7s %d %d %c", direction, &x, &y, &rest) != 3 ||
		(strcmp(direction, "up") != 0 && strcmp(direction, "down") != 0))
		return error_set(err,
			"wheel: needs a direction and a position, for example  wheel up 10 4");
	stand->stage->show(stand->user);
	view_mouse(stand->script->view, direction[0] == 'u' ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN, x,
		y);
	return 0;
}

int script_take_size(const char *words, int *ret_width, int *ret_height, struct error *err)
{
	int width, height;
	char rest;

	if (sscanf(words, "%dx%d %c", &width, &height, &rest) != 2 || width < 1 || height < 1 ||
		width > SIZE_MOST || height > SIZE_MOST)
		return error_set(err, "'%s' is not a size such as 80x24 (at most %dx%d)", words,
			SIZE_MOST, SIZE_MOST);
	*ret_width = width;
	*ret_height = height;
	return 0;
}

static int run_size(const struct stand *stand, char *words, struct error *err)
{
	int width, height;

	if (script_take_size(words, &width, &height, err) < 0)
		return error_prefix(err, "size");
	stand->stage->resize(stand->user, width, height);
	return 0;
}

static int run_print(const struct stand *stand, char *words, struct error *err)
{
	stand->stage->print(stand->user, words);
	return 0;
}

static int run_dump(const struct stand *stand, char *words, struct error *err)
{
	struct area place;
	const struct area *area = NULL;
	unsigned planes = 0;

	stand->stage->show(stand->user);
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
		if (strcmp(word, "roles") == 0)
			planes |= CANVAS_ROLES;
		else if (strcmp(word, "marks") == 0)
			planes |= CANVAS_MARKS;
		else if (view_place(stand->script->view, word, &place))
			area = &place;
		else
			return error_set(err,
				"dump: '%s' is not on the screen, and is not 'roles' or 'marks'",
				word);
	}
	stand->stage->dump(stand->user, planes, area);
	return 0;
}

static const struct verb {
	const char *name;
	int (*run)(const struct stand *stand, char *words, struct error *err);
	bool has_time;
	bool is_printed; /* only for scripts without a terminal */
} verbs[] = {
	{"at", run_at, .has_time = true},
	{"click", run_click},
	{"dump", run_dump, .is_printed = true},
	{"key", run_key},
	{"print", run_print, .is_printed = true},
	{"settle", run_settle},
	{"size", run_size, .is_printed = true},
	{"tick", run_tick},
	{"type", run_type},
	{"wait", run_wait, .has_time = true},
	{"wheel", run_wheel},
};

/* The verb that a line begins with; NULL: the line is a command of the view. */
static const struct verb *verb_of(const char *line)
{
	size_t length = strcspn(line, " ");

	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (strlen(verbs[i].name) == length && memcmp(verbs[i].name, line, length) == 0)
			return &verbs[i];
	return NULL;
}

static int run_line(const struct stand *stand, char *line, struct error *err)
{
	const struct verb *verb = verb_of(line);

	if (line[0] == '\0' || line[0] == '#')
		return 0;
	if (!verb) {
		int result = view_command(stand->script->view, line, err);
		stand->script->ended |= view_has_quit(stand->script->view);
		return result;
	}
	if (verb->is_printed && !stand->stage->dump)
		return error_set(err, "%s works only in scripts that are played without a screen",
			verb->name);
	line += strlen(verb->name);
	return verb->run(stand, line + strspn(line, " "), err);
}

bool script_is_timed(FILE *file)
{
	bool has_times = false, prints = false;
	struct lines lines = {.file = file};
	struct error err;

	while (lines_next(&lines, &err) > 0) {
		const struct verb *verb = verb_of(lines.text);
		has_times |= verb && verb->has_time;
		prints |= verb && verb->is_printed;
	}
	rewind(file);
	return has_times && !prints;
}

/* ---- time ---------------------------------------------------------------------------------- */

void script_skip_to(struct script *script, uint64_t now)
{
	script->last = now;
}

/* Whether the condition of a wait has come true. */
static bool is_due(const struct script *script)
{
	if (view_is_busy(script->view))
		return false;
	switch (script->waiting) {
	case WAITING_NOT:
		return true;
	case WAITING_TIME:
		return script->clock >= script->due;
	case WAITING_PAUSED:
		return !view_is_playing(script->view);
	case WAITING_SETTLED:
		return view_next_tick(script->view, script->last) > 0;
	}
	return true;
}

uint64_t script_next(const struct script *script, uint64_t now)
{
	if (script->paused || script->ended)
		return UINT64_MAX;
	if (is_due(script))
		return 0;
	if (script->waiting != WAITING_TIME)
		return UINT64_MAX;
	uint64_t passed = script->clock + (now - script->last);
	return passed < script->due ? script->due - passed : 0;
}

int script_run(struct script *script, const struct script_stage *stage, void *user, uint64_t now,
	struct error *err)
{
	const struct stand stand = {script, stage, user};

	count_time(script, now);
	if (script->pauses && !view_is_busy(script->view))
		script_pause(script, now);
	while (!script->ended && !script->paused) {
		if (script->waiting == WAITING_SETTLED)
			stage->show(user);
		if (!is_due(script))
			return 1;
		script->waiting = WAITING_NOT;
		char *line = script->rest ? script->rest : script->lines.text;
		int result = script->rest ? 1 : lines_next(&script->lines, err);
		script->rest = NULL;
		if (result == 0)
			script->ended = true;
		else if (result < 0 || run_line(&stand, line, err) < 0)
			return lines_refuse(&script->lines, script->name, err);
	}
	return !script->ended;
}

/* ---- a person ------------------------------------------------------------------------------ */

bool script_is_paused(const struct script *script)
{
	return script->paused;
}

void script_pause(struct script *script, uint64_t now)
{
	script->pauses = !script->paused && !script->ended && view_is_busy(script->view);
	if (script->paused || script->ended || script->pauses)
		return;
	count_time(script, now);
	script->paused = true;
	script->paused_at = view_hold(script->view);
}

bool script_take_key(struct script *script, const char *key, uint64_t now)
{
	bool is_space = strcmp(key, "Space") == 0 && !view_has_overlay(script->view);

	if (script->ended)
		return false;
	if (!script->paused) {
		script_pause(script, now);
		return is_space;
	}
	if (!is_space)
		return false;
	script->paused = false;
	script->last = now;
	view_release(script->view, script->paused_at);
	return true;
}
