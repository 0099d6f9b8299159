/* See sheet.h. */
#include "export/sheet.h"

#include "base/error.h"
#include "base/progress.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "canvas/theme.h"
#include "panels/panel.h"
#include "player/player.h"
#include "player/rivals.h"
#include "view/errand.h"

#include <inttypes.h>
#include <stdlib.h>

#define MILLISECOND UINT64_C(1000000)

struct sheet {
	struct sheet_config config;
	struct player *player;
	struct view *view;
	struct text engine; /* in words, for the status line */
	struct canvas canvas;
	uint64_t now; /* nanoseconds; only sheet_command() lets them pass */
};

/* How far a jump, a run or a search is, or the survey. */
static void say_progress(const struct sheet *sheet)
{
	struct errand_report report;

	if (view_is_busy(sheet->view)) {
		view_report_errand(sheet->view, &report);
		progress_say("playing", "events", report.done, report.all);
	} else {
		progress_say("surveying", "events", player_surveyed(sheet->player),
			player_length(sheet->player));
	}
}

/* Lets the view look up and look ahead until nothing more comes without a key. */
static void settle(struct sheet *sheet)
{
	while (view_next_tick(sheet->view, sheet->now) == 0) {
		sheet->now += MILLISECOND;
		view_tick(sheet->view, sheet->now);
		say_progress(sheet);
	}
	progress_end();
}

static bool find_area(const struct sheet *sheet, struct area *ret_area)
{
	*ret_area = (struct area){0, 0, sheet->canvas.width, sheet->canvas.height};
	return !sheet->config.panel || view_place(sheet->view, sheet->config.panel, ret_area);
}

/* Gives the canvas the rows and columns that surround a panel, so that it gets its own size. */
static int fit(struct sheet *sheet, struct error *err)
{
	struct text command = {0};
	struct area area;

	text_add(&command, "show %s", sheet->config.panel);
	int result = sheet_command(sheet, text_of(&command), err);
	text_finish(&command);
	if (result == 0)
		result = sheet_command(sheet, "full-screen", err);
	if (result < 0)
		return -1;
	view_draw(sheet->view, &sheet->canvas);
	if (!find_area(sheet, &area))
		return error_set(err, "%s has no %s panel", text_of(&sheet->engine),
			panel_find(sheet->config.panel)->title);
	canvas_resize(&sheet->canvas, 2 * sheet->canvas.width - area.width,
		2 * sheet->canvas.height - area.height);
	return 0;
}

static int open_view(struct sheet *sheet, struct trace *trace, struct error *err)
{
	const struct sheet_config *config = &sheet->config;
	const struct player_config how = {.engine = config->engine, .options = config->options};

	if (player_new(&sheet->player, trace, &how, err) < 0)
		return -1;
	rival_title(player_trace(sheet->player), player_heap(sheet->player), config->options,
		&sheet->engine);
	const struct view_config looks = {.is_picture = true,
		.lecture = config->lecture,
		.engine = text_of(&sheet->engine),
		.options = config->options};
	sheet->view = view_new(sheet->player, &looks);
	view_set_theme(sheet->view, config->theme);
	settle(sheet);
	return config->panel ? fit(sheet, err) : 0;
}

int sheet_new(struct sheet **ret_sheet, struct trace *trace, const struct sheet_config *config,
	struct error *err)
{
	struct sheet *sheet = xcalloc(1, sizeof(*sheet));

	sheet->config = *config;
	sheet->now = MILLISECOND;
	canvas_init(&sheet->canvas, config->width, config->height, CHARSET_UTF8);
	if (open_view(sheet, trace, err) < 0) {
		sheet_free(sheet);
		return -1;
	}
	*ret_sheet = sheet;
	return 0;
}

void sheet_free(struct sheet *sheet)
{
	if (!sheet)
		return;
	view_free(sheet->view);
	player_free(sheet->player);
	text_finish(&sheet->engine);
	canvas_finish(&sheet->canvas);
	free(sheet);
}

struct player *sheet_player(const struct sheet *sheet)
{
	return sheet->player;
}

struct view *sheet_view(const struct sheet *sheet)
{
	return sheet->view;
}

int sheet_command(struct sheet *sheet, const char *command, struct error *err)
{
	int result = view_command(sheet->view, command, err);

	settle(sheet);
	return result;
}

int sheet_seek(struct sheet *sheet, const char *where, const char *option, struct error *err)
{
	int result = view_go(sheet->view, where, err);

	settle(sheet);
	return result < 0 ? error_prefix(err, "%s", option) : 0;
}

int sheet_turn(struct sheet *sheet, uint64_t page, const char *option, struct error *err)
{
	/* the pages depend on the room */
	view_draw(sheet->view, &sheet->canvas);
	for (uint64_t at = 1; at < page; at++)
		if (!view_turn_text(sheet->view, false))
			return error_set(err, "%s: the text at this event has %" PRIu64 " page%s",
				option, at, at == 1 ? "" : "s");
	return 0;
}

const struct canvas *sheet_draw(struct sheet *sheet, struct area *ret_area)
{
	view_draw(sheet->view, &sheet->canvas);
	find_area(sheet, ret_area);
	return &sheet->canvas;
}
