/* Texts that grow, and error messages of one line. */
#include "base/text.h"

#include "base/error.h"
#include "support.h"

#include <inttypes.h>

#include <stdlib.h>
#include <string.h>

static void a_text_grows_by_whatever_is_added(void **state)
{
	struct text text = {0};

	assert_string_equal(text_of(&text), "");
	text_add(&text, "%s", "");
	text_add(&text, "%d and ", 1);
	text_add_number(&text, 0);
	text_add_bytes(&text, " and\0more", 9);
	assert_int_equal(text.length, 16);
	assert_memory_equal(text_of(&text), "1 and 0 and\0more", 17);
	text_clear(&text);
	assert_string_equal(text_of(&text), "");
	text_add_number(&text, UINT64_MAX);
	assert_string_equal(text_of(&text), "18446744073709551615");
	text_finish(&text);
	assert_string_equal(text_of(&text), "");
	text_finish(&text);
}

/* The same as printf() writes: around each power of ten, and up to the largest there is. */
static void numbers_are_written_as_printf_writes_them(void **state)
{
	struct text text = {0}, expected = {0};

	for (uint64_t power = 1;; power *= 10) {
		const uint64_t near[] = {power - 1, power, power + 1, power * 3 + 7, power / 7};
		for (size_t i = 0; i < sizeof(near) / sizeof(*near); i++) {
			text_add_number(&text, near[i]);
			text_add_bytes(&text, ",", 1);
			text_add(&expected, "%" PRIu64 ",", near[i]);
		}
		if (power > UINT64_MAX / 10)
			break;
	}
	assert_string_equal(text_of(&text), text_of(&expected));
	text_finish(&text);
	text_finish(&expected);
}

static void what_a_terminal_would_obey_is_spelled_out(void **state)
{
	struct text text = {0};

	text_add_visible(&text, "a\tb\r\n\x1b[2J \x7f \xc2\x85 gr\u00f6\u00dfer \xff\\n \u2705");
	assert_string_equal(text_of(&text),
		"a\\tb\\r\\n\\x1b[2J \\x7f \\x85 gr\u00f6\u00dfer \ufffd\\n \u2705");
	text_finish(&text);
}

static void words_are_wrapped_at_eighty_columns(void **state)
{
	struct text text = {0};

	for (int i = 0; i < 8; i++)
		text_add(&text, "%s", "nine wide "); /* 80, including the last blank */
	char *line = text_detach(&text);
	text_add_wrapped(&text, 0, 2, line);
	text_add_wrapped(&text, 1, 2, line);
	text_add_wrapped(&text, 1, 2, "");
	text_add_wrapped(&text, 0, 0, "parted by\nmore   than a blank");
	assert_text_equal(text_of(&text),
		"nine wide nine wide nine wide nine wide nine wide nine wide nine wide nine wide\n"
		"nine wide nine wide nine wide nine wide nine wide nine wide nine wide nine wide\n"
		"\nparted by more than a blank\n");
	text_clear(&text);
	text_add_wrapped(&text, 70, 4, "not" TEXT_GLUE "parted" TEXT_GLUE "here, but here");
	assert_text_equal(text_of(&text), "\n    not parted here, but here\n");
	text_clear(&text);
	text_add_wrapped(&text, 2, 6, "four and more");
	assert_text_equal(text_of(&text), "four and more\n");
	text_clear(&text);
	text_add_wrapped(&text, 2, 2, line);
	assert_text_equal(text_of(&text),
		"nine wide nine wide nine wide nine wide nine wide nine wide nine wide nine\n  wide\n");
	free(line);
	text_finish(&text);
}

static void joined_words_have_a_separator_between_them_only(void **state)
{
	struct text text = {0};

	text_join(&text, ", ", "one");
	assert_string_equal(text_of(&text), "one");
	text_join(&text, ", ", "two");
	text_join(&text, " and ", "three");
	assert_string_equal(text_of(&text), "one, two and three");
	text_finish(&text);
}

static void a_long_text_is_kept_whole(void **state)
{
	struct text text = {0};
	char *line = calloc(1, 5001);

	memset(line, 'x', 5000);
	for (int i = 0; i < 100; i++)
		text_add(&text, "%s\n", line);
	assert_int_equal(text.length, 100 * 5001);
	assert_int_equal(strlen(text_of(&text)), text.length);
	free(line);
	text_finish(&text);
}

static void what_is_detached_is_the_callers(void **state)
{
	struct text text = {0};

	char *empty = text_detach(&text);
	assert_string_equal(empty, "");
	text_add(&text, "mine");
	char *mine = text_detach(&text);
	assert_string_equal(text_of(&text), "");
	text_add(&text, "other");
	assert_string_equal(mine, "mine");
	free(empty);
	free(mine);
	text_finish(&text);
}

static void an_error_is_set_and_prefixed(void **state)
{
	struct error err = {0};

	assert_int_equal(error_set(&err, "line %d: %s", 3, "what?"), -1);
	assert_string_equal(err.text, "line 3: what?");
	assert_int_equal(error_prefix(&err, "%s", "file"), -1);
	assert_string_equal(err.text, "file: line 3: what?");
	assert_int_equal(error_set(&err, "anew"), -1);
	assert_string_equal(err.text, "anew");
	assert_int_equal(error_set(NULL, "nobody %s", "listens"), -1);
	assert_int_equal(error_prefix(NULL, "nobody"), -1);
}

static void an_error_too_long_is_cut_and_ends(void **state)
{
	struct error err;
	char path[1000];

	memset(path, 'p', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	error_set(&err, "%s", path);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	error_prefix(&err, "front");
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_memory_equal(err.text, "front: pppp", 11);
	error_prefix(&err, "%s", path);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	error_prefix(&err, "front");
	assert_memory_equal(err.text, "front: pppp", 11);
}

/* As many signs as fit are there; one that does not is left out with its first bytes. */
static void an_error_is_cut_between_signs(void **state)
{
	static const char *const signs[] = {"a", "\u00e9", "\u07ff", "\u0e01", "\u20ac", "\uffff",
		"\U00010000", "\U0001f600"};
	struct error err, prefixed;

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		for (int blanks = 500; blanks < 512; blanks++) {
			size_t size = strlen(signs[i]),
			       room = sizeof(err.text) - 1 - (size_t)blanks;
			size_t expected = (size_t)blanks + room / size * size;
			char many[64] = "";
			while (strlen(many) < 16)
				strcat(many, signs[i]);
			error_set(&err, "%*s%s", blanks, "", many);
			assert_int_equal(strlen(err.text), expected);
			assert_memory_equal(err.text + blanks, many, expected - (size_t)blanks);
			error_set(&prefixed, "%s", many);
			error_prefix(&prefixed, "%*s", blanks - 2, "");
			assert_int_equal(strlen(prefixed.text), expected);
			assert_memory_equal(prefixed.text + blanks, many,
				expected - (size_t)blanks);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_grows_by_whatever_is_added),
		cmocka_unit_test(numbers_are_written_as_printf_writes_them),
		cmocka_unit_test(what_a_terminal_would_obey_is_spelled_out),
		cmocka_unit_test(words_are_wrapped_at_eighty_columns),
		cmocka_unit_test(joined_words_have_a_separator_between_them_only),
		cmocka_unit_test(a_long_text_is_kept_whole),
		cmocka_unit_test(what_is_detached_is_the_callers),
		cmocka_unit_test(an_error_is_set_and_prefixed),
		cmocka_unit_test(an_error_too_long_is_cut_and_ends),
		cmocka_unit_test(an_error_is_cut_between_signs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
