/* Keys by name, from the bytes that terminals send. */
#include "term/keys.h"

#include "base/text.h"
#include "support.h"

#include <string.h>

/* The names of all keys, separated by blanks; "?" for bytes that are none, "..." where more must come. */
static void assert_keys(const char *bytes, bool is_all, const char *expected)
{
	size_t length = strlen(bytes), taken;
	struct text names = {0};
	char name[KEY_NAME_MAX];

	while ((taken = keys_next(bytes, length, is_all, name)) > 0) {
		text_join(&names, " ", *name ? name : "?");
		bytes += taken;
		length -= taken;
	}
	if (length > 0)
		text_join(&names, " ", "...");
	assert_text_equal(text_of(&names), expected);
	text_finish(&names);
}

static void characters_and_control_characters_have_names(void **state)
{
	assert_keys("a:é \t\r\n\177\b\003", false,
		"a : é Space Tab Enter Enter Backspace Backspace C-c");
}

static void sequences_of_several_terminals_are_the_same_keys(void **state)
{
	assert_keys("\033[A\033OB\033[5~\033[6~\033[H\033[4~\033[Z\033[1;5C", false,
		"Up Down PgUp PgDn Home End S-Tab C-Right");
}

static void an_escape_alone_is_a_key_once_nothing_follows(void **state)
{
	assert_keys("\033", false, "...");
	assert_keys("\033", true, "Esc");
	assert_keys("\033[", false, "...");
	assert_keys("\033x", false, "Esc x");
}

static void a_sequence_that_is_not_known_is_no_key(void **state)
{
	assert_keys("\033[200~a\033[?1;2cb", false, "? a ? b");
	assert_keys("\033[3~\033[>0;276;0c\033[<0;1;1M", false, "? ? ?");
	assert_keys("\001", false, "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters_and_control_characters_have_names),
		cmocka_unit_test(sequences_of_several_terminals_are_the_same_keys),
		cmocka_unit_test(an_escape_alone_is_a_key_once_nothing_follows),
		cmocka_unit_test(a_sequence_that_is_not_known_is_no_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
