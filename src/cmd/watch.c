/* See watch.h. */
#include "cmd/watch.h"

#include "base/arrays.h"
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cmd/engine_choice.h"
#include "cmd/screen.h"
#include "player/player.h"
#include "player/rivals.h"
#include "trace/trace.h"

#include <stdlib.h>

#define LAST_HINT 65536u /* events; later ones do not change how the trace is played */

struct watch {
	const struct options *typed;   /* borrowed */
	struct trace *trace;           /* borrowed */
	ARRAY(struct options *) given; /* the last one is in use */
	const char *engine;
	uint64_t asked_at; /* events */
	enum trace_written asked_of;
};

/*
 * Combines the typed options with those of the trace as it is now; -1 and err: it cannot be played
 * with them.
 */
static int ask(struct watch *watch, struct options **ret_options, const char **ret_engine,
	struct error *err)
{
	struct options *options = options_clone(watch->typed);

	watch->asked_at = trace_length(watch->trace);
	watch->asked_of = trace_info(watch->trace)->written;
	if (engine_choice_default(options, watch->trace, err) < 0 ||
		engine_choice_find(options, ret_engine, err) < 0) {
		options_free(options);
		return -1;
	}
	*ret_options = options;
	return 0;
}

int watch_new(struct watch **ret_watch, const struct options *typed, struct trace *trace,
	struct error *err)
{
	struct watch *watch = xcalloc(1, sizeof(*watch));
	struct options *options;

	watch->typed = typed;
	watch->trace = trace;
	if (ask(watch, &options, &watch->engine, err) < 0) {
		watch_free(watch);
		return -1;
	}
	*array_push(&watch->given) = options;
	*ret_watch = watch;
	return 0;
}

void watch_free(struct watch *watch)
{
	if (!watch)
		return;
	for (size_t i = 0; i < watch->given.count; i++)
		options_free(watch->given.items[i]);
	array_finish(&watch->given);
	free(watch);
}

void watch_config(const struct watch *watch, struct player_config *ret_config)
{
	*ret_config = (struct player_config){.engine = watch->engine,
		.options = watch->given.items[watch->given.count - 1],
		.budget = options_number(watch->typed, "memory")};
}

bool watch_renew(void *user, struct player_config *ret_config)
{
	struct watch *watch = user;
	struct options *options;
	const char *engine;
	struct error ignored;

	if (watch->asked_at >= LAST_HINT && watch->asked_of == trace_info(watch->trace)->written)
		return false;
	if (ask(watch, &options, &engine, &ignored) < 0)
		return false;
	if (options_equal(options, watch->given.items[watch->given.count - 1])) {
		options_free(options);
		return false;
	}
	watch->engine = engine;
	*array_push(&watch->given) = options;
	watch_config(watch, ret_config);
	return true;
}

int watch_show(const struct options *typed, struct trace *trace, const struct screen_wishes *wishes,
	bool stops_program, struct error *err)
{
	struct watch *watch = NULL;
	struct player_config how;
	struct player *player = NULL;
	struct text engine = {0};
	int result = watch_new(&watch, typed, trace, err);

	if (result == 0) {
		watch_config(watch, &how);
		result = player_new(&player, trace, &how, err);
	}
	if (result == 0) {
		rival_title(player_trace(player), player_heap(player), how.options, &engine);
		const struct view_config config = {
			.speed = wishes->speed,
			.engine = text_of(&engine),
			.options = how.options,
			.live = true,
			.following = true,
			.stops_program = stops_program,
			.renew = watch_renew,
			.renewer = watch,
		};
		struct view *view = view_new(player, &config);
		result = screen_run(wishes, view, err);
		view_free(view);
	}
	text_finish(&engine);
	player_free(player);
	watch_free(watch);
	return result;
}
