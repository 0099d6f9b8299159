/* Suggestions for mistyped words. */
#include "base/suggestion.h"

#include "support.h"

#include <string.h>

static const char *const names[] = {"convert", "engines", "heap-fit", "info", "placements", "play",
	"record", "stats"};

static const char *meant_by(const char *word)
{
	struct suggestion nearest = {.word = word, .length = strlen(word)};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		suggestion_offer(&nearest, names[i]);
	const char *name = suggestion_name(&nearest);
	return name ? name : "(nothing)";
}

static void a_slip_is_taken_for_the_name_that_was_meant(void **state)
{
	static const struct {
		const char *word, *name;
	} slips[] = {
		{"stat", "stats"},   /* left out */
		{"statss", "stats"}, /* too many */
		{"ststa", "stats"},  /* replaced */
		{"stast", "stats"},  /* exchanged: one slip, not two */
		{"paly", "play"},
		{"plya", "play"},
		{"inf", "info"},
		{"fino", "info"},
		{"recrod", "record"},
		{"place", "placements"}, /* a beginning, however much is missing */
		{"conv", "convert"},
		{"engine", "engines"},
		{"fit", "heap-fit"}, /* the last of its words */
		{"stats", "stats"},
	};

	for (size_t i = 0; i < sizeof(slips) / sizeof(*slips); i++)
		assert_string_equal(meant_by(slips[i].word), slips[i].name);
}

static void what_is_far_from_every_name_is_nothing(void **state)
{
	static const char *const words[] = {"", "x", "p", "bogus", "frobnicate", "zzzz", "help me",
		"a word that is far too long to be the name of anything here"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		assert_string_equal(meant_by(words[i]), "(nothing)");
}

static void of_equally_near_names_the_first_is_taken(void **state)
{
	struct suggestion nearest = {.word = "hat", .length = 3};

	suggestion_offer(&nearest, "bat");
	suggestion_offer(&nearest, "cat");
	assert_string_equal(suggestion_name(&nearest), "bat");
	suggestion_offer(&nearest, "hat");
	assert_string_equal(suggestion_name(&nearest), "hat");
}

static void a_word_ends_where_its_length_says(void **state)
{
	struct suggestion nearest = {.word = "egnine=heap", .length = 6};

	suggestion_offer(&nearest, "engine");
	assert_string_equal(suggestion_name(&nearest), "engine");
}

static void names_too_long_to_compare_are_passed_over(void **state)
{
	struct suggestion nearest = {.word = "abc", .length = 3};

	suggestion_offer(&nearest, "abc-and-so-on-for-more-than-thirty-two-signs");
	assert_null(suggestion_name(&nearest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slip_is_taken_for_the_name_that_was_meant),
		cmocka_unit_test(what_is_far_from_every_name_is_nothing),
		cmocka_unit_test(of_equally_near_names_the_first_is_taken),
		cmocka_unit_test(a_word_ends_where_its_length_says),
		cmocka_unit_test(names_too_long_to_compare_are_passed_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
