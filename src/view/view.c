/*
 * See view.h, and view_state.h for the modules. Keys become actions, actions and typed lines become
 * commands; both end in tables (acting.c, commands.c).
 */
#include "view/view_state.h"

#include "base/xalloc.h"
#include "canvas/theme.h"
#include "panels/comparison/comparison.h"
#include "story/places.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void view_say(struct view *view, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(view->message, sizeof(view->message), format, args);
	va_end(args);
	view->message_is_bad = false;
	view->stale = true;
}

bool view_has_arenas(const struct view *view)
{
	return arena_layer(player_heap(view->player));
}

struct scene view_scene(struct view *view)
{
	return (struct scene){
		.player = view->player,
		.selection = &view->selection,
		.event = view->has_event ? &view->event : NULL,
		.effect = view->has_event ? &view->effect : NULL,
		.symbols = view->symbols,
		.log = view->has_event ? view->log : NULL,
		.life = view->life,
		.playing = view->playing,
		.lecture = view->lecture,
		.asking = view_is_asking(view),
		.decided = view_is_deciding(view) ? &view->decided : NULL,
		.caption_asks = view_caption_asks(view),
		.speed = view->speed,
		.expert = view->expert,
		.marks = view->marks.items,
		.nmarks = view->marks.count,
		.color_by = view->color_by,
	};
}

struct panel *view_panel(const struct view *view, const struct panel_ops *ops)
{
	for (size_t i = 0; i < view->npanels; i++)
		if (view->panels[i]->ops == ops)
			return view->panels[i];
	return NULL;
}

/* Whether something on the screen is looked up while nobody presses a key. */
bool view_wants_to_look(const struct view *view)
{
	if (view->comparing)
		return comparison_looks(view->compare);
	for (size_t i = 0; i < view->npanels; i++)
		if (view->panels[i]->shown && view->panels[i]->ops->tick)
			return !view->playing;
	return false;
}

void view_want_refresh(struct view *view)
{
	view->wants_refresh = true;
	view->stale = true;
}

/* The position has changed: panels compute what they show. */
static void refresh(struct view *view)
{
	view->has_event = last_shown(view->player, &view->event, &view->effect, &view->log);
	struct scene scene = view_scene(view);
	if (!view->words_stand)
		selection_follow(&view->selection, &scene);
	if (view_is_deciding(view))
		view_look_at_decision(view);
	for (size_t i = 0; i < view->npanels; i++) {
		const struct panel_ops *ops = view->panels[i]->ops;
		if (view->words_stand && ops->is_read)
			continue;
		if (panel_is_useful(ops, &scene))
			ops->update(view->panels[i], &scene);
	}
	view->looks_ahead = view_wants_to_look(view);
	if (view->comparing)
		comparison_update(view->compare, &scene);
	view->seen_revision = player_revision(view->player);
	view->wants_refresh = false;
	view->stale = true;
}

void view_settle(struct view *view)
{
	if (view->wants_refresh || player_revision(view->player) != view->seen_revision)
		refresh(view);
}

struct view *view_new(struct player *player, const struct view_config *config)
{
	struct view *view = xcalloc(1, sizeof(*view));
	size_t count;
	const struct panel_ops *const *panels = panel_list(&count);

	view->player = player;
	view->symbols = symbols_new(player_trace(player));
	view->selection.follow = true;
	view->speed = config->speed > 0 ? config->speed : SPEED_NORMAL;
	view->lecture = config->lecture;
	view->quiz = true;
	view->theme_before = theme_find("neutral");
	view->engine = config->engine;
	view->options = config->options;
	view->live = config->live;
	view->following = config->live && config->following;
	view->stops_program = config->stops_program;
	view->renew = config->renew;
	view->renewer = config->renewer;
	view->theme = theme_find(config->lecture ? "projector-dark" : "neutral");
	for (size_t i = 0; i < count; i++)
		view->panels[view->npanels++] = panel_new(panels[i]);
	view->focused = panel_of(view_has_arenas(view) ? PANEL_ARENAS : PANEL_HEAP);
	view->inspected_from = view->focused;
	refresh(view);
	return view;
}

void view_free(struct view *view)
{
	if (!view)
		return;
	for (size_t i = 0; i < view->npanels; i++)
		panel_free(view->panels[i]);
	for (size_t i = 0; i < view->breakpoints.count; i++)
		free(view->breakpoints.items[i].words);
	for (size_t i = 0; i < view->history.count; i++)
		free(view->history.items[i]);
	comparison_free(view->compare);
	canvas_finish(&view->stood);
	symbols_free(view->symbols);
	array_finish(&view->breakpoints);
	array_finish(&view->history);
	array_finish(&view->bindings);
	array_finish(&view->marks);
	text_finish(&view->renewed);
	free(view->caption);
	narration_finish(&view->decided.narration);
	search_finish(&view->search);
	free(view);
}

const struct theme *view_theme(const struct view *view)
{
	return view->theme;
}

void view_set_theme(struct view *view, const struct theme *theme)
{
	view->theme = theme;
	view->stale = true;
}

bool view_has_quit(const struct view *view)
{
	return view->quit;
}

bool view_wants_mouse(const struct view *view)
{
	return !view->no_mouse;
}

void view_set_mouse(struct view *view, bool on)
{
	view->no_mouse = !on;
	view->stale = true;
}

bool view_has_overlay(const struct view *view)
{
	return view->mode;
}

void view_set_script(struct view *view, enum view_script script)
{
	view->stale |= view->script != script;
	view->script = script;
}

bool view_is_stale(const struct view *view)
{
	return view->stale;
}
