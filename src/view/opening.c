#include "view/view_state.h"

#include "base/units.h"
#include "trace/exits.h"
#include "trace/trace.h"

void opening_init(struct opening *opening, const struct view_config *config,
	const struct player *player)
{
	const struct trace_mark *notes;

	opening->has_captions = trace_notes(player_trace(player), &notes) > 0;
	opening->is_wanted =
		config->opens_by_itself && (!opening->has_captions || player_runs_code(player));
}

void view_announce_opening(struct view *view)
{
	if (view->opening.is_wanted && view_begins_slowly(view))
		view_say(view,
			"the whole trace is played once, to find your allocator's first failure…");
}

void view_end_opening(struct view *view)
{
	view->opening.is_wanted = false;
}

static void say_failure(struct view *view, int hit)
{
	view_say(view, "opened at the allocator's first failure; g goes to the start");
}

/* The faults that are failures of the allocator. Of one under test NULL is one too, as for lab. */
static uint64_t failures(const struct view *view)
{
	uint64_t faults = UINT64_C(1) << FAULT_PLUGIN | UINT64_C(1) << FAULT_BROKEN;

	return player_runs_code(view->player) ? faults | UINT64_C(1) << FAULT_NO_MEMORY : faults;
}

static bool has_failures(const struct view *view)
{
	const struct metrics *survey = player_survey_metrics(view->player);
	uint64_t faults = failures(view);

	for (unsigned fault = 0; fault < FAULT_COUNT; fault++)
		if (faults >> fault & 1 && survey->faults[fault] > 0)
			return true;
	return false;
}

/* Of an allocator that has failed: what it does later is mostly a consequence. */
static void go_to_failure(struct view *view)
{
	const struct stop failure = {STOP_FAULT, failures(view)};

	view_go_to(view, &(struct target){.stops = &failure,
				 .nstops = 1,
				 .what = "failure of the allocator",
				 .or_stay = true,
				 .arrived = say_failure});
}

static bool is_surveyed(const struct view *view)
{
	return player_surveyed(view->player) >= player_length(view->player) &&
	       !view_is_growing(view);
}

/* An allocator under test: that nothing was found is an answer, too. */
static void say_faultless(struct view *view, const char *where, const char *ways)
{
	const struct metrics *survey = player_survey_metrics(view->player);
	uint64_t requests = survey->kinds[EVENT_ALLOCATE] + survey->kinds[EVENT_FREE] +
			    survey->kinds[EVENT_REALLOCATE];
	struct units count;

	view_say(view, "your allocator has no fault in %s request%s%s%s%s%s",
		units_count(&count, requests), requests == 1 ? "" : "s", *where ? "; opened " : "",
		where, *where ? "; " : "", *where ? ways : "");
}

/* What went wrong in the trace comes before where it opened, of which words may be cut. */
static void say_opened(struct view *view, const char *where, const char *ways)
{
	const struct metrics *survey = player_survey_metrics(view->player);
	struct units count;
	uint64_t faults = 0;

	for (unsigned fault = 0; fault < FAULT_COUNT; fault++)
		faults += fault_is_serious((enum fault)fault) ? survey->faults[fault] : 0;
	if (faults == 0 && player_runs_code(view->player) && is_surveyed(view))
		say_faultless(view, where, ways);
	else if (faults > 0)
		view_say(view, "%s fault%s: ( and ) go there%s%s", units_count(&count, faults),
			faults == 1 ? "" : "s", *where ? "; opened " : "", where);
	else if (*where)
		view_say(view, "opened %s; %s", where, ways);
}

void view_open_by_itself(struct view *view)
{
	if (!view->opening.is_wanted)
		return;

	const struct metrics *survey = player_survey_metrics(view->player);
	bool has_begun = player_position(view->player) > 0 || view->playback.is_on;
	bool has_failed = has_failures(view);
	struct trace_exit exit;
	bool has_exit = trace_find_exit(player_trace(view->player), &exit);

	if (!has_begun && !has_failed && !has_exit && !is_surveyed(view))
		return;
	view_end_opening(view);
	if (has_begun)
		return;
	if (view_begins_slowly(view))
		view_clear_message(view);
	if (view->opening.has_captions) {
		if (has_failed)
			view_say(view,
				"your allocator fails in this trace: ) goes to the next fault");
		else if (is_surveyed(view))
			say_faultless(view, "", "");
		return;
	}
	if (has_failed) {
		go_to_failure(view);
		return;
	}
	if (has_exit)
		view_jump(view, exit.position);
	else if (survey->idle_at > 0)
		view_jump(view, survey->idle_at);
	say_opened(view,
		has_exit              ? exit_when(exit.kind)
		: survey->idle_at > 0 ? "where most bytes are held and not live"
				      : "",
		has_exit ? "g goes to the start, G to the end" : "g goes to the start");
}
