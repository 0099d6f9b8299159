#include "view/picture.h"

#include "base/error.h"
#include "base/text.h"
#include "pictures/picture.h"
#include "view/refresh.h"
#include "view/view_state.h"

#include <inttypes.h>
#include <string.h>

/* Cells of a screen that was never drawn. */
#define WIDTH  80
#define HEIGHT 24

void view_describe(const struct view *view, struct text *words)
{
	const struct trace *trace = player_trace(view->player);
	const char *slash = strrchr(trace_name(trace), '/');
	const char *name = slash ? slash + 1 : trace_name(trace);
	uint64_t position = player_position(view->player);

	if (position == 0)
		text_add(words, "%s, before its first event", name);
	else
		text_add(words, "%s, event %" PRIu64 " of %" PRIu64, name, position - 1,
			trace_length(trace));
}

int view_save(struct view *view, const char *path, struct error *err)
{
	int width = view->footer.width ? view->footer.width : WIDTH;
	int height = view->footer.width ? view->footer.y + view->footer.height : HEIGHT;
	enum picture_form form;
	struct canvas canvas;
	struct text bytes = {0}, title = {0};

	if (*path == '\0')
		return error_set(err,
			"save: needs the name of a picture, for example  save map.svg");
	if (picture_form_of(path, &form, err) < 0)
		return error_prefix(err, "save");
	canvas_init(&canvas, width, height, CHARSET_UTF8);
	view_settle(view);
	view_draw(view, &canvas);
	view_describe(view, &title);
	picture_add(&bytes, form, &canvas, (struct area){0, 0, width, height},
		view->appearance.theme, text_of(&title));
	int result = picture_write(&bytes, path, err);
	text_finish(&bytes);
	text_finish(&title);
	canvas_finish(&canvas);
	view_mark_stale(view);
	if (result < 0)
		return error_prefix(err, "save");
	view_say(view, "saved as %s", path);
	return 0;
}
