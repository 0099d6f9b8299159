/* Searches, by words and by number. */
#include "show.h"

static void a_search_finds_captions_calls_and_marks(void **state)
{
	struct show show;
	struct error err;

	show_init(&show, CLASSIC, &(struct view_config){0});
	view_command(show.view, "search MIDDLE", &err);
	assert_int_equal(position_of(&show), 4);
	view_command(show.view, "search malloc(90)", &err);
	assert_int_equal(position_of(&show), 6);
	view_command(show.view, "search elephant", &err);
	assert_int_equal(position_of(&show), 6);
	assert_shows(&show, "not found ahead: elephant; N searches back");
	press(&show, "N");
	assert_shows(&show, "not found before: elephant; n searches ahead");
	press(&show, "g n");
	assert_shows_not(&show, "searches");
	show_finish(&show);
}

/* Each search begins with "g", at the start. */
static void a_search_knows_objects_sizes_addresses_and_callers(void **state)
{
	static const struct {
		const char *words;
		uint64_t position, next; /* position of the first match, and of the next */
	} table[] = {
		{"object 2", 3, 6},
		{"size 64", 2, 4},
		{"size > 64", 3, 3},
		{"size > 1K", 0, 0},
		{"0x10000009", 1, 5},
		{"address 0x10000009", 1, 5},
		{"0x20000000", 0, 0},
		{"class 5", 0, 0},
		{"parse_row", 1, 1},
		{"PARSE", 1, 4},
		{"csv.c:9", 4, 4},
		{"live > 100", 3, 3},
		{"malloc(", 1, 2},
		{"Free(Object", 5, 6},
		{"realloc(", 0, 0},
	};
	static const char words[] =
		"name 0x10 parse_row (csv.c:8)\nname 0x20 main (main.c:3)\nname 0x30 parse_header (csv.c:9)\n"
		"site 1 0x10\nsite 2 0x20\nsite 3 0x30\n"
		"a 0 16 site=1\na 1 64 site=2\na 2 70 site=2\na 3 64 site=3\nf 0\nf 2\n";
	struct show show;

	show_begin(&show, HEAP, words, &(struct view_config){0});
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct error err = {0};
		struct text command = {0};
		text_add(&command, "search %s", table[i].words);
		player_seek(show.stage.player, 0);
		assert_int_equal(view_command(show.view, text_of(&command), &err), 0);
		if (position_of(&show) != table[i].position)
			fail_msg("%s: at %d", table[i].words, (int)position_of(&show));
		press(&show, "n");
		if (position_of(&show) != table[i].next)
			fail_msg("%s, again: at %d", table[i].words, (int)position_of(&show));
		press(&show, "N");
		text_finish(&command);
	}
	show_finish(&show);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_search_finds_captions_calls_and_marks),
		cmocka_unit_test(a_search_knows_objects_sizes_addresses_and_callers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
