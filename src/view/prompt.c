#include "base/utf8.h"
#include "base/xalloc.h"
#include "view/commands.h"
#include "view/view_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void prompt_finish(struct prompt *prompt)
{
	for (size_t i = 0; i < prompt->history.count; i++)
		free(prompt->history.items[i]);
	array_finish(&prompt->history);
}

static void enter(struct view *view)
{
	view_close_mode(view);
	if (view->prompt.text[0] == '\0')
		return;
	*array_push(&view->prompt.history) = xstrdup(view->prompt.text);
	view->prompt.is_entered = true;
}

const char *view_take_line(struct view *view)
{
	bool is_entered = view->prompt.is_entered;

	view->prompt.is_entered = false;
	return is_entered ? view->prompt.text : NULL;
}

static void recall(struct view *view, bool older)
{
	if (older && view->prompt.history_at > 0)
		view->prompt.history_at--;
	else if (!older && view->prompt.history_at < view->prompt.history.count)
		view->prompt.history_at++;
	snprintf(view->prompt.text, sizeof(view->prompt.text), "%s",
		view->prompt.history_at < view->prompt.history.count
			? view->prompt.history.items[view->prompt.history_at]
			: "");
}

/* The names that can stand where the typed text ends: commands, or what some of them take. */
struct names {
	const char *typed; /* the beginning of the name */
	const char *(*name)(size_t at);
};

static const char *engine_name_at(size_t at)
{
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	return at < count ? engines[at]->name : NULL;
}

static const char *panel_name_at(size_t at)
{
	size_t count;
	const struct panel_ops *const *panels = panel_list(&count);

	return at < count ? panels[at]->name : NULL;
}

static const char *theme_name_at(size_t at)
{
	return theme_names[at];
}

static const struct {
	const char *command; /* with a blank after it */
	const char *(*name)(size_t at);
} arguments[] = {
	{"compare ", engine_name_at},
	{"show ", panel_name_at},
	{"theme ", theme_name_at},
};

/* false: nothing is known of what may follow. */
static bool find_names(const char *text, struct names *ret_names)
{
	*ret_names = (struct names){text, command_name};
	if (!strchr(text, ' '))
		return true;
	for (size_t i = 0; i < sizeof(arguments) / sizeof(*arguments); i++) {
		size_t length = strlen(arguments[i].command);
		if (strncmp(text, arguments[i].command, length) != 0)
			continue;
		const char *comma = strrchr(text, ',');
		*ret_names = (struct names){comma ? comma + 1 : text + length, arguments[i].name};
		return true;
	}
	return false;
}

static bool may_become(const struct names *names, const char *name)
{
	return strncmp(name, names->typed, strlen(names->typed)) == 0;
}

/* Adds the letters in which all names continue that begin with the typed text. */
static void complete(struct view *view)
{
	size_t matches = 0, common = 0;
	const char *first = NULL, *name;
	struct names names;

	if (!find_names(view->prompt.text, &names))
		return;
	for (size_t i = 0; (name = names.name(i)); i++) {
		if (!may_become(&names, name))
			continue;
		if (matches++ == 0) {
			first = name;
			common = strlen(name);
		}
		while (strncmp(first, name, common) != 0)
			common--;
	}
	if (matches == 0)
		return;
	size_t begin = (size_t)(names.typed - view->prompt.text);
	snprintf(view->prompt.text + begin, sizeof(view->prompt.text) - begin, "%.*s%s",
		(int)common, first, matches == 1 && names.name == command_name ? " " : "");
}

/* The longer names that the typed text may become, after it, as far as there is room. */
static void draw_names(const struct view *view, struct canvas *canvas, struct area line, int x)
{
	struct names names;
	const char *name;

	if (view->prompt.sign != ':' || !*view->prompt.text ||
		!find_names(view->prompt.text, &names))
		return;
	for (size_t i = 0; (name = names.name(i)); i++) {
		if (!may_become(&names, name) || strcmp(name, names.typed) == 0)
			continue;
		if (x + 2 + (int)strlen(name) > line.width)
			return;
		x = area_text(canvas, line, x + 2, 0, ROLE_QUIET, 0, name);
	}
}

static void prompt_key(struct view *view, const char *key)
{
	size_t length = strlen(view->prompt.text);

	view_mark_stale(view);
	if (strcmp(key, "Enter") == 0) {
		enter(view);
	} else if (strcmp(key, "Esc") == 0 || strcmp(key, "C-c") == 0 ||
		   (strcmp(key, "Backspace") == 0 && length == 0)) {
		view_close_mode(view);
	} else if (strcmp(key, "Backspace") == 0) {
		while (length > 0 && (view->prompt.text[--length] & 0xC0) == 0x80)
			;
		view->prompt.text[length] = '\0';
	} else if (strcmp(key, "Tab") == 0) {
		if (view->prompt.sign == ':' && length > 0)
			complete(view);
	} else if (strcmp(key, "Up") == 0 || strcmp(key, "Down") == 0) {
		recall(view, key[0] == 'U');
	} else {
		const char *typed = strcmp(key, "Space") == 0 ? " " : key;
		if (utf8_cells(typed) == 1 &&
			length + strlen(typed) + 1 < sizeof(view->prompt.text))
			strcat(view->prompt.text, typed);
	}
}

static void draw_prompt(struct view *view, struct canvas *canvas)
{
	struct area line = footer_of(canvas);
	int skip = (int)utf8_cells(view->prompt.text) + 3 - line.width;
	const char *shown = view->prompt.text;

	area_fill(canvas, line, ' ', ROLE_TEXT);
	for (; skip > 0 && *shown; skip--)
		while ((*++shown & 0xC0) == 0x80)
			;
	int x = area_print(canvas, line, 0, 0, ROLE_KEY, "%c", view->prompt.sign);
	x = area_text(canvas, line, x, 0, ROLE_TEXT, 0, shown);
	area_put(canvas, line, x, 0, ' ', ROLE_CURSOR, 0);
	draw_names(view, canvas, line, x + 1);
}

static const struct mode prompt_mode = {prompt_key, draw_prompt};

static void open_prompt(struct view *view, char sign)
{
	view_pause(view);
	view_open_mode(view, &prompt_mode);
	view->prompt.sign = sign;
	view->prompt.text[0] = '\0';
	view->prompt.history_at = view->prompt.history.count;
}

const char *view_typed(const struct view *view, char *ret_sign)
{
	if (view->overlay.mode != &prompt_mode)
		return NULL;
	*ret_sign = view->prompt.sign;
	return view->prompt.text;
}

void view_open_command(struct view *view)
{
	open_prompt(view, ':');
}

void view_open_search(struct view *view)
{
	open_prompt(view, '/');
}
