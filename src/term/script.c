/*
 * A view without a terminal: keys and commands from a file, the canvas printed on request.  See
 * term.h.
 */
#include "base/error.h"
#include "base/text.h"
#include "term/term.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MILLISECOND UINT64_C(1000000)

struct script {
	struct view *view;
	struct canvas canvas;
	FILE *out;
	uint64_t now;	/* moves only by the script's own ticks */
};

static int dump(struct script *script, bool with_roles)
{
	struct text text = {0};

	view_draw(script->view, &script->canvas);
	canvas_dump(&script->canvas, with_roles, &text);
	fputs(text_of(&text), script->out);
	text_finish(&text);
	fflush(script->out);	/* who writes the script may be waiting for it */
	return 0;
}

/* A person has seen what a key or a click is about: so has the view drawn it. */
static void show(struct script *script)
{
	if (view_is_stale(script->view))
		view_draw(script->view, &script->canvas);
}

static int run_line(struct script *script, char *line, struct error *err)
{
	int width, height;
	unsigned long milliseconds;
	char direction[8];

	if (line[0] == '\0' || line[0] == '#')
		return 0;
	if (strncmp(line, "key ", 4) == 0) {
		for (char *key = strtok(line + 4, " "); key; key = strtok(NULL, " ")) {
			show(script);
			view_key(script->view, key);
		}
		return 0;
	}
	if (strncmp(line, "type ", 5) == 0) {
		for (const char *at = line + 5; *at; at++) {
			char key[2] = {*at, '\0'};
			view_key(script->view, *at == ' ' ? "Space" : key);
		}
		return 0;
	}
	if (sscanf(line, "tick %lu", &milliseconds) == 1) {
		script->now += milliseconds * MILLISECOND;
		view_tick(script->view, script->now);
		return 0;
	}
	if (strcmp(line, "settle") == 0) {	/* until nothing is left to do without a key */
		for (show(script); view_next_tick(script->view, script->now) == 0; show(script))
			view_tick(script->view, script->now);
		return 0;
	}
	if (sscanf(line, "click %d %d", &width, &height) == 2) {
		show(script);
		view_mouse(script->view, MOUSE_CLICK, width, height);
		return 0;
	}
	if (sscanf(line, "wheel %7s %d %d", direction, &width, &height) == 3) {
		show(script);
		view_mouse(script->view, direction[0] == 'u' ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN, width, height);
		return 0;
	}
	if (sscanf(line, "size %dx%d", &width, &height) == 2) {
		canvas_resize(&script->canvas, width, height);
		view_draw(script->view, &script->canvas);
		return 0;
	}
	if (strncmp(line, "print ", 6) == 0) {
		fprintf(script->out, "== %s\n", line + 6);
		return 0;
	}
	if (strcmp(line, "dump") == 0 || strcmp(line, "dump roles") == 0)
		return dump(script, line[4] != '\0');
	return view_command(script->view, line, err);
}

int term_run_script(struct view *view, FILE *file, const char *name, int width, int height, enum charset charset,
	FILE *out, struct error *err)
{
	struct script script = {.view = view, .out = out, .now = MILLISECOND};
	char *line = NULL;
	size_t room = 0;
	unsigned number = 0;
	int result = 0;

	canvas_init(&script.canvas, width, height, charset);
	while (result == 0 && getline(&line, &room, file) >= 0) {
		line[strcspn(line, "\r\n")] = '\0';
		number++;
		result = run_line(&script, line, err);
		if (result < 0)
			error_prefix(err, "%s:%u", name, number);
	}
	free(line);
	canvas_finish(&script.canvas);
	if (result == 0 && (ferror(out) || fflush(out) != 0))
		result = error_set(err, "standard output: %s", strerror(errno));
	return result;
}
