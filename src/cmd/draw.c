/* `arenascope draw`: any view at any event as a picture, or a range of events as one that moves. */
#include "base/error.h"
#include "base/text.h"
#include "canvas/theme.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "cmd/screen.h"
#include "cmd/sheet_options.h"
#include "export/sheet.h"
#include "pictures/film.h"
#include "pictures/picture.h"
#include "player/player.h"
#include "player/where.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FRAMES_MAX  600u  /* of a film; of a longer range, events are left out evenly */
#define LAST_FRAME  2000u /* milliseconds that the last frame stays */
#define STDOUT_NAME "-"

static const struct option_spec options[] = {
	{.name = "output",
		.letter = 'o',
		.type = OPTION_TEXT,
		.value = "FILE",
		.help = "write to this file, whose name ends in .svg or .png; -: SVG to standard output"},
	{.name = "page",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "1",
		.min = 1,
		.help = "with --lecture: the page of a text that does not fit"},
	{0},
};

static void add_picture(struct text *out, struct sheet *sheet, enum picture_form form,
	const struct theme *theme)
{
	struct text title = {0};
	struct area area;
	const struct canvas *canvas = sheet_draw(sheet, &area);

	view_describe(sheet_view(sheet), &title);
	picture_add(out, form, canvas, area, theme, text_of(&title));
	text_finish(&title);
}

/* Frames of every event up to the position, or of every other one, every third and so on. */
static int add_film(struct text *out, struct sheet *sheet, uint64_t to, double speed,
	const struct theme *theme, struct error *err)
{
	uint64_t at = player_position(sheet_player(sheet)), stride = (to - at) / FRAMES_MAX + 1;
	struct text title = {0};
	struct area area;
	const struct canvas *canvas = sheet_draw(sheet, &area);
	struct film *film = film_new(area.width, area.height, theme);
	int result = 0;

	view_describe(sheet_view(sheet), &title);
	text_add(&title, ", and the events up to %" PRIu64, to - 1);
	while (at < to && result == 0) {
		uint64_t next = to - at < stride ? to : at + stride;
		film_add(film, canvas, area, (uint64_t)((double)(next - at) * 1000 / speed));
		char words[32];
		snprintf(words, sizeof(words), "seek %" PRIu64, next - 1);
		result = sheet_command(sheet, words, err);
		canvas = sheet_draw(sheet, &area);
		at = next;
	}
	film_add(film, canvas, area, LAST_FRAME);
	film_write(film, text_of(&title), out);
	film_free(film);
	text_finish(&title);
	return result;
}

static int draw(const struct cmd_call *call, struct sheet *sheet, enum picture_form form,
	struct text *out, struct error *err)
{
	const struct theme *theme = theme_find(options_text(call->options, "theme"));
	uint64_t to;
	double speed;

	if (sheet_turn(sheet, options_number(call->options, "page"), "--page", err) < 0)
		return -1;
	if (!options_given(call->options, "to")) {
		add_picture(out, sheet, form, theme);
		return 0;
	}
	if (form != PICTURE_SVG)
		return error_set(err, "--to: a picture that moves is an SVG; end the name in .svg");
	if (screen_speed(call->options, &speed, err) < 0 ||
		sheet_end(sheet, call->options, "end", &to, err) < 0)
		return -1;
	return add_film(out, sheet, to, speed, theme, err);
}

static int run(const struct cmd_call *call, struct error *err)
{
	const char *path = options_text(call->options, "output");
	enum picture_form form = PICTURE_SVG;
	struct sheet *sheet;
	struct text out = {0};

	if (!path) {
		error_set(err, "draw: needs the name of the picture: -o FILE.svg");
		return EXIT_USAGE;
	}
	bool is_stdout = strcmp(path, STDOUT_NAME) == 0;
	if ((!is_stdout && picture_form_of(path, &form, err) < 0) ||
		sheet_open(&sheet, call,
			options_given(call->options, "to") ? "start"
							   : where_by_default(call->trace),
			false, err) < 0)
		return EXIT_USAGE;
	int status = draw(call, sheet, form, &out, err) < 0 ? EXIT_USAGE : EXIT_FINE;
	if (status == EXIT_FINE && (is_stdout ? cmd_print(text_of(&out), out.length, err)
					      : picture_write(&out, path, err)) < 0)
		status = EXIT_TROUBLE;
	text_finish(&out);
	sheet_free(sheet);
	return status;
}

const struct cmd cmd_draw = {
	.name = "draw",
	.summary = "draw any view at any event as SVG or PNG",
	.usage = "[OPTIONS] TRACE -o FILE",
	.words = 1,
	.details =
		"  arenascope draw my.trace --at peak --view arenas -o map.svg\n"
		"  arenascope draw my.trace --at 100 --to 140 --theme light -o film.svg\n\n"
		"Without --at, the picture is of the moment when main() returned, before a Python shuts down, or of the end.\n"
		"With --to, it moves: an SVG that a browser plays, from event to event.  Of a long range some events are left\n"
		"out.\n",
	.options = options,
	.flags = CMD_TAKES_ENGINE | CMD_OPENS_TRACE | CMD_MAY_DEMO | CMD_DRAWS,
	.run = run,
};
