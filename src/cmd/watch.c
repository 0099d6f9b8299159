/* See following.h. */
#include "cmd/watch.h"

#include "base/arrays.h"
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cmd/screen.h"
#include "player/player.h"
#include "player/rivals.h"
#include "trace/trace.h"

#include <stdlib.h>

#define TOLD_BY 65536u /* events: what they have not told of how to play them, no later one does */

struct watch {
	const struct options *typed;   /* borrowed */
	struct trace *trace;           /* borrowed */
	ARRAY(struct options *) given; /* the last one is what is played with */
	const char *engine;
	uint64_t asked_at; /* events */
	enum trace_written asked_of;
};

/* The typed options and what the trace says now; -1 when that cannot be played. */
static int ask(struct watch *following, struct options **ret_options, const char **ret_engine,
	struct error *err)
{
	struct options *options = options_clone(following->typed);
	struct cmd_call call = {.options = options, .trace = following->trace};

	following->asked_at = trace_length(following->trace);
	following->asked_of = trace_info(following->trace)->written;
	if (cmd_take_wishes(&call, options, err) < 0) {
		options_free(options);
		return -1;
	}
	*ret_options = options;
	*ret_engine = call.engine;
	return 0;
}

int watch_new(struct watch **ret_following, const struct options *typed, struct trace *trace,
	struct error *err)
{
	struct watch *following = xcalloc(1, sizeof(*following));
	struct options *options;

	following->typed = typed;
	following->trace = trace;
	if (ask(following, &options, &following->engine, err) < 0) {
		watch_free(following);
		return -1;
	}
	*array_push(&following->given) = options;
	*ret_following = following;
	return 0;
}

void watch_free(struct watch *following)
{
	if (!following)
		return;
	for (size_t i = 0; i < following->given.count; i++)
		options_free(following->given.items[i]);
	array_finish(&following->given);
	free(following);
}

void watch_config(const struct watch *following, struct player_config *ret_config)
{
	*ret_config = (struct player_config){.engine = following->engine,
		.options = following->given.items[following->given.count - 1]};
}

bool watch_renew(void *user, struct player_config *ret_config)
{
	struct watch *following = user;
	struct options *options;
	const char *engine;
	struct error ignored;

	if (following->asked_at >= TOLD_BY &&
		following->asked_of == trace_info(following->trace)->written)
		return false;
	if (ask(following, &options, &engine, &ignored) < 0)
		return false;
	if (options_equal(options, following->given.items[following->given.count - 1])) {
		options_free(options);
		return false;
	}
	following->engine = engine;
	*array_push(&following->given) = options;
	watch_config(following, ret_config);
	return true;
}

int watch_show(const struct options *typed, struct trace *trace, const struct screen_wishes *wishes,
	bool stops_program, struct error *err)
{
	struct watch *following = NULL;
	struct player_config how;
	struct player *player = NULL;
	struct text engine = {0};
	int result = watch_new(&following, typed, trace, err);

	if (result == 0) {
		watch_config(following, &how);
		result = player_new(&player, trace, &how, err);
	}
	if (result == 0) {
		rival_name(player_heap(player), how.options, &engine);
		const struct view_config config = {
			.speed = wishes->speed,
			.engine = text_of(&engine),
			.options = how.options,
			.live = true,
			.following = true,
			.stops_program = stops_program,
			.renew = watch_renew,
			.renewer = following,
		};
		struct view *view = view_new(player, &config);
		result = screen_run(wishes, view, err);
		view_free(view);
	}
	text_finish(&engine);
	player_free(player);
	watch_free(following);
	return result;
}
