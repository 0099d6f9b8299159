#include "view/hints.h"

#include "view/question.h"
#include "view/view_state.h"

static const struct hint paused[] = {
	{"Space", "play"},
	{", .", "step"},
	{"{ }", "structure"},
	{"[ ]", "mark"},
	{"0-9", "%"},
	{"< >", "speed"},
	{"Tab", "panel"},
	{"z", "zoom"},
	{"I", "inspect"},
	{"v", "compare"},
	{"c r", "to breakpoint"},
	{"/", "search"},
	{"o", "colours"},
	{"T", "theme"},
	{":", "command"},
	{"q", "quit"},
	{0},
};

static const struct hint playing[] = {
	{"Space", "pause"},
	{"< >", "speed"},
	{"R", "backwards"},
	{"0-9", "%"},
	{"Tab", "panel"},
	{"z", "zoom"},
	{"q", "quit"},
	{0},
};

static const struct hint asked[] = {
	{"Space", "shows the answer"},
	{"PgUp", "back"},
	{"w", "questions off"},
	{"T", "theme"},
	{0},
};

static const struct hint lecture[] = {
	{"Space", "next"},
	{"PgUp", "back"},
	{", .", "step"},
	{"C", "captions"},
	{"F5", "play"},
	{"w", "questions"},
	{"z", "zoom"},
	{"T", "theme"},
	{"q", "quit"},
	{0},
};

static const struct hint following[] = {
	{"Space", "pause"},
	{",", "step back"},
	{"{", "structure"},
	{"0-9", "%"},
	{"Tab", "panel"},
	{"z", "zoom"},
	{":", "command"},
	{"q", "quit"},
	{0},
};

static const struct hint left_behind[] = {
	{"F", "follow"},
	{"Space", "play"},
	{", .", "step"},
	{"{ }", "structure"},
	{"0-9", "%"},
	{"< >", "speed"},
	{"Tab", "panel"},
	{"z", "zoom"},
	{"/", "search"},
	{":", "command"},
	{"q", "quit"},
	{0},
};

static const struct hint comparing[] = {
	{"Space", "play"},
	{", .", "step"},
	{"d", "next difference"},
	{"v", "back"},
	{"{ }", "structure"},
	{"[ ]", "mark"},
	{"0-9", "%"},
	{"< >", "speed"},
	{"T", "theme"},
	{"q", "quit"},
	{0},
};

static const struct hint beside[] = {
	{"Space", "play"},
	{", .", "step"},
	{"[ ]", "mark"},
	{"v", "back"},
	{"{ }", "structure"},
	{"0-9", "%"},
	{":", "beside by time"},
	{"< >", "speed"},
	{"q", "quit"},
	{0},
};

static const struct hint inspecting[] = {
	{"Enter", "go there"},
	{"j k", "choose"},
	{"h l", "arena, pool, block"},
	{"q", "close"},
	{"'", "go back"},
	{"f", "follow"},
	{", .", "step"},
	{"Space", "play"},
	{0},
};

static const struct hint inspecting_heap[] = {
	{"Enter", "go there"},
	{"j k", "choose"},
	{"h", "who keeps the heap"},
	{"l", "the block"},
	{"q", "close"},
	{"'", "go back"},
	{"f", "follow"},
	{", .", "step"},
	{"Space", "play"},
	{0},
};

static const struct hint inspecting_played[] = {
	{"Space", "pause"},
	{"< >", "speed"},
	{"R", "backwards"},
	{"0-9", "%"},
	{"q", "close"},
	{0},
};

static const struct hint deciding[] = {
	{"s", "next decision"},
	{"S", "back"},
	{".", "the whole event"},
	{",", "previous event"},
	{"Tab", "panel"},
	{"E", "words"},
	{"q", "quit"},
	{0},
};

static const struct hint touring[] = {
	{"Space", "next stop"},
	{"Backspace", "back"},
	{", .", "step"},
	{"Esc", "end of the tour"},
	{"q", "quit"},
	{0},
};

static const struct hint tour_ends[] = {
	{"Esc", "end of the tour"},
	{"{ }", "what changes"},
	{"I", "who keeps it"},
	{"Backspace", "back"},
	{"q", "quit"},
	{0},
};

static const struct hint scripted[] = {{"Space", "pause"}, {"q", "quit"}, {0}};

static const struct hint script_paused[] = {
	{"Space", "continue the script"},
	{", .", "step"},
	{"{ }", "structure"},
	{"[ ]", "mark"},
	{"0-9", "%"},
	{"I", "inspect"},
	{"z", "zoom"},
	{"q", "quit"},
	{0},
};

const struct hint *view_hints(const struct view *view)
{
	if (view->tour.is_on)
		return view->tour.at + 1 < view->tour.count ? touring : tour_ends;
	if (view_shows_decision(view))
		return deciding;
	if (view->presentation.script != VIEW_SCRIPT_NONE)
		return view->presentation.script == VIEW_SCRIPT_PLAYS ? scripted : script_paused;
	if (view_is_inspecting(view))
		return view->playback.is_on    ? inspecting_played
		       : view_has_arenas(view) ? inspecting
					       : inspecting_heap;
	if (view_is_growing(view) && !view->playback.is_on)
		return view->growth.is_followed ? following : left_behind;
	return view->playback.is_on          ? playing
	       : view_is_asking(view)        ? asked
	       : view->lecture.is_on         ? lecture
	       : view_is_beside(view)        ? beside
	       : view->side_by_side.is_shown ? comparing
					     : paused;
}
