#include "view/speed.h"
#include "view/view_state.h"

#include <string.h>

/* events per second from which there are several in a frame */
#define FAST    200.0
#define READING UINT64_C(125000000) /* nanoseconds for which words then stay */

void still_finish(struct still *still)
{
	canvas_finish(&still->canvas);
}

bool view_plays_fast(const struct view *view, uint64_t now)
{
	const struct playback *playback = &view->playback;

	return playback->is_on && view_speed(view) >= FAST && now >= playback->hold_until &&
	       !view->side_by_side.is_shown && !view->lecture.is_on;
}

void view_hold_still(struct view *view, uint64_t now)
{
	view->still.is_on = view_plays_fast(view, now) && view->still.canvas.cells &&
			    now - view->still.since < READING;
}

void view_end_still(struct view *view)
{
	if (!view->still.is_on)
		return;
	view->still.is_on = false;
	view_want_refresh(view);
}

bool view_still_fits(const struct view *view, const struct canvas *canvas)
{
	const struct still *still = &view->still;
	const struct layout *layout = &view->layout;

	if (still->canvas.width != canvas->width || still->canvas.height != canvas->height ||
		still->layout.count != layout->count)
		return false;
	for (size_t i = 0; i < layout->count; i++)
		if (still->layout.places[i].panel != layout->places[i].panel ||
			memcmp(&still->layout.places[i].area, &layout->places[i].area,
				sizeof(struct area)) != 0)
			return false;
	return true;
}

void view_draw_still(const struct view *view, struct canvas *canvas, const struct area *area)
{
	for (int y = area->y; y < area->y + area->height; y++) {
		size_t at = (size_t)y * (size_t)canvas->width + (size_t)area->x;
		memcpy(&canvas->cells[at], &view->still.canvas.cells[at],
			(size_t)area->width * sizeof(*canvas->cells));
	}
}

void view_keep_still(struct view *view, const struct canvas *canvas, uint64_t now)
{
	struct still *still = &view->still;

	still->since = now;
	still->layout = view->layout;
	if (still->canvas.width != canvas->width || still->canvas.height != canvas->height)
		canvas_resize(&still->canvas, canvas->width, canvas->height);
	memcpy(still->canvas.cells, canvas->cells,
		(size_t)canvas->width * (size_t)canvas->height * sizeof(*canvas->cells));
}
