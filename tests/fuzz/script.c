/* Any bytes as a script that plays off the screen. */
#include "base/error.h"
#include "base/text.h"
#include "target.h"
#include "term/script.h"
#include "viewer.h"

#include <stdio.h>

#define LENGTH_MAX 2000u
#define ROUNDS_MAX 300u

static void show(void *user)
{
	viewer_draw(user);
}

static uint64_t pass(void *user, uint64_t nanoseconds)
{
	struct viewer *viewer = user;

	viewer_pass(viewer, nanoseconds < UINT64_MAX / 4 ? nanoseconds : 0);
	return viewer->now;
}

static void resize(void *user, int width, int height)
{
	canvas_resize(&((struct viewer *)user)->canvas, width, height);
}

static void print(void *user, const char *words)
{
	(void)user, (void)words;
}

static void dump(void *user, unsigned planes, const struct area *area)
{
	const struct canvas *canvas = &((struct viewer *)user)->canvas;
	struct text text = {0};

	canvas_dump_area(canvas, area ? *area : (struct area){0, 0, canvas->width, canvas->height},
		planes, &text);
	text_finish(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const struct script_stage stage = {show, pass, resize, print, dump};
	struct viewer viewer;
	struct error err;

	if (length == 0 || length > LENGTH_MAX)
		return 0;
	FILE *file = fmemopen((void *)(uintptr_t)bytes, length, "r");
	viewer_init(&viewer, bytes[length - 1]);
	struct script *script = script_new(viewer.view, file, "fuzz");
	for (unsigned i = 0; i < ROUNDS_MAX && !view_has_quit(viewer.view); i++) {
		if (script_run(script, &stage, &viewer, viewer.now, &err) <= 0)
			break;
		viewer_pass(&viewer, 10000000);
		viewer_draw(&viewer);
	}
	script_free(script);
	fclose(file);
	viewer_finish(&viewer);
	return 0;
}
