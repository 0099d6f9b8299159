/* The same calls as a table, as CSV and as JSON: what emitter.h promises. */
#include "base/emitter.h"

#include "base/text.h"
#include "support.h"

#include <math.h>
#include <string.h>

/* Pairs, then a table whose cells are awkward. */
static void emit_example(struct emit *emit)
{
	emit_pair(emit, "trace", "a \"quoted\", name");
	emit_pair_number(emit, "events", 1204);
	emit_pair_real(emit, "waste", 0.25);
	emit_table(emit, "blocks");
	emit_column(emit, "name", EMIT_LEFT);
	emit_column(emit, "bytes", EMIT_RIGHT);
	emit_column(emit, "what", EMIT_LEFT);
	emit_row(emit);
	emit_cell(emit, "one");
	emit_number(emit, 5);
	emit_cell(emit, "x");
	emit_row(emit);
	emit_cell(emit, "twenty-three");
	emit_number(emit, 12345);
	emit_cell(emit, "a, b");
}

static void assert_emitted(enum emit_form form, void (*calls)(struct emit *emit),
	const char *expected)
{
	struct text text = {0};
	struct emit emit;

	emit_begin(&emit, form, &text);
	calls(&emit);
	emit_end(&emit);
	assert_text_equal(text_of(&text), expected);
	text_finish(&text);
}

static void the_same_calls_make_a_table_csv_and_json(void **state)
{
	assert_emitted(EMIT_TABLE, emit_example,
		"trace                    a \"quoted\", name\n"
		"events                   1204\n"
		"waste                    0.2500\n"
		"\n"
		"blocks\n"
		"  name          bytes  what\n"
		"  one               5  x\n"
		"  twenty-three  12345  a, b\n");
	assert_emitted(EMIT_CSV, emit_example,
		"trace,\"a \"\"quoted\"\", name\"\n"
		"events,1204\n"
		"waste,0.2500\n"
		"name,bytes,what\n"
		"one,5,x\n"
		"twenty-three,12345,\"a, b\"\n");
	assert_emitted(EMIT_JSON, emit_example,
		"{\n"
		" \"trace\": \"a \\\"quoted\\\", name\",\n"
		" \"events\": 1204,\n"
		" \"waste\": 0.2500,\n"
		" \"blocks\": [\n"
		"  {\"name\": \"one\", \"bytes\": 5, \"what\": \"x\"},\n"
		"  {\"name\": \"twenty-three\", \"bytes\": 12345, \"what\": \"a, b\"}]\n"
		"}\n");
}

static void emit_nothing(struct emit *emit)
{
}

static void emit_empty_table(struct emit *emit)
{
	emit_table(emit, "faults");
	emit_column(emit, "name", EMIT_LEFT);
	emit_column(emit, "count", EMIT_RIGHT);
}

static void an_empty_table_is_there_for_programs_only(void **state)
{
	assert_emitted(EMIT_TABLE, emit_nothing, "");
	assert_emitted(EMIT_CSV, emit_nothing, "");
	assert_emitted(EMIT_JSON, emit_nothing, "{\n}\n");
	assert_emitted(EMIT_TABLE, emit_empty_table, "");
	assert_emitted(EMIT_CSV, emit_empty_table, "name,count\n");
	assert_emitted(EMIT_JSON, emit_empty_table, "{\n \"faults\": []\n}\n");
}

static void emit_two_tables(struct emit *emit)
{
	emit_table(emit, "first");
	emit_column(emit, "a", EMIT_LEFT);
	emit_row(emit);
	emit_cell(emit, "1");
	emit_table(emit, "second");
	emit_column(emit, "b", EMIT_RIGHT);
	emit_row(emit);
	emit_real(emit, 2);
	emit_pair(emit, "behind", "them");
}

static void tables_follow_each_other_and_pairs_follow_tables(void **state)
{
	assert_emitted(EMIT_TABLE, emit_two_tables,
		"\nfirst\n  a\n  1\n\nsecond\n       b\n  2.0000\nbehind                   them\n");
	assert_emitted(EMIT_CSV, emit_two_tables, "a\n1\nb\n2.0000\nbehind,them\n");
	assert_emitted(EMIT_JSON, emit_two_tables,
		"{\n \"first\": [\n  {\"a\": \"1\"}],\n"
		" \"second\": [\n  {\"b\": 2.0000}],\n \"behind\": \"them\"\n}\n");
}

static void emit_short_rows(struct emit *emit)
{
	emit_table(emit, "rows");
	emit_column(emit, "a", EMIT_LEFT);
	emit_column(emit, "b", EMIT_LEFT);
	emit_row(emit);
	emit_cell(emit, "1");
	emit_row(emit);
	emit_cell(emit, "2");
	emit_cell(emit, "3");
	emit_row(emit);
	emit_cell(emit, "4");
}

static void a_row_that_is_short_is_filled_the_last_one_too(void **state)
{
	assert_emitted(EMIT_CSV, emit_short_rows, "a,b\n1,\n2,3\n4,\n");
	assert_emitted(EMIT_TABLE, emit_short_rows, "\nrows\n  a  b\n  1\n  2  3\n  4\n");
}

/* Wide and combining signs, and bytes that are not UTF-8. */
static void emit_signs(struct emit *emit)
{
	emit_table(emit, "signs");
	emit_column(emit, "word", EMIT_LEFT);
	emit_column(emit, "right", EMIT_RIGHT);
	emit_column(emit, "end", EMIT_LEFT);
	emit_row(emit);
	emit_cell(emit, "plain");
	emit_cell(emit, "1");
	emit_cell(emit, ".");
	emit_row(emit);
	emit_cell(emit, "記憶");
	emit_cell(emit, "二");
	emit_cell(emit, ".");
	emit_row(emit);
	emit_cell(emit, "e\u0301te\u0301");
	emit_cell(emit, "\u2705");
	emit_cell(emit, ".");
	emit_row(emit);
	emit_cell(emit, "größer");
	emit_cell(emit, "\xff");
	emit_cell(emit, ".");
}

static void columns_are_aligned_by_cells_not_bytes(void **state)
{
	assert_emitted(EMIT_TABLE, emit_signs,
		"\nsigns\n"
		"  word    right  end\n"
		"  plain       1  .\n"
		"  記憶       二  .\n"
		"  e\u0301te\u0301        \u2705  .\n"
		"  größer      \ufffd  .\n");
}

static void emit_wide(struct emit *emit)
{
	emit_folds(emit);
	emit_table(emit, "who keeps it");
	emit_column(emit, "made by", EMIT_LEFT);
	emit_column(emit, "keeps", EMIT_RIGHT);
	emit_column(emit, "blocks that remain, of all", EMIT_RIGHT);
	emit_column(emit, "bytes at the end of the heap", EMIT_RIGHT);
	emit_column(emit, "kept by", EMIT_LEFT);
	emit_column(emit, "clears", EMIT_RIGHT);
	emit_row(emit);
	emit_cell(emit, "remember (svc.py:16)");
	emit_cell(emit, "14.0 MiB");
	emit_cell(emit, "200");
	emit_cell(emit, "16.5 MiB");
	emit_cell(emit,
		"__main__.SEEN, 97%, which is a dictionary of as many entries as there are");
	emit_cell(emit, "1 B");
	emit_row(emit);
	emit_cell(emit, "_call_with_frames_removed (importlib._bootstrap:241)");
	emit_cell(emit, "2 B");
	emit_row(emit);
	emit_cell(emit, "_call_with_all_frames_removed (importlib._bootstrap:9)");
}

/* Nothing is beyond the 80th column; what a program reads has every column in its place. */
static void a_table_that_is_too_wide_is_folded(void **state)
{
	assert_emitted(EMIT_TABLE, emit_wide,
		"\n"
		"who keeps it\n"
		"  made by                  keeps  blocks that remain, of all  clears\n"
		"  remember (svc.py:16)  14.0 MiB                         200     1 B\n"
		"      kept by: __main__.SEEN, 97%, which is a dictionary of as many entries as\n"
		"          there are\n"
		"      bytes at the end of the heap: 16.5 MiB\n"
		"  _call_with_frames_removed (importlib._bootstrap:241)\n"
		"                             2 B\n"
		"  _call_with_all_frames_removed (importlib._bootstrap:9)\n");
	assert_emitted(EMIT_CSV, emit_wide,
		"made by,keeps,\"blocks that remain, of all\",bytes at the end of the heap,kept by,clears\n"
		"remember (svc.py:16),14.0 MiB,200,16.5 MiB,\"__main__.SEEN, 97%, which is a dictionary of as many entries as there are\",1 B\n"
		"_call_with_frames_removed (importlib._bootstrap:241),2 B,,,,\n"
		"_call_with_all_frames_removed (importlib._bootstrap:9),,,,,\n");
}

static void emit_named(struct emit *emit)
{
	emit_folds(emit);
	emit_table(emit, "marks");
	emit_column(emit, "event", EMIT_RIGHT);
	emit_column(emit, "name", EMIT_LEFT);
	emit_row(emit);
	emit_number(emit, 404);
	emit_cell(emit,
		"exec: /usr/bin/env python3 -c a line of Python that is longer than the screen is wide");
	emit_row(emit);
	emit_number(emit, 148478);
	emit_cell(emit, "here");
	emit_row(emit);
	emit_number(emit, 148550);
}

static void words_too_long_are_continued_in_the_last_column(void **state)
{
	assert_emitted(EMIT_TABLE, emit_named,
		"\n"
		"marks\n"
		"   event  name\n"
		"     404  exec: /usr/bin/env python3 -c a line of Python that is longer than the\n"
		"          screen is wide\n"
		"  148478  here\n"
		"  148550\n");
}

static void emit_control(struct emit *emit)
{
	emit_pair(emit, "name", "a\tb\nc\x1b[2J\x7f\\");
	emit_table(emit, "t");
	emit_column(emit, "x", EMIT_LEFT);
	emit_row(emit);
	emit_cell(emit, "\r\n\x01");
}

static void controls_never_reach_a_terminal_nor_break_a_line(void **state)
{
	assert_emitted(EMIT_TABLE, emit_control,
		"name                     a\\tb\\nc\\x1b[2J\\x7f\\\n"
		"\nt\n  x\n  \\r\\n\\x01\n");
	assert_emitted(EMIT_CSV, emit_control, "name,\"a\tb\nc\x1b[2J\x7f\\\"\nx\n\"\r\n\x01\"\n");
	assert_emitted(EMIT_JSON, emit_control,
		"{\n \"name\": \"a\\u0009b\\u000ac\\u001b[2J\x7f\\\\\",\n"
		" \"t\": [\n  {\"x\": \"\\u000d\\u000a\\u0001\"}]\n}\n");
}

static void emit_bad_bytes(struct emit *emit)
{
	emit_pair(emit, "path", "caf\xe9/\xc3\xa9\xe2\x82");
}

static void json_is_utf8_whatever_the_bytes(void **state)
{
	assert_emitted(EMIT_JSON, emit_bad_bytes, "{\n \"path\": \"caf\ufffd/é\ufffd\ufffd\"\n}\n");
	assert_emitted(EMIT_CSV, emit_bad_bytes, "path,caf\xe9/é\xe2\x82\n");
}

static void emit_extremes(struct emit *emit)
{
	emit_pair_number(emit, "most", UINT64_MAX);
	emit_pair_real(emit, "none", (double)NAN);
	emit_pair_real(emit, "least", -0.00004);
	emit_table(emit, "t");
	emit_column(emit, "x", EMIT_RIGHT);
	emit_row(emit);
	emit_real(emit, (double)INFINITY);
}

static void a_real_that_is_no_number_is_null(void **state)
{
	assert_emitted(EMIT_JSON, emit_extremes,
		"{\n \"most\": 18446744073709551615,\n \"none\": null,\n \"least\": -0.0000,\n"
		" \"t\": [\n  {\"x\": null}]\n}\n");
	assert_emitted(EMIT_CSV, emit_extremes,
		"most,18446744073709551615\nnone,\nleast,-0.0000\nx\n\n");
	assert_emitted(EMIT_TABLE, emit_extremes,
		"most                     18446744073709551615\n"
		"none                     -\n"
		"least                    -0.0000\n\nt\n  x\n  -\n");
}

static void emit_units(struct emit *emit)
{
	emit_pair_bytes(emit, "held", 2048);
	emit_table(emit, "a < b");
	emit_remark(emit, "One sentence & no more.");
	emit_column(emit, "bytes", EMIT_RIGHT);
	emit_column(emit, "change", EMIT_RIGHT);
	emit_column(emit, "share", EMIT_RIGHT);
	emit_column(emit, "life", EMIT_RIGHT);
	emit_row(emit);
	emit_bytes(emit, 3u << 20);
	emit_change_of_bytes(emit, 100, 40);
	emit_share(emit, 1, 4);
	emit_time(emit, 2000000);
	emit_row(emit);
	emit_bytes(emit, 1);
	emit_change(emit, 7, 7);
}

static void people_have_units_and_programs_have_numbers(void **state)
{
	assert_emitted(EMIT_TABLE, emit_units,
		"held                     2 KiB\n\na < b\n  One sentence & no more.\n"
		"  bytes  change  share     life\n"
		"  3 MiB   -60 B    25%  2.00 ms\n"
		"    1 B       0\n");
	assert_emitted(EMIT_JSON, emit_units,
		"{\n \"held\": 2048,\n \"a < b\": [\n"
		"  {\"bytes\": 3145728, \"change\": -60, \"share\": 0.2500, \"life\": 2000000},\n"
		"  {\"bytes\": 1, \"change\": 0, \"share\": null, \"life\": null}]\n}\n");
}

static void a_page_of_html_has_its_signs_escaped(void **state)
{
	struct text text = {0};
	struct emit emit;

	emit_begin(&emit, EMIT_HTML, &text);
	emit_units(&emit);
	emit_end(&emit);
	assert_non_null(strstr(text_of(&text), "<dt>held<dd>2 KiB\n</dl>\n<h2>a &lt; b</h2>\n"));
	assert_non_null(strstr(text_of(&text), "<p>One sentence &amp; no more.</p>"));
	assert_non_null(strstr(text_of(&text), "<td class=\"n\">-60 B"));
	text_finish(&text);
}

/* How often the words are in a text. */
static unsigned count_words(const char *text, const char *words)
{
	unsigned count = 0;

	for (const char *at = strstr(text, words); at; at = strstr(at + 1, words))
		count++;
	return count;
}

static void what_is_folded_in_a_page_of_html_is_closed(void **state)
{
	struct text text = {0};
	struct emit emit;

	emit_begin(&emit, EMIT_HTML, &text);
	emit_wide(&emit);
	emit_end(&emit);
	assert_true(count_words(text_of(&text), "<div>") > 0);
	assert_int_equal(count_words(text_of(&text), "</div>"),
		count_words(text_of(&text), "<div>"));
	assert_int_equal(count_words(text_of(&text), "<table>"), 1);
	assert_int_equal(count_words(text_of(&text), "</table>"), 1);
	text_finish(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_calls_make_a_table_csv_and_json),
		cmocka_unit_test(an_empty_table_is_there_for_programs_only),
		cmocka_unit_test(tables_follow_each_other_and_pairs_follow_tables),
		cmocka_unit_test(a_row_that_is_short_is_filled_the_last_one_too),
		cmocka_unit_test(a_table_that_is_too_wide_is_folded),
		cmocka_unit_test(words_too_long_are_continued_in_the_last_column),
		cmocka_unit_test(columns_are_aligned_by_cells_not_bytes),
		cmocka_unit_test(controls_never_reach_a_terminal_nor_break_a_line),
		cmocka_unit_test(json_is_utf8_whatever_the_bytes),
		cmocka_unit_test(a_real_that_is_no_number_is_null),
		cmocka_unit_test(people_have_units_and_programs_have_numbers),
		cmocka_unit_test(a_page_of_html_has_its_signs_escaped),
		cmocka_unit_test(what_is_folded_in_a_page_of_html_is_closed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
