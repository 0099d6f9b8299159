/* Command lines in, values, words and messages out: what options.h promises. */
#include "base/options.h"

#include "base/error.h"
#include "base/numbers.h"
#include "base/text.h"
#include "support.h"

#include <stdio.h>
#include <string.h>

static const char *const colors[] = {"red", "green", "blue", NULL};

static const struct option_spec table[] = {
	{.name = "quiet", .letter = 'q', .type = OPTION_FLAG, .help = "say less"},
	{.name = "loud", .letter = 'l', .type = OPTION_FLAG, .help = "say more"},
	{.name = "count",
		.letter = 'c',
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "3",
		.min = 1,
		.max = 99,
		.help = "how many"},
	{.name = "room",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "4K",
		.min = 16,
		.max = 1 << 20,
		.help = "how much"},
	{.name = "step",
		.type = OPTION_SIZE,
		.fallback = "8",
		.power_of_two = true,
		.help = "how far apart"},
	{.name = "any", .type = OPTION_NUMBER, .help = "any number"},
	{.name = "color",
		.type = OPTION_CHOICE,
		.value = "NAME",
		.fallback = "green",
		.choices = colors,
		.help = "which"},
	{.name = "name", .letter = 'n', .type = OPTION_TEXT, .help = "what it is called"},
	{0},
};

static const struct option_spec other[] = {
	{.name = "elsewhere", .type = OPTION_TEXT, .fallback = "there", .help = "of another table"},
	{0},
};

/* Parses words separated by blanks; '_' stands for an empty word. */
static int parse(struct options *options, const char *line, bool stop_at_word,
	struct text *ret_words, struct error *err)
{
	static char copy[256];
	char *argv[32];
	const char *words[32];
	int argc = 0, count = 0;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		argv[argc++] = strcmp(word, "_") == 0 ? word + 1 : word;
	int result = options_parse(options, argc, argv, stop_at_word, words, &count, err);
	text_clear(ret_words);
	for (int i = 0; result == 0 && i < count; i++)
		text_add(ret_words, "%s%s", i ? "|" : "", words[i]);
	return result;
}

static struct options *tables(void)
{
	struct options *options = options_new();

	options_add_table(options, table);
	options_add_table(options, other);
	return options;
}

static void what_is_not_given_is_its_fallback(void **state)
{
	struct options *options = tables();

	assert_false(options_flag(options, "quiet"));
	assert_int_equal(options_number(options, "count"), 3);
	assert_int_equal(options_number(options, "room"), 4096);
	assert_int_equal(options_choice(options, "color"), 1);
	assert_string_equal(options_text(options, "color"), "green");
	assert_string_equal(options_text(options, "elsewhere"), "there");
	assert_null(options_text(options, "name"));
	assert_int_equal(options_number(options, "any"), 0);
	assert_false(options_given(options, "count"));
	options_free(options);
	options_free(NULL);
}

static void every_way_to_give_a_value_gives_it(void **state)
{
	static const struct {
		const char *line, *name, *words;
	} cases[] = {
		{"--name value word", "value", "word"},
		{"--name=value word", "value", "word"},
		{"-n value word", "value", "word"},
		{"-nvalue word", "value", "word"},
		{"word -n value", "value", "word"},
		{"-qn value", "value", ""},
		{"-qlnvalue", "value", ""},
		{"--name=a=b", "a=b", ""},
		{"--name=", "", ""},
		{"--name _", "", ""},
		/* the word after an option is its value, even with dashes */
		{"--name --quiet word", "--quiet", "word"},
		{"--name one --name two", "two", ""}, /* the last counts */
		{"one --name value two three", "value", "one|two|three"},
		{"--name value -- --name other", "value", "--name|other"},
		{"--name value -", "value", "-"}, /* standard input is a word */
		{"--name value _", "value", ""},
	};
	struct text words = {0};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct options *options = tables();
		struct error err = {0};
		if (parse(options, cases[i].line, false, &words, &err) < 0)
			fail_msg("%s: %s", cases[i].line, err.text);
		assert_string_equal(options_text(options, "name"), cases[i].name);
		assert_string_equal(text_of(&words), cases[i].words);
		options_free(options);
	}
	text_finish(&words);
}

static void a_first_word_ends_the_options_when_asked(void **state)
{
	static const char *const cases[][2] = {
		{"-q program -q --name x", "program|-q|--name|x"},
		{"-- program -- x", "program|--|x"},
		{"program -- x", "program|--|x"},
		{"-q -- --name", "--name"},
	};
	struct text words = {0};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct options *options = tables();
		assert_int_equal(parse(options, cases[i][0], true, &words, NULL), 0);
		assert_string_equal(text_of(&words), cases[i][1]);
		assert_false(options_given(options, "name"));
		options_free(options);
	}
	text_finish(&words);
}

static void mistakes_name_the_option_and_what_it_takes(void **state)
{
	static const char *const cases[][2] = {
		{"--nothing-like-it", "unknown option --nothing-like-it (see --help)"},
		{"--nmae x", "unknown option --nmae (did you mean --name?)"},
		{"--colour=red", "unknown option --colour (did you mean --color?)"},
		{"-x", "unknown option -x (see --help)"},
		{"-qx", "unknown option -x (see --help)"},
		{"-room 4K", "unknown option -r (did you mean --room?)"},
		{"-step=4", "unknown option -s (did you mean --step?)"},
		{"-1", "unknown option -1 (see --help)"},
		{"--quiet=yes", "--quiet takes no value"},
		{"--quiet=", "--quiet takes no value"},
		{"--count", "--count needs a value (N)"},
		{"-c", "--count needs a value (N)"},
		{"-qc", "--count needs a value (N)"},
		{"--name", "--name needs a value (VALUE)"},
		{"--count=", "--count: '' is not a number"},
		{"--count many", "--count: 'many' is not a number"},
		{"--count 5x", "--count: '5x' is not a number"},
		{"--count 5K", "--count: '5K' is not a number"},
		{"--count +5", "--count: '+5' is not a number"},
		{"--count -5", "--count: '-5' is not a number"},
		{"--count 0x", "--count: '0x' is not a number"},
		{"--count 0", "--count: 0 is too small: at least 1"},
		{"--count 100", "--count: 100 is too large: at most 99"},
		{"--count 99999999999999999999", "--count: 99999999999999999999 is too large"},
		{"--room 8", "--room: 8 is too small: at least 16 B"},
		{"--room 2M", "--room: 2M is too large: at most 1 MiB"},
		{"--room 99999999999G", "--room: 99999999999G is too large"},
		{"--room 4KX", "--room: '4KX' is not a size (examples: 4096, 64K, 1M, 2GiB)"},
		{"--room K", "--room: 'K' is not a size (examples: 4096, 64K, 1M, 2GiB)"},
		{"--step 12", "--step: 12 is not a power of two (1, 2, 4, 8, and so on)"},
		{"--color pink", "--color: 'pink' is not one of red, green, blue"},
		{"--color RED", "--color: 'RED' is not one of red, green, blue"},
	};
	struct text words = {0};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct options *options = tables();
		struct error err = {0};
		if (parse(options, cases[i][0], false, &words, &err) == 0)
			fail_msg("%s: taken", cases[i][0]);
		assert_string_equal(err.text, cases[i][1]);
		options_free(options);
	}
	text_finish(&words);
}

static void sizes_and_numbers_are_read_to_their_last_value(void **state)
{
	static const struct {
		const char *words;
		uint64_t bytes;
	} sizes[] = {
		{"0", 0},
		{"4096", 4096},
		{"64K", 65536},
		{"64k", 65536},
		{"64KB", 65536},
		{"64KiB", 65536},
		{"1Ki", 1024},
		{"1M", 1 << 20},
		{"2GiB", UINT64_C(2) << 30},
		{"1T", UINT64_C(1) << 40},
		{"100B", 100},
		{"4kb", 4096},
		{"1.5M", 3 << 19},
		{"0.125K", 128},
		{"2.0", 2},
		{"16777215.5T", (UINT64_C(16777215) << 40) + (UINT64_C(1) << 39)},
		{"0x10", 16},
		{"0X1f", 31},
		{"0x10K", 16384},
		{"007", 7},
		{"16777215T", UINT64_C(16777215) << 40},
		{"18446744073709551615", UINT64_MAX},
		{"0xffffffffffffffff", UINT64_MAX},
		{"00000000000000000000000000000000000000001", 1},
	};
	static const char *const no_sizes[] = {"", " 1", "1 ", "1 K", "-1", "+1", "1.3K", "1.5",
		"1.", ".5K", "1.0000005M", "1.5.5M", "1,5M", "1b", "K", "0x", "0xg", "1KK", "1iB",
		"1BB", "1P", "18446744073709551616", "16777216T", "0x10000000000000000",
		"99999999999999G"};
	uint64_t bytes;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		assert_int_equal(size_parse(sizes[i].words, &bytes, NULL), 0);
		assert_int_equal(bytes, sizes[i].bytes);
	}
	for (size_t i = 0; i < sizeof(no_sizes) / sizeof(*no_sizes); i++) {
		bytes = 42;
		if (size_parse(no_sizes[i], &bytes, NULL) == 0)
			fail_msg("'%s' is taken for a size", no_sizes[i]);
		assert_int_equal(bytes, 42);
	}
	assert_int_equal(number_parse("18446744073709551615", &bytes, NULL), 0);
	assert_true(bytes == UINT64_MAX);
	assert_int_equal(number_parse("0xff", &bytes, NULL), 0);
	assert_int_equal(bytes, 255);
	assert_int_equal(number_parse("18446744073709551616", &bytes, NULL), -1);
	assert_int_equal(bytes, 255);
}

static void a_wrong_value_leaves_the_one_before(void **state)
{
	struct options *options = tables();

	assert_int_equal(options_set(options, "count", "7", NULL), 0);
	assert_int_equal(options_set(options, "count", "700", NULL), -1);
	assert_int_equal(options_number(options, "count"), 7);
	assert_int_equal(options_set(options, "quiet", NULL, NULL), 0);
	assert_true(options_flag(options, "quiet"));
	options_free(options);
}

static void the_same_table_twice_is_once(void **state)
{
	struct options *options = tables();

	options_add_table(options, table);
	options_add_table(options, NULL);
	assert_int_equal(options_set(options, "count", "7", NULL), 0);
	assert_int_equal(options_number(options, "count"), 7);
	options_free(options);
}

static void a_clone_goes_its_own_way(void **state)
{
	struct options *options = tables();

	assert_int_equal(options_set(options, "name", "first", NULL), 0);
	assert_int_equal(options_set(options, "quiet", NULL, NULL), 0);
	struct options *clone = options_clone(options);
	assert_int_equal(options_set(clone, "name", "second", NULL), 0);
	assert_string_equal(options_text(options, "name"), "first");
	options_free(options);
	assert_string_equal(options_text(clone, "name"), "second");
	assert_true(options_flag(clone, "quiet"));
	options_free(clone);
}

static void defaults_fill_what_was_not_given(void **state)
{
	struct options *options = options_new(), *others = tables();

	options_add_table(options, table);
	assert_int_equal(options_set(options, "count", "5", NULL), 0);
	assert_int_equal(options_set(others, "count", "6", NULL), 0);
	assert_int_equal(options_set(others, "room", "1K", NULL), 0);
	assert_int_equal(options_set(others, "loud", NULL, NULL), 0);
	assert_int_equal(options_set(others, "elsewhere", "unknown here", NULL), 0);
	options_default_from(options, others);
	assert_int_equal(options_number(options, "count"), 5);
	assert_int_equal(options_number(options, "room"), 1024);
	assert_true(options_flag(options, "loud"));
	assert_false(options_flag(options, "quiet"));
	options_free(options);
	options_free(others);
}

static void options_are_equal_when_the_same_was_given(void **state)
{
	static const struct {
		const char *one, *other;
		bool equal;
	} cases[] = {
		{"", "", true},
		{"--quiet --count 5", "-c5 -q", true},
		{"--count 3", "", false}, /* the fallback, but given */
		{"--count 5", "--count 6", false},
		{"--quiet", "--loud", false},
		{"--name x --quiet", "--name x", false},
	};
	struct text words = {0};
	struct error err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct options *one = tables(), *theirs = tables();
		assert_int_equal(parse(one, cases[i].one, false, &words, &err), 0);
		assert_int_equal(parse(theirs, cases[i].other, false, &words, &err), 0);
		assert_int_equal(options_equal(one, theirs), cases[i].equal);
		assert_int_equal(options_equal(theirs, one), cases[i].equal);
		options_free(one);
		options_free(theirs);
	}
	text_finish(&words);
}

static void help_is_a_line_an_option(void **state)
{
	struct text text = {0};

	options_help(table, &text);
	options_help(NULL, &text);
	assert_text_equal(text_of(&text),
		"  -q, --quiet                 say less\n"
		"  -l, --loud                  say more\n"
		"  -c, --count N               how many (default 3)\n"
		"  --room BYTES                how much (default 4K)\n"
		"  --step VALUE                how far apart (default 8)\n"
		"  --any VALUE                 any number\n"
		"  --color NAME                which: red, green, blue (default green)\n"
		"  -n, --name VALUE            what it is called\n");
	text_finish(&text);
}

static void long_help_is_broken_to_stand_below_itself(void **state)
{
	static const struct option_spec wordy[] = {
		{.name = "short",
			.type = OPTION_FLAG,
			.help = "a help that is much too long for a line of eighty columns and goes on on the next, "
				"and then on one more"},
		{.name = "a-name-of-exactly-enough", .type = OPTION_FLAG, .help = "26 columns"},
		{.name = "a-name-that-is-far-too-long",
			.value = "AND-ITS-VALUE",
			.type = OPTION_TEXT,
			.help = "still begins behind it and is broken like any other"},
		{.name = "some",
			.value = "NAME,…",
			.type = OPTION_TEXT,
			.help = "columns, not bytes"},
		{.name = "url",
			.type = OPTION_FLAG,
			.help = "x a-word-that-is-longer-than-a-whole-line-of-help-can-ever-be-and-stays-whole y"},
		{0},
	};
	struct text text = {0};

	options_help(wordy, &text);
	assert_text_equal(text_of(&text),
		"  --short                     a help that is much too long for a line of eighty\n"
		"                              columns and goes on on the next, and then on one\n"
		"                              more\n"
		"  --a-name-of-exactly-enough  26 columns\n"
		"  --a-name-that-is-far-too-long AND-ITS-VALUE  still begins behind it and is\n"
		"                              broken like any other\n"
		"  --some NAME,…               columns, not bytes\n"
		"  --url                       x\n"
		"                              "
		"a-word-that-is-longer-than-a-whole-line-of-help-can-ever-be-and-stays-whole\n"
		"                              y\n");
	text_finish(&text);
}

static void times_have_a_unit_or_minutes(void **state)
{
	static const struct {
		const char *words;
		uint64_t nanoseconds;
	} times[] = {
		{"2s", 2000000000},
		{"500ms", 500000000},
		{"1.5s", 1500000000},
		{"7us", 7000},
		{"3ns", 3},
		{"2min", UINT64_C(120000000000)},
		{"1:30", UINT64_C(90000000000)},
		{"0:00.5", 500000000},
		{"0s", 0},
	};
	static const char *const no_times[] = {"", "5", "s", "-1s", "+1s", "1:60", "1:30s", "1 s",
		"0x10s", "inf", "1e3s", "1.2.3s", ":5", "1:", "2h", "99999999999min"};
	uint64_t time;

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		assert_int_equal(time_parse(times[i].words, &time, NULL), 0);
		assert_int_equal(time, times[i].nanoseconds);
	}
	for (size_t i = 0; i < sizeof(no_times) / sizeof(*no_times); i++)
		if (time_parse(no_times[i], &time, NULL) == 0)
			fail_msg("'%s' is taken for a time", no_times[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_given_is_its_fallback),
		cmocka_unit_test(every_way_to_give_a_value_gives_it),
		cmocka_unit_test(a_first_word_ends_the_options_when_asked),
		cmocka_unit_test(mistakes_name_the_option_and_what_it_takes),
		cmocka_unit_test(sizes_and_numbers_are_read_to_their_last_value),
		cmocka_unit_test(a_wrong_value_leaves_the_one_before),
		cmocka_unit_test(the_same_table_twice_is_once),
		cmocka_unit_test(a_clone_goes_its_own_way),
		cmocka_unit_test(defaults_fill_what_was_not_given),
		cmocka_unit_test(options_are_equal_when_the_same_was_given),
		cmocka_unit_test(help_is_a_line_an_option),
		cmocka_unit_test(long_help_is_broken_to_stand_below_itself),
		cmocka_unit_test(times_have_a_unit_or_minutes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
