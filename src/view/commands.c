#include "view/commands.h"

#include "base/error.h"
#include "base/suggestion.h"
#include "base/xalloc.h"
#include "canvas/theme.h"
#include "view/jumps.h"
#include "view/speed.h"
#include "view/picture.h"
#include "view/view_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int do_theme(struct view *view, const char *words, struct error *err)
{
	const struct theme *theme = theme_find(words);

	if (!theme) {
		struct suggestion nearest = {.word = words, .length = strlen(words)};
		struct text all = {0};
		for (size_t i = 0; theme_names[i]; i++) {
			text_join(&all, ", ", theme_names[i]);
			suggestion_offer(&nearest, theme_names[i]);
		}
		suggestion_refuse(&nearest, "theme", text_of(&all), err);
		text_finish(&all);
		return error_prefix(err, "theme");
	}
	view_set_theme(view, theme);
	return 0;
}

static int do_seek(struct view *view, const char *words, struct error *err)
{
	return view_seek(view, words, err) < 0 ? error_prefix(err, "seek") : 0;
}

static int do_speed(struct view *view, const char *words, struct error *err)
{
	struct speed speed;

	if (speed_parse(words, &speed, err) < 0)
		return error_prefix(err, "speed");
	view_set_speed(view, speed);
	return 0;
}

static int do_pause(struct view *view, const char *words, struct error *err)
{
	if (*words)
		return error_set(err, "pause: unexpected word '%s'", words);
	view_pause(view);
	return 0;
}

static int read_switch(const char *name, const char *words, bool *ret_on, struct error *err)
{
	*ret_on = strcmp(words, "on") == 0;
	if (*ret_on || strcmp(words, "off") == 0)
		return 0;
	if (*words)
		return error_set(err, "%s: '%s' is not 'on' or 'off'", name, words);
	return error_set(err, "%s: on or off?", name);
}

static int do_mouse(struct view *view, const char *words, struct error *err)
{
	bool on;

	if (read_switch("mouse", words, &on, err) < 0)
		return -1;
	view_set_mouse(view, on);
	return 0;
}

static int do_keys(struct view *view, const char *words, struct error *err)
{
	bool on;

	if (read_switch("keys", words, &on, err) < 0)
		return -1;
	view_name_keys(view, on);
	return 0;
}

static int do_say(struct view *view, const char *words, struct error *err)
{
	view_show_caption(view, words);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct view *view, const char *words, struct error *err);
	const char *usage, *help;
} commands[] = {
	{"bind", view_bind, "bind KEY ACTION",
		"bind the key to that action; bind KEY none unbinds it"},
	{"beside", view_beside, "beside FILE",
		"show another trace beside this one, in step; by event, by time or by mark: beside by time"},
	{"break", view_break, "break CONDITION",
		"stop c and r there; break off clears all breakpoints"},
	{"compare", view_compare_with, "compare ENGINES", "compare with these engines: heap,3.8"},
	{"concept", view_open_concepts, "concept WORDS",
		"where a concept is seen: the panel, and the command; concept alone lists all"},
	{"goto", do_seek, "goto WHERE", "the same as seek"},
	{"keys", do_keys, "keys on, off",
		"off: neither keys nor speed on the screen, as in pictures"},
	{"mark", view_name_mark, "mark NAME", "set a mark here, with a name"},
	{"mouse", do_mouse, "mouse on, off",
		"on: arenascope uses clicks and the wheel; off: the terminal does"},
	{"pause", do_pause, "pause", "stop playing (play toggles)"},
	{"save", view_save, "save FILE", "save the screen as a picture: map.svg or map.png"},
	{"say", do_say, "say WORDS", "show a caption in the last line; say alone removes it"},
	{"search", view_search, "search WORDS",
		"find the next match; or object 7, size 512, size > 512, 0x7f00, class 5"},
	{"seek", do_seek, "seek WHERE",
		"event number, +N, -N, N%, 1.5s, +20ms, mark, peak, fault, start, exit, end; a number needs no command"},
	{"show", view_show, "show PANEL",
		"arenas, pool, usedpools, heap, objects, space, event, events, info, inspect"},
	{"speed", do_speed, "speed N, TIME",
		"N events per second, or the whole trace in that time: 30s"},
	{"theme", do_theme, "theme NAME",
		"neutral, dark, light, high-contrast, colour-blind, projector-dark, projector-light, mono"},
	{"until", view_until, "until CONDITION", "run to the next such event"},
	{"until-back", view_until_back, "until-back CONDITION",
		"run back to the previous such event"},
	{"write", view_keep_marks, "write, w", "keep your marks in a file beside the trace"},
};

#define COMMANDS (sizeof(commands) / sizeof(*commands))

/* Reports a word that is not a command, or a word too many after one. */
static int no_such_command(const char *name, const char *words, struct error *err)
{
	struct suggestion nearest = {.word = name, .length = strlen(name)};

	if (action_find(name) != ACTION_NONE)
		return error_set(err, "'%s': unexpected word '%s'", name, words);
	for (size_t i = 0; i < COMMANDS; i++)
		suggestion_offer(&nearest, commands[i].name);
	for (unsigned i = 1; i < ACTION_COUNT; i++)
		suggestion_offer(&nearest, action_info((enum action)i)->name);
	if (suggestion_name(&nearest))
		return error_set(err, "unknown command '%s'; did you mean '%s'?", name,
			suggestion_name(&nearest));
	return error_set(err, "unknown command '%s' (? lists them)", name);
}

const char *command_split(const char *line, char *ret_name, size_t size)
{
	size_t length = strcspn(line, " ");

	snprintf(ret_name, size, "%.*s", (int)length, line);
	return line + length + strspn(line + length, " ");
}

const char *command_known_as(const char *name)
{
	static const struct {
		const char *typed, *name;
	} names[] = {{"q", "quit"}, {"q!", "quit"}, {"w", "write"}, {"x", "quit"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i].typed, name) == 0)
			return names[i].name;
	return name;
}

int command_run(struct view *view, const char *line, struct error *err)
{
	char typed[40];
	const char *words = command_split(line, typed, sizeof(typed));
	const char *name = command_known_as(typed);

	if (strchr("+-0123456789", name[0]))
		return do_seek(view, name, err);
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return commands[i].run(view, words, err);
	return no_such_command(name, words, err);
}

const char *command_name(size_t n)
{
	if (n < COMMANDS)
		return commands[n].name;
	n = n - COMMANDS + 1;
	return n < ACTION_COUNT ? action_info((enum action)n)->name : NULL;
}

void command_add_help(struct text *page)
{
	text_add(page, "\ncommands, typed after :\n");
	for (size_t i = 0; i < COMMANDS; i++)
		text_add(page, "\t%s\t%s\n", commands[i].usage, commands[i].help);
	text_add(page, "\tany action\tby the name in the list above, for example  :step\n");
}
