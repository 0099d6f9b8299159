/*
 * A view without a terminal: a script plays it, on a canvas that is printed on request. Only the
 * script moves the clock: `wait` passes as fast as the events are applied, `tick` in one step.
 */
#include "base/error.h"
#include "base/text.h"
#include "term/script.h"
#include "term/term.h"

#include <errno.h>
#include <string.h>

#define MILLISECOND UINT64_C(1000000)

struct sheet {
	struct view *view;
	struct canvas canvas;
	FILE *out;
	uint64_t now;
	const struct term_audience *audience; /* NULL: none */
};

static void draw(struct sheet *sheet)
{
	view_draw(sheet->view, &sheet->canvas);
	if (sheet->audience)
		sheet->audience->see(sheet->audience->user, &sheet->canvas,
			sheet->now - MILLISECOND);
}

static void show(void *user)
{
	struct sheet *sheet = user;

	if (view_is_stale(sheet->view))
		draw(sheet);
}

static uint64_t pass(void *user, uint64_t nanoseconds)
{
	struct sheet *sheet = user;

	sheet->now += nanoseconds;
	view_tick(sheet->view, sheet->now);
	return sheet->now;
}

static void resize(void *user, int width, int height)
{
	struct sheet *sheet = user;

	canvas_resize(&sheet->canvas, width, height);
	draw(sheet);
}

static void print(void *user, const char *words)
{
	fprintf(((struct sheet *)user)->out, "== %s\n", words);
}

static void dump(void *user, unsigned planes, const struct area *area)
{
	struct sheet *sheet = user;
	struct text text = {0};

	view_draw(sheet->view, &sheet->canvas);
	canvas_dump_area(&sheet->canvas,
		area ? *area : (struct area){0, 0, sheet->canvas.width, sheet->canvas.height},
		planes, &text);
	fputs(text_of(&text), sheet->out);
	text_finish(&text);
	fflush(sheet->out); /* the writer of the script may wait for it */
}

int term_run_script(struct view *view, FILE *file, const char *name, int width, int height,
	enum charset charset, FILE *out, const struct term_audience *audience, struct error *err)
{
	static const struct script_stage stage = {show, pass, resize, print, dump};
	struct sheet sheet = {.view = view, .out = out, .now = MILLISECOND, .audience = audience};
	struct script *script = script_new(view, file, name);
	int result;

	canvas_init(&sheet.canvas, width, height, charset);
	while ((result = script_run(script, &stage, &sheet, sheet.now, err)) > 0) {
		uint64_t line = script_next(script, sheet.now),
			 tick = view_next_tick(view, sheet.now);
		if (audience)
			show(&sheet); /* before time passes */
		pass(&sheet, line < tick ? line : tick);
		show(&sheet);
	}
	if (audience && result == 0)
		show(&sheet); /* the last line's frame */
	script_free(script);
	canvas_finish(&sheet.canvas);
	if (result == 0 && (ferror(out) || fflush(out) != 0))
		result = error_set(err, "standard output: %s", strerror(errno));
	return result;
}
