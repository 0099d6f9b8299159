/* See show.h. */
#include "show.h"

#include <stdio.h>
#include <string.h>

const char show_trace[] =
	"note Watch where the first one goes.\n"
	"a 0 96\na 1 96\nmark middle\na 2 500\na 3 90\nf 1\na 4 20\nr 2 30\nf 0\nf 0\n";

void show_begin(struct show *show, const char *engine, const char *text,
	const struct view_config *config)
{
	*show = (struct show){.now = MILLISECOND};
	stage_init(&show->stage, engine, text);
	player_seek(show->stage.player, 0);
	show->view = view_new(show->stage.player, config);
	canvas_init(&show->canvas, 80, 24, CHARSET_UTF8);
}

void look_ahead(struct show *show)
{
	while (view_next_tick(show->view, show->now) == 0)
		view_tick(show->view, show->now);
}

void show_init(struct show *show, const char *engine, const struct view_config *config)
{
	show_begin(show, engine, show_trace, config);
	look_ahead(show);
}

void show_finish(struct show *show)
{
	view_free(show->view);
	canvas_finish(&show->canvas);
	text_finish(&show->screen);
	stage_finish(&show->stage);
}

const char *screen_of(struct show *show)
{
	text_clear(&show->screen);
	view_draw(show->view, &show->canvas);
	canvas_dump(&show->canvas, false, &show->screen);
	return text_of(&show->screen);
}

void press(struct show *show, const char *keys)
{
	char copy[200], *rest = copy;

	snprintf(copy, sizeof(copy), "%s", keys);
	for (char *key = strsep(&rest, " "); key; key = strsep(&rest, " "))
		assert_true(view_key(show->view, key));
}

void pass(struct show *show, unsigned milliseconds)
{
	for (unsigned i = 0; i < milliseconds; i++) {
		show->now += MILLISECOND;
		view_tick(show->view, show->now);
	}
}

uint64_t position_of(const struct show *show)
{
	return player_position(show->stage.player);
}

void assert_shows(struct show *show, const char *words)
{
	if (!strstr(screen_of(show), words))
		fail_msg("'%s' is not on the screen:\n%s", words, text_of(&show->screen));
}

void assert_shows_not(struct show *show, const char *words)
{
	if (strstr(screen_of(show), words))
		fail_msg("\"%s\" is on the screen:\n%s", words, screen_of(show));
}
