/* See viewer.h. */
#include "viewer.h"

#include "base/error.h"
#include "base/options.h"
#include "plugin/confinement.h"
#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

static const char events[] =
	"note Watch where the first one goes.\na 0 96\na 1 96\nmark middle\na 2 500\na 3 90\nf 1\n"
	"a 4 20\nr 2 30\nf 0\nf 0\nnew 5 40 gc\nnew 6 30 gc\nref 5 6\nref 6 5\nunref - 5\ncollect\n"
	"a 7 5000\na 8 200000\nf 7\nnote The end.\n";

static const char *const engines[] = {"pymalloc", "heap", "glibc", "buddy", "pool", "budget"};

#define ENGINES (sizeof(engines) / sizeof(*engines))

/* Whatever is typed, nothing but this folder is written. */
static void confine_once(void)
{
	static const struct allowed_file files[] = {{.path = "/", .use = FILE_READ},
		{.path = ".", .use = FILE_WRITE}, {.path = "/dev/null", .use = FILE_WRITE}};
	static bool is_done;

	if (is_done)
		return;
	is_done = true;
	drop_rights();
	confine_files(files, sizeof(files) / sizeof(*files));
}

void viewer_init(struct viewer *viewer, unsigned choice)
{
	size_t count;
	const struct engine_ops *const *all = engine_list(&count);
	struct player_config config = {.engine = engines[choice % ENGINES]};
	struct error err;

	confine_once();
	*viewer = (struct viewer){.options = options_new(), .now = 1000000};
	for (size_t i = 0; i < count; i++)
		if (all[i]->options)
			options_add_table(viewer->options, all[i]->options);
	config.options = viewer->options;
	if (trace_open_memory(&viewer->trace, events, strlen(events), "fuzz", 0, &err) < 0 ||
		player_new(&viewer->player, viewer->trace, &config, &err) < 0)
		abort();
	viewer->view = view_new(viewer->player,
		&(struct view_config){.options = viewer->options, .lecture = choice / ENGINES % 2});
	canvas_init(&viewer->canvas, 80, 24, CHARSET_UTF8);
}

void viewer_finish(struct viewer *viewer)
{
	view_free(viewer->view);
	canvas_finish(&viewer->canvas);
	player_free(viewer->player);
	trace_close(viewer->trace);
	options_free(viewer->options);
}

void viewer_draw(struct viewer *viewer)
{
	view_draw(viewer->view, &viewer->canvas);
}

void viewer_pass(struct viewer *viewer, uint64_t nanoseconds)
{
	viewer->now += nanoseconds;
	view_tick(viewer->view, viewer->now);
}
