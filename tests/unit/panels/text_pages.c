/* Pages of a text: where each one ends, and how much of the height the last one has. */
#include "panels/text_pages.h"

#include "base/text.h"
#include "support.h"

/* All pages, each followed by a rule. */
static const char *pages_of(const struct page_text *texts, size_t n, int width, int height,
	struct text *out)
{
	int pages = page_count(texts, n, width, height);

	text_clear(out);
	for (int page = 0; page < pages; page++) {
		struct canvas canvas;
		canvas_init(&canvas, width, height, CHARSET_UTF8);
		page_draw(texts, n, &canvas, (struct area){0, 0, width, height}, page);
		canvas_dump(&canvas, false, out);
		text_add(out, "--\n");
		canvas_finish(&canvas);
	}
	return text_of(out);
}

static void a_page_ends_with_a_sentence(void **state)
{
	static const struct {
		const char *words, *pages;
		int height;
	} cases[] = {
		{"One two three. Four five six.", "One two three.\nFour five six.\n--\n", 2},
		/* not "One two three. Four five", "six seven." */
		{"One two three. Four five six seven.",
			"One two three.\n\n--\nFour five six\nseven.\n--\n", 2},
		/* what closes belongs to the sentence */
		{"Say \"no.\" (One two.) Three four.",
			"Say \"no.\" (One\ntwo.)\n--\nThree four.\n\n--\n", 2},
		/* a number has its point */
		{"It is 1.5 of 3.0 here. Six. Seven.",
			"It is 1.5 of\n3.0 here. Six.\n--\nSeven.\n\n--\n", 2},
		/* a paragraph is one, too */
		{"One:\ntwo\nthree\nfour", "One:\ntwo\n--\nthree\nfour\n--\n", 2},
		{"Same again. Same again. Same again. Same again. Same again.",
			"Same again.\nSame again.\nSame again.\n\n--\nSame again.\nSame again.\n\n\n--\n",
			4},
	};
	struct text out = {0};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct page_text text = {.text = cases[i].words, .role = ROLE_TEXT};
		assert_text_equal(pages_of(&text, 1, 14, cases[i].height, &out), cases[i].pages);
	}
	text_finish(&out);
}

static void a_sentence_longer_than_a_page_ends_it_at_a_comma_or_a_word(void **state)
{
	static const struct {
		const char *words, *pages;
	} cases[] = {
		{"One two three, four five, six seven eight.",
			"One two three,\nfour five,\n--\nsix seven\neight.\n--\n"},
		{"One two three four five six seven eight.",
			"One two three\nfour five six\n--\nseven eight.\n\n--\n"},
		/* a word alone is no page */
		{"So, two three four five six seven eight.",
			"So, two three\nfour five six\n--\nseven eight.\n\n--\n"},
		{"So, two three four five six seven eight nine ten.",
			"So, two three\nfour five six\n--\nseven eight\nnine ten.\n--\n"},
		{"Extraordinarily.", "Extraordinari…\n\n--\n"},
	};
	struct text out = {0};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct page_text text = {.text = cases[i].words, .role = ROLE_TEXT};
		assert_text_equal(pages_of(&text, 1, 14, 2, &out), cases[i].pages);
	}
	text_finish(&out);
}

static void a_page_of_one_row_has_what_fits_into_it(void **state)
{
	const struct page_text text = {.text = "So, two three four. Five.", .role = ROLE_TEXT};
	struct text out = {0};

	assert_text_equal(pages_of(&text, 1, 14, 1, &out),
		"So,\n--\ntwo three\n--\nfour. Five.\n--\n");
	text_finish(&out);
}

static void pages_are_of_about_one_height(void **state)
{
	const struct page_text texts[] = {
		{.text = "One two. Three four. Five six.", .is_caption = true},
		{.text = "Seven.", .role = ROLE_TITLE, .x = 1, .indent = 3, .above = 1},
		{.text = "Eight nine. Ten.", .role = ROLE_TEXT, .x = 3, .indent = 3},
	};
	struct text out = {0};

	assert_int_equal(page_rows(texts, 3, 16), 7);
	assert_text_equal(pages_of(texts, 3, 16, 7, &out),
		" │ One two.\n │ Three four.\n │ Five six.\n\n Seven.\n   Eight nine.\n   Ten.\n--\n");
	/* six and one fit as well; a blank row does not begin a page */
	assert_text_equal(pages_of(texts, 3, 16, 6, &out),
		" │ One two.\n │ Three four.\n │ Five six.\n\n\n\n--\n Seven.\n   Eight nine.\n   Ten.\n\n\n\n--\n");
	text_finish(&out);
}

static void without_height_there_is_one_page(void **state)
{
	const struct page_text text = {.text = "One. Two.", .role = ROLE_TEXT};

	assert_int_equal(page_count(&text, 1, 10, 0), 1);
	assert_int_equal(page_count(&text, 1, 10, -1), 1);
	assert_int_equal(page_count(&text, 1, 10, 1), 1);
	assert_int_equal(page_count(&text, 0, 10, 1), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_ends_with_a_sentence),
		cmocka_unit_test(a_sentence_longer_than_a_page_ends_it_at_a_comma_or_a_word),
		cmocka_unit_test(a_page_of_one_row_has_what_fits_into_it),
		cmocka_unit_test(pages_are_of_about_one_height),
		cmocka_unit_test(without_height_there_is_one_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
