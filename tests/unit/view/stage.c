/* See stage.h. */
#include "stage.h"

#include "base/error.h"
#include "base/options.h"
#include "base/xalloc.h"
#include "story/places.h"
#include "support.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 16

static const struct option_spec engine_option[] = {
	{.name = "engine", .type = OPTION_TEXT, .value = "NAME", .help = ""},
	{0},
};

static struct options *options_of(const char *words)
{
	struct options *options = options_new();
	char *copy = xstrdup(words);
	char *argv[WORDS_MAX + 1];
	const char *rest[WORDS_MAX + 1];
	int argc = 0, nrest;
	struct error err;
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	options_add_table(options, engine_option);
	for (size_t i = 0; i < count; i++)
		if (engines[i]->options)
			options_add_table(options, engines[i]->options);
	for (char *word = strtok(copy, " "); word && argc < WORDS_MAX; word = strtok(NULL, " "))
		argv[argc++] = word;
	if (options_parse(options, argc, argv, false, rest, &nrest, &err) < 0)
		fail_msg("%s: %s", words, err.text);
	free(copy);
	return options;
}

void stage_init(struct stage *stage, const char *options, const char *trace)
{
	struct error err;

	*stage = (struct stage){.options = options_of(options), .selection = {.follow = true}};
	if (trace_open_memory(&stage->trace, trace, strlen(trace), "test", 0, &err) < 0)
		fail_msg("%s", err.text);
	const struct player_config config = {.engine = options_text(stage->options, "engine"),
		.options = stage->options};
	if (player_new(&stage->player, stage->trace, &config, &err) < 0)
		fail_msg("%s", err.text);
	stage->symbols = symbols_new(stage->trace);
	stage_seek(stage, player_length(stage->player));
}

void stage_finish(struct stage *stage)
{
	narration_finish(&stage->narration);
	text_finish(&stage->text);
	player_free(stage->player);
	symbols_free(stage->symbols);
	trace_close(stage->trace);
	options_free(stage->options);
}

void stage_seek(struct stage *stage, uint64_t position)
{
	player_seek(stage->player, position);
	stage->scene = (struct scene){.player = stage->player,
		.selection = &stage->selection,
		.symbols = stage->symbols,
		.color_by = stage->scene.color_by};
	if (last_shown(stage->player, &stage->event, &stage->effect, &stage->scene.log)) {
		stage->scene.event = &stage->event;
		stage->scene.effect = &stage->effect;
	}
	selection_follow(&stage->selection, &stage->scene);
}

const char *stage_tell(struct stage *stage, bool expert)
{
	struct narration *narration = &stage->narration;

	narrate(narration, player_heap(stage->player), stage->trace, stage->scene.event,
		stage->scene.effect, stage->scene.log, expert);
	text_clear(&stage->text);
	text_add(&stage->text, "%s\n%s", text_of(&narration->what), text_of(&narration->why));
	if (narration->so.length)
		text_add(&stage->text, "= %s\n", text_of(&narration->so));
	return text_of(&stage->text);
}

const char *stage_brief(struct stage *stage)
{
	stage_tell(stage, false);
	return text_of(&stage->narration.brief);
}

/* Puts each row between bars: panels must not draw outside, and trailing blanks become visible. */
static void frame(struct text *framed, const struct canvas *canvas)
{
	struct text dump = {0};

	canvas_dump(canvas, false, &dump);
	text_clear(framed);
	for (const char *line = text_of(&dump); *line; line += strcspn(line, "\n") + 1)
		text_add(framed, "|%.*s\n", (int)strcspn(line, "\n"), line);
	text_finish(&dump);
}

const char *stage_draw(struct stage *stage, const char *name, int width, int height,
	enum charset charset)
{
	const struct panel_ops *ops = panel_find(name);
	struct panel *panel = panel_new(ops);
	struct canvas canvas;

	panel->shown = true;
	panel->area = (struct area){0, 0, width, height};
	canvas_init(&canvas, width, height, charset);
	ops->update(panel, &stage->scene);
	ops->draw(panel, &stage->scene, &canvas, panel->area);
	frame(&stage->text, &canvas);
	canvas_finish(&canvas);
	panel_free(panel);
	return text_of(&stage->text);
}
