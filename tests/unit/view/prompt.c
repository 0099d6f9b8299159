/* Overlays: the prompt and the page of help. */
#include "show.h"

static void a_prompt_is_edited_recalled_and_left(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, ": 1 2 Backspace Enter");
	assert_int_equal(position_of(&show), 2);
	press(&show, ": 7 Esc .");
	assert_int_equal(position_of(&show), 3);
	press(&show, ": Up Enter");
	assert_int_equal(position_of(&show), 2);
	press(&show, ": Backspace ."); /* Backspace leaves an empty prompt */
	assert_int_equal(position_of(&show), 3);
	show_finish(&show);
}

static void tab_completes_a_command_as_far_as_it_is_certain(void **state)
{
	static const struct {
		const char *keys, *prompt;
	} table[] = {
		{": s e e Tab", ":seek "},
		{": s h o w - u Tab", ":show-usedpools "},
		{": p e r Tab", ":percent-"},
		{": x Tab", ":x"},
		{": c o m p a r e Space h e a Tab", ":compare heap"},
		{": c o m p a r e Space h e a p , g l Tab", ":compare heap,glibc"},
		{": s h o w Space u s e Tab", ":show usedpools"},
		{": t h e m e Space d a Tab", ":theme dark"},
		{": s e e k Space 4 Tab", ":seek 4"},
		{": Tab", ":"},
	};
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		char last[100] = "";
		press(&show, table[i].keys);
		view_draw(show.view, &show.canvas);
		for (int x = 0; canvas_at(&show.canvas, x, 23)->role != ROLE_CURSOR; x++)
			last[x] = (char)canvas_at(&show.canvas, x, 23)->glyph;
		assert_string_equal(last, table[i].prompt);
		press(&show, "Esc");
	}
	show_finish(&show);
}

/* Of words that are longer than the line, the end is shown, and the place after it. */
static void a_long_prompt_shows_its_end(void **state)
{
	static const struct {
		unsigned typed;
		int cursor;
	} table[] = {{10, 11}, {76, 77}, {77, 78}, {78, 78}, {100, 78}};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct show show;
		show_init(&show, CLASSIC, &(struct view_config){0});
		press(&show, ":");
		for (unsigned n = 0; n < table[i].typed; n++)
			press(&show, n % 2 ? "é" : "e");
		view_draw(show.view, &show.canvas);
		int cursor = table[i].cursor;
		assert_int_equal(canvas_at(&show.canvas, 0, 23)->glyph, ':');
		assert_int_equal(canvas_at(&show.canvas, cursor, 23)->role, ROLE_CURSOR);
		for (int x = 1; x < cursor; x++)
			assert_int_equal(canvas_at(&show.canvas, x, 23)->glyph,
				(table[i].typed - (unsigned)(cursor - x)) % 2 ? 0xe9 : 'e');
		show_finish(&show);
	}
}

static void the_prompt_lists_what_may_be_typed(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, ": c o m");
	assert_shows(&show, "compare  ");
	press(&show, "p a r e Space g");
	assert_shows(&show, "generational");
	press(&show, "Esc");
	show_finish(&show);
}

static void help_scrolls_to_its_end_and_no_further(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "? ?");
	assert_shows(&show, "play or pause");
	for (int i = 0; i < 40; i++) {
		press(&show, "PgDn");
		screen_of(&show);
	}
	assert_shows(&show, "largest hole / free bytes of the heap");
	press(&show, "g");
	assert_shows(&show, "play or pause");
	press(&show, "q .");
	assert_int_equal(position_of(&show), 1);
	show_finish(&show);
}

static void help_begins_with_the_signs(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "?");
	assert_shows(&show, "What the signs mean");
	assert_shows(&show, "U1 gives the next pool");
	press(&show, "?");
	assert_shows(&show, "Keys and commands");
	press(&show, "?");
	assert_shows(&show, "What the signs mean");
	canvas_resize(&show.canvas, 40, 12);
	for (int i = 0; i < 40; i++) {
		press(&show, "PgDn");
		screen_of(&show);
	}
	assert_shows(&show, "not held, left out");
	press(&show, ".");
	assert_shows_not(&show, "signs");
	show_finish(&show);
}

static void the_signs_are_those_of_the_engine(void **state)
{
	static const struct {
		const char *engine, *has, *has_not;
	} cases[] = {
		{CLASSIC, "U1 gives the next pool", "tcache"},
		{"--engine heap", "a hole that was checked", "gives the next pool"},
		{"--engine glibc", "a capital: one begins", "gives the next pool"},
		{"--engine buddy", "halves that merged", "a hole that was checked"},
		{"--engine generational", "in the track: collected", "tcache"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct show show;
		show_begin(&show, cases[i].engine, "a 0 100\n", &(struct view_config){0});
		press(&show, "G ?");
		assert_shows(&show, cases[i].has);
		assert_shows_not(&show, cases[i].has_not);
		show_finish(&show);
	}
}

/* What is on the screen is explained without scrolling; the heap below is not, at this size. */
static void the_signs_on_the_screen_come_first(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "?");
	assert_shows(&show, "the peak of live bytes");
	press(&show, ". m ?");
	assert_shows(&show, "a hole that was checked");
	show_finish(&show);
}

/* Each name that the panel has is in its help, with what it is made of. */
static void the_figures_on_the_screen_have_their_formulas(void **state)
{
	static const char *const words[] = {"idle            bytes held - ",
		"utilisation     bytes asked for / bytes held",
		"internal frag.  1 - bytes asked for", "external frag.  1 - largest hole / free",
		"scatter         1 - sum of (hole x hole)",
		"span over peak  most bytes held so far",
		"overhead        rounding, headers, tails"};
	struct show show;

	show_init(&show, "--engine heap", &(struct view_config){0});
	press(&show, "?");
	assert_shows_not(&show, "utilisation");
	press(&show, "Esc i ?");
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		assert_shows(&show, words[i]);
	assert_shows(&show, "unused          pools empty or never carved");
	show_finish(&show);
}

/* No sign's words are cut by the sign beside it. */
static void each_sign_has_its_words_whole(void **state)
{
	struct show show;

	show_begin(&show, "--engine generational", "new 1 40\n", &(struct view_config){0});
	press(&show, "G ?");
	assert_shows(&show, "empty, serves nothing   c  in the track: collected ");
	show_finish(&show);
}

static void a_typed_quit_quits(void **state)
{
	static const char *const typed[] = {": q u i t", ": q"};

	for (size_t i = 0; i < sizeof(typed) / sizeof(*typed); i++) {
		struct show show;
		show_init(&show, CLASSIC, &(struct view_config){0});
		press(&show, typed[i]);
		assert_false(view_key(show.view, "Enter"));
		show_finish(&show);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_prompt_is_edited_recalled_and_left),
		cmocka_unit_test(tab_completes_a_command_as_far_as_it_is_certain),
		cmocka_unit_test(a_long_prompt_shows_its_end),
		cmocka_unit_test(the_prompt_lists_what_may_be_typed),
		cmocka_unit_test(help_scrolls_to_its_end_and_no_further),
		cmocka_unit_test(help_begins_with_the_signs),
		cmocka_unit_test(the_signs_are_those_of_the_engine),
		cmocka_unit_test(the_signs_on_the_screen_come_first),
		cmocka_unit_test(the_figures_on_the_screen_have_their_formulas),
		cmocka_unit_test(each_sign_has_its_words_whole),
		cmocka_unit_test(a_typed_quit_quits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
