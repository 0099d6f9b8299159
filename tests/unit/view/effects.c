/* What each key does: it changes what is seen, or the view says why it does not. */
#include "base/text.h"
#include "show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEGIN   5  /* the event at which each key is tried */
#define LAST    11 /* position at the end of the trace */
#define KEY_MAX 20
#define LEAVES  (-1)

/* A view that may compare engines, at the event BEGIN. */
static void begin(struct show *show, const char *engine, int width, int height)
{
	struct view_config config = {0};

	show_begin(show, engine, show_trace, &config);
	view_free(show->view);
	config.options = show->stage.options;
	show->view = view_new(show->stage.player, &config);
	canvas_resize(&show->canvas, width, height);
	look_ahead(show);
	press(show, ". . . . .");
	screen_of(show);
}

static void first_key(enum action action, char *ret_key)
{
	sscanf(action_info(action)->keys, "%19s", ret_key);
}

/* ---- nothing happens in silence ------------------------------------------------------------ */

/* All that a person sees, colours and underlines included; to be freed. */
static char *look_of(struct show *show)
{
	struct text look = {0};

	view_draw(show->view, &show->canvas);
	canvas_dump_area(&show->canvas,
		(struct area){0, 0, show->canvas.width, show->canvas.height},
		CANVAS_ROLES | CANVAS_MARKS, &look);
	return text_detach(&look);
}

/* Quitting ends the view, and drawing again is for terminals that were disturbed. */
static bool may_be_silent(enum action action)
{
	return action == ACTION_QUIT || action == ACTION_REDRAW;
}

static void every_action_changes_the_picture_or_says_why_not(void **state)
{
	static const char *const engines[] = {CLASSIC, HEAP};
	static const char *const places[] = {"Esc", "g", "G", "z", "I", "p", "e", "-", "v",
		"Up Left h"};
	static const int sizes[][2] = {{80, 24}, {120, 40}};

	for (size_t run = 0; run < 2 * sizeof(places) / sizeof(*places); run++)
		for (unsigned i = 1; i < ACTION_COUNT; i++) {
			char key[KEY_MAX];
			struct show show;
			const char *place = places[run / 2];
			first_key((enum action)i, key);
			begin(&show, engines[run % 2], sizes[run % 2][0], sizes[run % 2][1]);
			press(&show, place);
			pass(&show, 5);
			char *before = look_of(&show);
			bool goes_on = view_key(show.view, key);
			pass(&show, 5);
			char *after = look_of(&show);
			bool is_end = i == ACTION_QUIT && strcmp(place, "I") != 0;
			if (goes_on == is_end && strcmp(place, "v") != 0)
				fail_msg("after %s: %s ends the view, or does not", place, key);
			if (strcmp(before, after) == 0 && !*view_message(show.view) &&
				!may_be_silent((enum action)i))
				fail_msg("after %s: %s (%s) changes nothing, in silence:\n%s",
					place, key, action_info((enum action)i)->name,
					screen_of(&show));
			free(before);
			free(after);
			show_finish(&show);
		}
}

/* ---- what each does ------------------------------------------------------------------------- */

/* Keys before it and after it, and what is then seen; position LEAVES: that of before. */
static const struct effect_row {
	const char *action;
	const char *before, *after;
	int position;
	const char *words;
} rows[] = {
	{"play", "", "", LEAVES, "PLAY"},
	{"step", "", "", 6, "event 5 of 11"},
	{"step-back", "", "", 4, "event 3 of 11"},
	{"decision", "", "", LEAVES, "decision 1 of"},
	{"decision-back", "s s", "", LEAVES, "decision 1 of"},
	{"structure", "", "", 8, ""},
	{"structure-back", "", "", 2, ""},
	{"next-mark", "g", "", 4, "middle"},
	{"previous-mark", "G", "", 4, "middle"},
	{"contents", "", "", LEAVES, "Captions and marks"},
	{"next-fault", "", "", 11, ""},
	{"previous-fault", "", "", LEAVES, "not found before: fault"},
	{"peak", "", "", 6, ""},
	{"run", "", "", LEAVES, "no breakpoints set"},
	{"run-back", "b G", "", 9, ""},
	{"reverse", "", "", LEAVES, "playing backwards"},
	{"faster", "", "", LEAVES, "16 events/s"},
	{"slower", "", "", LEAVES, "4 events/s"},
	{"normal-speed", "> >", "", LEAVES, "8 events/s"},
	{"start", "", "", 0, "start of 11"},
	{"end", "", "", LAST, "event 10, the last"},
	{"follow", "", "", LEAVES, "this trace is complete"},
	{"percent-0", "", "", 0, ""},
	{"percent-10", "", "", 1, ""},
	{"percent-20", "", "", 2, ""},
	{"percent-30", "", "", 3, ""},
	{"percent-40", "", "", 4, ""},
	{"percent-50", "", "", LEAVES, "already there"},
	{"percent-60", "", "", 6, ""},
	{"percent-70", "", "", 7, ""},
	{"percent-80", "", "", 8, ""},
	{"percent-90", "", "", 9, ""},
	{"return", "G", "", BEGIN, ""},
	{"mark-here", "", "G [", BEGIN, ""},
	{"up", "", "", LEAVES, "nothing further that way"},
	{"down", "i", "", LEAVES, "Figures"},
	{"left", "l l", "", LEAVES, "0▼▼     8"},
	{"right", "", "", LEAVES, "0▼▼     8"},
	{"page-up", "", "", 0, "start of 11"},
	{"page-down", "", "", LAST, "event 10, the last"},
	{"next-panel", "", "z", LEAVES, "Pool A00.p01"},
	{"previous-panel", "Tab Tab", "z", LEAVES, "Pool A00.p01"},
	{"zoom-in", "p", "", LEAVES, "Pool A00.p01"},
	{"zoom-out", "", "", LEAVES, "already zoomed out"},
	{"closer", "-", "", LEAVES, "Arenas 1 mapped"},
	{"farther", "", "", LEAVES, "Space 1 region"},
	{"fit", "", "", LEAVES, "the whole map is already shown"},
	{"show-arenas", "p z", "", LEAVES, "Arenas 1 mapped"},
	{"show-pool", "", "z", LEAVES, "Pool A00.p01"},
	{"show-usedpools", "", "", LEAVES, "usedpools"},
	{"show-heap", "", "", LEAVES, "Heap"},
	{"show-bins", "", "", LEAVES, "this engine has no Bins panel"},
	{"show-objects", "", "", LEAVES, "this engine has no Objects panel"},
	{"show-events", "", "", LEAVES, "Events"},
	{"show-info", "", "", LEAVES, "Figures"},
	{"inspect", "", "", LEAVES, "Inspector"},
	{"full-screen", "p", "", LEAVES, "Pool A00.p01"},
	{"follow-event", "", "", LEAVES, "not following events"},
	{"color-by", "", "", LEAVES, "maps coloured by class"},
	{"expert", "", "", LEAVES, "expert wording"},
	{"theme", "", "", LEAVES, "theme: dark"},
	{"compare-engines", "", "", LEAVES, ""},
	{"next-difference", "", "", LEAVES, "press v to compare two engines"},
	{"next-different-answer", "", "", LEAVES, "press v to compare two engines"},
	{"lecture", "", "", LEAVES, "LECTURE"},
	{"quiz", "", "", LEAVES, "questions off"},
	{"search", "", "5 0 0 Enter", 5, ""},
	{"search-next", "", "", LEAVES, "no search yet"},
	{"search-previous", "/ 2 0 Enter", "", LEAVES, ""},
	{"same-next", "", "", 9, ""},
	{"same-previous", "G", "", 10, ""},
	{"break-here", "", "c", 9, ""},
	{"breakpoints", "b", "", LEAVES, "breakpoint"},
	{"mouse", "", "", LEAVES, "mouse off"},
	{"tour", "", "", LEAVES, "the tour is of the demo"},
	{"command", "", "s e e k Space 7 Enter", 8, ""},
	{"help", "", "", LEAVES, "What the signs mean"},
	{"redraw", "", "", LEAVES, "event 4 of 11"},
};

#define ROWS (sizeof(rows) / sizeof(*rows))

static void check_row(const struct effect_row *row, const char *key)
{
	struct show show;

	begin(&show, CLASSIC, 80, 24);
	if (*row->before)
		press(&show, row->before);
	look_ahead(&show);
	screen_of(&show);
	uint64_t at = position_of(&show);
	press(&show, key);
	if (*row->after)
		press(&show, row->after);
	view_finish_work(show.view);
	uint64_t wanted = row->position == LEAVES ? at : (uint64_t)row->position;
	if (position_of(&show) != wanted)
		fail_msg("%s of %s leads to %d", key, row->action, (int)position_of(&show));
	if (!strstr(screen_of(&show), row->words))
		fail_msg("%s of %s does not show '%s':\n%s", key, row->action, row->words,
			text_of(&show.screen));
	show_finish(&show);
}

/* Every key of every action, so that none is bound to another one's effect. */
static void each_key_does_what_its_action_says(void **state)
{
	for (size_t i = 0; i < ROWS; i++) {
		char keys[80], *rest = keys;
		strcpy(keys, action_info(action_find(rows[i].action))->keys);
		for (char *key = strsep(&rest, " "); key; key = strsep(&rest, " "))
			check_row(&rows[i], key);
	}
}

static void every_action_but_quit_has_a_row(void **state)
{
	bool has_row[ACTION_COUNT] = {false};

	for (size_t i = 0; i < ROWS; i++)
		has_row[action_find(rows[i].action)] = true;
	for (unsigned i = 1; i < ACTION_COUNT; i++)
		if (!has_row[i] && i != ACTION_QUIT)
			fail_msg("%s: nothing says what it does",
				action_info((enum action)i)->name);
	assert_false(has_row[ACTION_NONE]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_action_changes_the_picture_or_says_why_not),
		cmocka_unit_test(each_key_does_what_its_action_says),
		cmocka_unit_test(every_action_but_quit_has_a_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
