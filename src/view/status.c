/*
 * See view_state.h. Above: what plays, and where it is. Below: what was said, or the keys of most
 * use.
 */
#include "view/view_state.h"

#include "base/units.h"

#include <stdio.h>
#include <string.h>

/* Of a trace that grows, or has grown: where this is in it. */
static void describe_live(const struct view *view, bool is_narrow, char *words, size_t size)
{
	uint64_t behind = player_length(view->player) - player_position(view->player);
	bool is_catching_up = view_is_behind(view);
	struct units units;

	if (!view_is_growing(view) && !is_catching_up)
		snprintf(words, size, "  ended");
	else if (view_is_growing(view) && view->following && !is_catching_up)
		snprintf(words, size, "%s", is_narrow ? "" : "  following");
	else
		snprintf(words, size, "  %s%s behind",
			is_narrow               ? ""
			: view_is_growing(view) ? "live, "
						: "ended, ",
			units_count(&units, behind));
}

static const char *name_state(const struct view *view)
{
	if (view->playing)
		return view->backwards ? "BACK " : "PLAY ";
	if (view->following && view_is_growing(view))
		return "LIVE ";
	return view->lecture ? "LECTURE" : "PAUSE";
}

void view_draw_status(struct view *view, struct canvas *canvas)
{
	struct area line = {0, 0, canvas->width, 1};
	uint64_t position = player_position(view->player), length = player_length(view->player);
	const struct heap *heap = player_heap(view->player);
	struct units here, all, percent;
	char right[200], speed[80] = "", event[60] = "start", last[60] = "";
	const char *name = strrchr(trace_name(player_trace(view->player)), '/');

	name = name ? name + 1 : trace_name(player_trace(view->player));
	area_fill(canvas, line, ' ', ROLE_STATUS);
	if (view->live && canvas->width >= 50)
		describe_live(view, canvas->width < 70, speed, sizeof(speed));
	if (canvas->width >= (view->live ? 100 : 70) && !view->lecture)
		snprintf(speed + strlen(speed), sizeof(speed) - strlen(speed), "  %g ev/s",
			view->speed);
	if (position > 0)
		snprintf(event, sizeof(event), "%s%s", canvas->width >= 50 ? "event " : "",
			units_count(&here, position - 1));
	if (canvas->width >= 30)
		snprintf(last, sizeof(last), " / %s", units_count(&all, length ? length - 1 : 0));
	if (view->lecture)
		snprintf(right, sizeof(right), "%s%s", event, last);
	else
		snprintf(right, sizeof(right), "%s%s  %s%s", event, last,
			units_percent(&percent, position, length), speed);
	int start = canvas->width - (int)strlen(right) - 1;
	struct area left = line;
	left.width = start > 8 ? start - 1 : 8;
	int x = area_text(canvas, left, 1, 0, ROLE_STATUS, CELL_BOLD, name_state(view));
	x = area_print(canvas, left, x + 2, 0, ROLE_STATUS, "%s", name);
	x += 2;
	if (view->engine)
		area_text(canvas, left, x, 0, ROLE_STATUS, 0, view->engine);
	for (size_t i = 0; !view->engine && i < heap_layer_count(heap); i++)
		x = area_print(canvas, left, x, 0, ROLE_STATUS, "%s%s", i ? " over " : "",
			engine_name(heap_layer(heap, i)));
	area_text(canvas, line, start > 8 ? start : 8, 0, ROLE_STATUS, 0, right);
}

#define CAPTION_INDENT 3

struct hint {
	const char *keys, *words;
};

/* The keys of most use first; those that do not fit are left out. */
static const struct hint *hints_of(const struct view *view)
{
	static const struct hint paused[] = {
		{"Space", "play"},
		{", .", "step"},
		{"{ }", "structure"},
		{"[ ]", "mark"},
		{"0-9", "%"},
		{"< >", "speed"},
		{"Tab", "panel"},
		{"z", "zoom"},
		{"I", "inspect"},
		{"v", "compare"},
		{"c r", "run to break"},
		{"/", "search"},
		{"o", "colours"},
		{"T", "theme"},
		{":", "command"},
		{"q", "quit"},
		{0},
	};
	static const struct hint playing[] = {
		{"Space", "pause"},
		{"< >", "speed"},
		{"R", "backwards"},
		{"0-9", "%"},
		{"Tab", "panel"},
		{"z", "zoom"},
		{"q", "quit"},
		{0},
	};
	static const struct hint asked[] = {
		{"PgDn", "shows the answer"},
		{"PgUp", "back"},
		{"w", "no questions"},
		{"T", "theme"},
		{0},
	};
	static const struct hint lecture[] = {
		{"PgDn", "next"},
		{"PgUp", "back"},
		{", .", "step"},
		{"Space", "play"},
		{"w", "questions"},
		{"z", "zoom"},
		{"T", "theme"},
		{"q", "quit"},
		{0},
	};
	static const struct hint following[] = {
		{"Space", "pause"},
		{",", "step back"},
		{"{", "structure"},
		{"0-9", "%"},
		{"Tab", "panel"},
		{"z", "zoom"},
		{":", "command"},
		{"q", "quit"},
		{0},
	};
	static const struct hint left_behind[] = {
		{"F", "follow"},
		{"Space", "play"},
		{", .", "step"},
		{"{ }", "structure"},
		{"0-9", "%"},
		{"< >", "speed"},
		{"Tab", "panel"},
		{"z", "zoom"},
		{"/", "search"},
		{":", "command"},
		{"q", "quit"},
		{0},
	};

	static const struct hint comparing[] = {
		{"Space", "play"},
		{", .", "step"},
		{"d", "next difference"},
		{"v", "back"},
		{"{ }", "structure"},
		{"[ ]", "mark"},
		{"0-9", "%"},
		{"< >", "speed"},
		{"T", "theme"},
		{"q", "quit"},
		{0},
	};

	static const struct hint inspecting[] = {
		{"Enter", "go there"},
		{"j k", "choose"},
		{"h l", "arena, pool, block"},
		{"Esc", "back"},
		{"'", "where I was"},
		{"f", "follow"},
		{", .", "step"},
		{"Space", "play"},
		{"q", "quit"},
		{0},
	};

	static const struct hint deciding[] = {
		{"s", "next decision"},
		{"S", "back"},
		{".", "the whole event"},
		{",", "previous event"},
		{"Tab", "panel"},
		{"E", "words"},
		{"q", "quit"},
		{0},
	};
	static const struct hint scripted[] = {{"Space", "pause"}, {"q", "quit"}, {0}};
	static const struct hint script_paused[] = {
		{"Space", "go on with the script"},
		{", .", "step"},
		{"{ }", "structure"},
		{"[ ]", "mark"},
		{"0-9", "%"},
		{"I", "inspect"},
		{"z", "zoom"},
		{"q", "quit"},
		{0},
	};

	if (view_is_deciding(view))
		return deciding;
	if (view->script != VIEW_SCRIPT_NONE)
		return view->script == VIEW_SCRIPT_PLAYS ? scripted : script_paused;
	if (view_is_growing(view) && !view->playing)
		return view->following ? following : left_behind;
	if (!view->playing && !view->comparing && view_is_focused(view, PANEL_INSPECT))
		return inspecting;
	return view->playing          ? playing
	       : view->comparing      ? comparing
	       : view_is_asking(view) ? asked
	       : view->lecture        ? lecture
				      : paused;
}

struct area footer_of(const struct canvas *canvas)
{
	return (struct area){0, canvas->height - 1, canvas->width, 1};
}

/* Errors go before it, and what can be done with a script that is paused. */
static bool shows_caption(const struct view *view)
{
	return view->caption && view->script != VIEW_SCRIPT_PAUSED &&
	       !(view->message[0] && view->message_is_bad);
}

int footer_rows(const struct view *view, struct canvas *canvas)
{
	struct area none = {0, 0, canvas->width, 0};
	int most = canvas->height / 4;

	if (!shows_caption(view))
		return 1;
	int rows = area_wrap(canvas, none, CAPTION_INDENT, 0, CAPTION_INDENT, ROLE_TITLE,
		view->caption);
	return rows < most ? rows : most < 1 ? 1 : most;
}

/* A bar in front, as everywhere where something is said about the program and not by it. */
static void draw_caption(const struct view *view, struct canvas *canvas)
{
	int rows = footer_rows(view, canvas);
	struct area area = {0, canvas->height - rows, canvas->width, rows};

	area_fill(canvas, area, ' ', ROLE_TEXT);
	for (int y = 0; y < rows; y++)
		area_put(canvas, area, 1, y, glyph_of(canvas->charset, GLYPH_V_LINE, 0), ROLE_MARK,
			0);
	area_wrap(canvas, area, CAPTION_INDENT, 0, CAPTION_INDENT, ROLE_TITLE, view->caption);
}

void view_draw_footer(struct view *view, struct canvas *canvas)
{
	struct area line = footer_of(canvas);
	int room = line.width - 7;
	int x = 1;

	if (shows_caption(view)) {
		draw_caption(view, canvas);
		return;
	}
	if (view->message[0]) {
		area_text(canvas, line, 1, 0, view->message_is_bad ? ROLE_BAD : ROLE_TITLE, 0,
			view->message);
		return;
	}
	for (const struct hint *hint = hints_of(view); hint->keys; hint++) {
		int width = (int)(strlen(hint->keys) + strlen(hint->words)) + 3;
		if (x + width > room)
			continue;
		x = area_text(canvas, line, x, 0, ROLE_KEY, 0, hint->keys) + 1;
		x = area_text(canvas, line, x, 0, ROLE_QUIET, 0, hint->words) + 2;
	}
	x = area_text(canvas, line, room, 0, ROLE_KEY, 0, "?") + 1;
	area_text(canvas, line, x, 0, ROLE_QUIET, 0, "help");
}
