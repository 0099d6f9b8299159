/* The tables of the view: actions and their keys, roles and their looks. */
#include "canvas/theme.h"
#include "panels/action.h"
#include "support.h"

#include <string.h>

static const int depths[] = {0, 8, 16, 256, 1 << 24};

#define DEPTHS (sizeof(depths) / sizeof(*depths))

static void no_key_does_two_things(void **state)
{
	for (unsigned i = 1; i < ACTION_COUNT; i++) {
		char keys[80];
		strcpy(keys, action_info((enum action)i)->keys);
		for (char *key = strtok(keys, " "); key; key = strtok(NULL, " "))
			if (action_for_key(key) != (enum action)i)
				fail_msg("%s is a key of %s and of %s", key,
					action_info((enum action)i)->name,
					action_info(action_for_key(key))->name);
	}
}

static void every_action_has_a_name_of_its_own_a_key_and_a_group(void **state)
{
	for (unsigned i = 1; i < ACTION_COUNT; i++) {
		const struct action_info *info = action_info((enum action)i);
		assert_true(*info->name && *info->keys && *info->group);
		assert_int_equal(action_find(info->name), i);
	}
	assert_int_equal(action_find("fly"), ACTION_NONE);
	assert_int_equal(action_for_key("%"), ACTION_NONE);
	assert_int_equal(action_for_key(""), ACTION_NONE);
}

static void keys_are_those_that_players_have(void **state)
{
	static const struct {
		const char *key, *action;
	} known[] = {
		{"Space", "play"},
		{".", "step"},
		{"Right", "step"},
		{",", "step-back"},
		{"Left", "step-back"},
		{"}", "structure"},
		{"{", "structure-back"},
		{"]", "next-mark"},
		{"[", "previous-mark"},
		{"c", "run"},
		{"r", "run-back"},
		{"R", "reverse"},
		{">", "faster"},
		{"<", "slower"},
		{"5", "percent-50"},
		{"g", "start"},
		{"G", "end"},
		{"'", "return"},
		{"M", "mark-here"},
		{"Tab", "next-panel"},
		{"Enter", "zoom-in"},
		{"Esc", "zoom-out"},
		{"z", "full-screen"},
		{"/", "search"},
		{"n", "search-next"},
		{"*", "same-next"},
		{":", "command"},
		{"?", "help"},
		{"C-l", "redraw"},
		{"q", "quit"},
		{"C-c", "quit"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		assert_string_equal(action_info(action_for_key(known[i].key))->name,
			known[i].action);
}

static void every_role_has_a_name_and_a_letter_of_its_own(void **state)
{
	for (int i = 0; i < ROLE_COUNT; i++)
		for (int j = 0; j < i; j++) {
			assert_string_not_equal(role_name((enum role)i), role_name((enum role)j));
			assert_int_not_equal(role_letter((enum role)i), role_letter((enum role)j));
		}
}

static bool is_colour(int colour, int depth)
{
	return colour == COLOR_DEFAULT || (colour >= 0 && colour < depth);
}

static void every_role_has_a_look_in_every_theme_at_every_depth(void **state)
{
	for (size_t t = 0; theme_names[t]; t++) {
		const struct theme *theme = theme_find(theme_names[t]);
		for (size_t d = 0; d < DEPTHS; d++)
			for (int role = 0; role < ROLE_COUNT; role++) {
				struct look look = theme_look(theme, (enum role)role, depths[d]);
				assert_true(is_colour(look.foreground, depths[d]));
				assert_true(is_colour(look.background, depths[d]));
				/* the background never has the colour of the sign */
				assert_true(look.foreground == COLOR_DEFAULT ||
					    look.foreground != look.background);
			}
		assert_ptr_equal(theme_find(theme_name(theme)), theme);
	}
	assert_null(theme_find("no such"));
}

static void without_colours_no_role_has_one(void **state)
{
	for (int role = 0; role < ROLE_COUNT; role++) {
		struct look none = theme_look(theme_find("dark"), (enum role)role, 0);
		struct look mono = theme_look(theme_find("mono"), (enum role)role, 256);
		assert_int_equal(none.foreground, COLOR_DEFAULT);
		assert_int_equal(none.background, COLOR_DEFAULT);
		assert_int_equal(mono.foreground, COLOR_DEFAULT);
		assert_int_equal(mono.background, COLOR_DEFAULT);
	}
}

static bool looks_equal(struct look a, struct look b)
{
	return a.foreground == b.foreground && a.background == b.background && a.marks == b.marks;
}

static void what_matters_most_stands_out_in_every_theme_at_every_depth(void **state)
{
	static const enum role loud[] = {ROLE_HOT_ALLOC, ROLE_HOT_FREE, ROLE_CURSOR, ROLE_BAD,
		ROLE_PLAYHEAD, ROLE_STATUS};
	static const enum role plain[] = {ROLE_TEXT, ROLE_LIVE, ROLE_FREE, ROLE_VIRGIN, ROLE_QUIET};
	for (size_t t = 0; theme_names[t]; t++) {
		const struct theme *theme = theme_find(theme_names[t]);
		for (size_t d = 0; d < DEPTHS; d++)
			for (size_t i = 0; i < sizeof(loud) / sizeof(*loud); i++)
				for (size_t j = 0; j < sizeof(plain) / sizeof(*plain); j++)
					assert_false(
						looks_equal(theme_look(theme, loud[i], depths[d]),
							theme_look(theme, plain[j], depths[d])));
	}
}

static void given_and_taken_back_differ_in_every_theme_at_every_depth(void **state)
{
	for (size_t t = 0; theme_names[t]; t++) {
		const struct theme *theme = theme_find(theme_names[t]);
		for (size_t d = 0; d < DEPTHS; d++)
			assert_false(looks_equal(theme_look(theme, ROLE_HOT_ALLOC, depths[d]),
				theme_look(theme, ROLE_HOT_FREE, depths[d])));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_key_does_two_things),
		cmocka_unit_test(every_action_has_a_name_of_its_own_a_key_and_a_group),
		cmocka_unit_test(keys_are_those_that_players_have),
		cmocka_unit_test(every_role_has_a_name_and_a_letter_of_its_own),
		cmocka_unit_test(every_role_has_a_look_in_every_theme_at_every_depth),
		cmocka_unit_test(without_colours_no_role_has_one),
		cmocka_unit_test(what_matters_most_stands_out_in_every_theme_at_every_depth),
		cmocka_unit_test(given_and_taken_back_differ_in_every_theme_at_every_depth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
