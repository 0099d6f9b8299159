#include "view/commands.h"
#include "view/help.h"
#include "view/signs.h"
#include "view/view_state.h"

static void add_help(const struct view *view, struct text *page)
{
	for (size_t i = 0; i < view->bindings.list.count; i++) {
		const struct binding *binding = &view->bindings.list.items[i];
		const struct action_info *info = action_info(binding->action);
		text_add(page, "%s\t%s\t%s\t%s\n", i ? "" : "yours\n", binding->key, info->name,
			*info->help ? info->help : info->name);
	}
	if (view->bindings.list.count > 0)
		text_add(page, "\n");
	help_add_keys(page);
	command_add_help(page);
	help_add_terms(page);
}

static void help_key(struct view *view, const char *key)
{
	enum action action = action_for_key(key);

	if (action == ACTION_HELP) {
		view->help.has_keys = !view->help.has_keys;
		view->help.scroll.line = 0;
	} else if (!help_scroll_by(&view->help.scroll, action)) {
		view_close_mode(view);
	}
	view_mark_stale(view);
}

static void draw_help(struct view *view, struct canvas *canvas)
{
	struct area all = {0, 0, canvas->width, canvas->height};
	struct text page = {0};

	area_fill(canvas, all, ' ', ROLE_TEXT);
	struct area area = area_frame(canvas, all,
		view->help.has_keys ? "Keys and commands" : "What the signs mean",
		view->help.has_keys ? "?: signs  j k: scroll  other keys: back"
				    : "?: keys  j k: scroll  other keys: back",
		true);
	view->help.scroll.rows = area.height;
	if (view->help.has_keys) {
		add_help(view, &page);
		view->help.scroll.lines =
			help_draw(canvas, area, text_of(&page), view->help.scroll.line);
	} else {
		view->help.scroll.lines = signs_draw(view, canvas, area, view->help.scroll.line);
	}
	text_finish(&page);
}

static const struct mode help_mode = {help_key, draw_help};

void view_open_help(struct view *view)
{
	view_pause(view);
	view_open_mode(view, &help_mode);
	view->help = (struct help_page){0};
}
