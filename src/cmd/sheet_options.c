/* See sheet_options.h. */
#include "cmd/sheet_options.h"

#include "base/error.h"
#include "canvas/theme.h"
#include "cmd/cmd.h"
#include "cmd/moment.h"
#include "cmd/screen.h"
#include "export/sheet.h"
#include "player/player.h"

#include <string.h>

#define WHOLE_SCREEN "screen"

const struct option_spec sheet_options[] = {
	{.name = "at",
		.type = OPTION_TEXT,
		.value = "WHERE",
		.help = "the moment: event number, 50%, 1.5s, a mark, peak, start, exit, end"},
	{.name = "to",
		.type = OPTION_TEXT,
		.value = "WHERE",
		.help = "a range of events, from --at to this one"},
	{.name = "view",
		.type = OPTION_TEXT,
		.value = "VIEW",
		.fallback = WHOLE_SCREEN,
		.help = "draw the whole screen or one panel: arenas, pool, usedpools, heap, bins, objects, roots, cache, event, events, info, inspect, layers, layers-over-time, lecture, space, timeline"},
	{.name = "size",
		.type = OPTION_TEXT,
		.value = "WxH",
		.fallback = "80x24",
		.help = "columns and rows of what is drawn"},
	{.name = "theme",
		.type = OPTION_CHOICE,
		.value = "NAME",
		.fallback = "dark",
		.choices = theme_names,
		.help = "colour theme"},
	{.name = "lecture",
		.type = OPTION_FLAG,
		.help = "draw the screen of a lecture: a large map and one caption at a time"},
	{.name = "speed",
		.type = OPTION_TEXT,
		.value = "N",
		.fallback = "2",
		.help = "with --to: events per second"},
	{0},
};

int sheet_open(struct sheet **ret_sheet, const struct cmd_call *call, const char *at, bool lecture,
	struct error *err)
{
	const struct options *options = call->options;
	const char *view = options_text(options, "view");
	struct sheet_config config = {
		.engine = call->engine,
		.options = options,
		.lecture = lecture || options_flag(options, "lecture"),
		.panel = strcmp(view, WHOLE_SCREEN) == 0 ? NULL : view,
		.theme = theme_find(options_text(options, "theme")),
	};
	struct sheet *sheet;

	if (screen_size(options, &config.width, &config.height, err) < 0 ||
		sheet_new(&sheet, call->trace, &config, err) < 0)
		return -1;
	if (options_given(options, "at"))
		at = options_text(options, "at");
	if (sheet_seek(sheet, at, "--at", err) < 0) {
		sheet_free(sheet);
		return -1;
	}
	moment_say_beyond(call, call->trace, "at");
	moment_say_beyond(call, call->trace, "to");
	*ret_sheet = sheet;
	return 0;
}

int sheet_end(struct sheet *sheet, const struct options *options, const char *to,
	uint64_t *ret_position, struct error *err)
{
	struct player *player = sheet_player(sheet);
	uint64_t from = player_position(player);

	if (options_given(options, "to"))
		to = options_text(options, "to");
	if (sheet_seek(sheet, to, "--to", err) < 0)
		return -1;
	uint64_t end = player_position(player);
	player_seek(player, from);
	if (end < from)
		return error_set(err, "--to: %s is before --at", to);
	*ret_position = end;
	return 0;
}
