/* See view_state.h.  One at a time: the prompt, a page of help, a question. */
#include "view/view_state.h"

#include "base/error.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "view/help.h"

#include <stdio.h>
#include <string.h>

static void close_mode(struct view *view)
{
	view->mode = NULL;
	view->stale = true;
}

/* ---- the prompt ---------------------------------------------------------------------------- */

static void enter_prompt(struct view *view)
{
	struct error err;

	close_mode(view);
	if (view->prompt[0] == '\0')
		return;
	*array_push(&view->history) = xstrdup(view->prompt);
	int result = view->prompt_sign == '/' ? view_search(view, view->prompt, &err)
					      : view_command(view, view->prompt, &err);
	if (result < 0) {
		view_say(view, "%s", err.text);
		view->message_is_bad = true;
	}
}

static void recall(struct view *view, bool older)
{
	if (older && view->history_at > 0)
		view->history_at--;
	else if (!older && view->history_at < view->history.count)
		view->history_at++;
	snprintf(view->prompt, sizeof(view->prompt), "%s",
		view->history_at < view->history.count ? view->history.items[view->history_at]
						       : "");
}

/* What all commands that begin as typed go on with. */
static void complete(struct view *view)
{
	size_t typed = strlen(view->prompt), matches = 0, common = 0;
	const char *first = NULL, *name;

	for (size_t i = 0; (name = command_name(i)); i++) {
		if (strncmp(name, view->prompt, typed) != 0)
			continue;
		if (matches++ == 0) {
			first = name;
			common = strlen(name);
		}
		while (strncmp(first, name, common) != 0)
			common--;
	}
	if (matches > 0)
		snprintf(view->prompt, sizeof(view->prompt), "%.*s%s", (int)common, first,
			matches == 1 ? " " : "");
}

static bool prompt_key(struct view *view, const char *key)
{
	size_t length = strlen(view->prompt);

	view->stale = true;
	if (strcmp(key, "Enter") == 0) {
		enter_prompt(view);
	} else if (strcmp(key, "Esc") == 0 || strcmp(key, "C-c") == 0 ||
		   (strcmp(key, "Backspace") == 0 && length == 0)) {
		close_mode(view);
	} else if (strcmp(key, "Backspace") == 0) {
		while (length > 0 && (view->prompt[--length] & 0xC0) == 0x80)
			;
		view->prompt[length] = '\0';
	} else if (strcmp(key, "Tab") == 0) {
		if (view->prompt_sign == ':' && length > 0)
			complete(view);
	} else if (strcmp(key, "Up") == 0 || strcmp(key, "Down") == 0) {
		recall(view, key[0] == 'U');
	} else {
		const char *typed = strcmp(key, "Space") == 0 ? " " : key;
		if (utf8_cells(typed) == 1 && length + strlen(typed) + 1 < sizeof(view->prompt))
			strcat(view->prompt, typed);
	}
	return !view->quit;
}

static void draw_prompt(struct view *view, struct canvas *canvas)
{
	struct area line = footer_of(canvas);
	int skip = (int)utf8_cells(view->prompt) + 3 - line.width;
	const char *shown = view->prompt;

	area_fill(canvas, line, ' ', ROLE_TEXT);
	for (; skip > 0 && *shown; skip--)
		while ((*++shown & 0xC0) == 0x80)
			;
	int x = area_print(canvas, line, 0, 0, ROLE_KEY, "%c", view->prompt_sign);
	x = area_text(canvas, line, x, 0, ROLE_TEXT, 0, shown);
	area_put(canvas, line, x, 0, ' ', ROLE_CURSOR, 0);
}

static const struct mode prompt_mode = {prompt_key, draw_prompt};

void view_open_prompt(struct view *view, char sign)
{
	view_pause(view);
	view->mode = &prompt_mode;
	view->prompt_sign = sign;
	view->prompt[0] = '\0';
	view->history_at = view->history.count;
}

/* ---- help ---------------------------------------------------------------------------------- */

static void add_help(const struct view *view, struct text *page)
{
	for (size_t i = 0; i < view->bindings.count; i++) {
		const struct binding *binding = &view->bindings.items[i];
		const struct action_info *info = action_info(binding->action);
		text_add(page, "%s\t%s\t%s\t%s\n", i ? "" : "yours\n", binding->key, info->name,
			*info->help ? info->help : info->name);
	}
	if (view->bindings.count > 0)
		text_add(page, "\n");
	help_add_keys(page);
	command_add_help(page);
	help_add_terms(page);
}

static bool help_key(struct view *view, const char *key)
{
	const int page = view->help_rows > 1 ? view->help_rows - 1 : 1;
	const int last = view->help_lines - view->help_rows;

	enum action action = action_for_key(key);

	if (action == ACTION_UP)
		view->help_line--;
	else if (action == ACTION_DOWN)
		view->help_line++;
	else if (action == ACTION_PAGE_UP)
		view->help_line -= page;
	else if (action == ACTION_PAGE_DOWN || action == ACTION_PLAY)
		view->help_line += page;
	else if (action == ACTION_START || action == ACTION_END)
		view->help_line = action == ACTION_START ? 0 : last;
	else
		close_mode(view);
	if (view->help_line > last)
		view->help_line = last;
	if (view->help_line < 0)
		view->help_line = 0;
	view->stale = true;
	return true;
}

static void draw_help(struct view *view, struct canvas *canvas)
{
	struct area all = {0, 0, canvas->width, canvas->height};
	struct text page = {0};

	area_fill(canvas, all, ' ', ROLE_TEXT);
	struct area area =
		area_frame(canvas, all, "Keys and commands", "j k: scroll  other keys: back", true);
	add_help(view, &page);
	view->help_rows = area.height;
	view->help_lines = help_draw(canvas, area, text_of(&page), view->help_line);
	text_finish(&page);
}

static const struct mode help_mode = {help_key, draw_help};

void view_open_help(struct view *view)
{
	view_pause(view);
	view->mode = &help_mode;
	view->help_line = 0;
}

/* ---- quitting ------------------------------------------------------------------------------ */

static bool quit_key(struct view *view, const char *key)
{
	close_mode(view);
	view->quit = action_for_key(key) == ACTION_QUIT;
	return !view->quit;
}

static void draw_quit(struct view *view, struct canvas *canvas)
{
	struct area line = footer_of(canvas);

	area_fill(canvas, line, ' ', ROLE_TEXT);
	area_text(canvas, line, 1, 0, ROLE_BAD, 0,
		canvas->width < 66
			? "q again stops the program"
			: "The program still runs: q again stops it, any other key goes on");
}

static const struct mode quit_mode = {quit_key, draw_quit};

void view_quit(struct view *view)
{
	if (view->stops_program && view_is_growing(view) && !view_is_complete(view))
		view->mode = &quit_mode;
	else
		view->quit = true;
}
