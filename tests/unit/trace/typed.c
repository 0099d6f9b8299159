/*
 * What people type, or paste, into a trace: each line is taken as they mean it, or gets one message
 * that says what is wrong with it, and how it is written.
 */
#include "base/error.h"
#include "trace/trace.h"
#include "support.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENT \
	"expected an event (a, r, f, m, u, use, note, mark, new, ref, unref, weak, collect, gc, enter, leave, when)"
#define ID   "expected an ID, which is a number"
#define SIZE "expected a size in bytes"
#define WORD \
	"expected an attribute (align= at= call= domain= old= site= thread= time= failed) or a # comment"

/* taken: as it is written back; NULL: it is refused, with the message. */
struct typed {
	const char *text, *taken, *message;
};

/* The file is read as `taken`, or refused with `message`. */
static void assert_typed(const struct typed *typed)
{
	struct trace *trace = NULL;
	struct error err = {0};
	char written[512] = {0};

	int result = trace_open_memory(&trace, typed->text, strlen(typed->text), "t", 0, &err);
	if (!typed->taken) {
		if (result == 0)
			fail_msg("'%s' was taken", typed->text);
		assert_text_equal(err.text, typed->message);
		return;
	}
	if (result < 0)
		fail_msg("%s", err.text);
	int fd = memfd_create("typed", 0);
	assert_int_equal(trace_copy(trace, fd, "out", TRACE_TEXT, &err), 0);
	assert_true(pread(fd, written, sizeof(written) - 1, 0) >= 0);
	assert_text_equal(written, typed->taken);
	close(fd);
	trace_close(trace);
}

#define ASSERT_ALL(table) \
	for (size_t i = 0; i < sizeof(table) / sizeof(*(table)); i++) \
	assert_typed(&(table)[i])

static void what_is_meant_is_taken(void **state)
{
	static const struct typed table[] = {
		{"a\t1\t24\nf 1\t\n", "a 1 24\nf 1\n"},
		{"  a  1   24   \n", "a 1 24\n"},
		{"a 1 24\r\nf 1\r\n", "a 1 24\nf 1\n"},
		{"\xef\xbb\xbf"
		 "a 1 24\n",
			"a 1 24\n"},
		{"a 1 24", "a 1 24\n"},
		{"a 1 24 # the first\nf 1#\n", "a 1 24 # the first\nf 1 #\n"},
		{"a 1 0x18\nf 0x1\n", "a 1 24\nf 1\n"},
		{"a 1 4k\na 2 4K\na 3 4KB\na 4 4kb\na 5 4KiB\n",
			"a 1 4096\na 2 4096\na 3 4096\na 4 4096\na 5 4096\n"},
		{"a 1 1.5M\na 2 24B\n", "a 1 1572864\na 2 24\n"},
		{"a 1 -5\n", "a 1 18446744073709551611\n"},
		{"a 1 18446744073709551615\n", "a 1 18446744073709551615\n"},
		{"r 5 24\nf -1\n", "r 5 24\nf -1\n"},
		{"mark\nmark here\nmark \n", "mark mark 1\nmark here\nmark mark 3\n"},
		{"20000\n2\n3\n1\na 0 512\na 1 128\nf 0\n",
			"20000\n2\n3\n1\na 0 512\na 1 128\nf 0\n"},
	};

	ASSERT_ALL(table);
}

static void what_is_missing_is_said(void **state)
{
	static const struct typed table[] = {
		{"a\n", NULL, "t:1: " ID ", but the line ends; write: a ID SIZE"},
		{"a", NULL, "t:1: " ID ", but the line ends; write: a ID SIZE"},
		{"a 0 8\nf \n", NULL, "t:2: " ID ", but the line ends; write: f ID"},
		{"r\n", NULL, "t:1: " ID ", but the line ends; write: r ID SIZE"},
		{"m\r\n", NULL, "t:1: " ID ", but the line ends; write: m ID SIZE"},
		{"u # all\n", NULL, "t:1: " ID ", but a comment begins; write: u ID"},
		{"a 1\n", NULL, "t:1: " SIZE ", but the line ends; write: a ID SIZE"},
		{"a 1 # 24\n", NULL, "t:1: " SIZE ", but a comment begins; write: a ID SIZE"},
	};

	ASSERT_ALL(table);
}

static void a_wrong_number_is_told_from_a_wrong_word(void **state)
{
	static const struct typed table[] = {
		{"a 1 18446744073709551616\n", NULL,
			"t:1: expected a size below 2^64 bytes, not '18446744073709551616'; write: a ID SIZE"},
		{"a 1 0x10000000000000000\n", NULL,
			"t:1: expected a size below 2^64 bytes, not '0x10000000000000000'; write: a ID SIZE"},
		{"r 1 99999999999G\n", NULL,
			"t:1: expected a size below 2^64 bytes, not '99999999999G'; write: r ID SIZE"},
		{"a 1 1.3K\n", NULL, "t:1: " SIZE ", not '1.3K'; write: a ID SIZE"},
		{"a 1 1,024\n", NULL, "t:1: " SIZE ", not '1,024'; write: a ID SIZE"},
		{"a 1 +24\n", NULL, "t:1: " SIZE ", not '+24'; write: a ID SIZE"},
		{"a 1 - 5\n", NULL, "t:1: " SIZE ", not '-'; write: a ID SIZE"},
		{"a -1 24\n", NULL, "t:1: " ID ", not '-1'; write: a ID SIZE"},
		{"a p 24\n", NULL, "t:1: " ID ", not 'p'; write: a ID SIZE"},
		{"f first\n", NULL, "t:1: " ID ", not 'first'; write: f ID"},
		{"a 1, 24\n", NULL, "t:1: " ID ", not '1,'; write: a ID SIZE"},
		{"a 1 24 24\n", NULL, "t:1: " WORD ", not '24'"},
		{"a 1 4 KiB\n", NULL, "t:1: " WORD ", not 'KiB'"},
		{"a 1 24 // first\n", NULL, "t:1: " WORD ", not '//'"},
		{"0 a 24\n", NULL,
			"t:1: expected only numbers in a line that begins with one, not 'a'"},
		{"a 0 24\n1 24\n", NULL, "t:2: " EVENT ", not '1'"},
	};

	ASSERT_ALL(table);
}

static void another_word_for_an_event_gets_its_form(void **state)
{
	static const struct typed table[] = {
		{"A 1 24\n", NULL, "t:1: " EVENT ", not 'A'; write: a ID SIZE"},
		{"8\n1\n2\n1\nA 0 24\nF 0\n", NULL, "t:5: " EVENT ", not 'A'; write: a ID SIZE"},
		{"a1 24\n", NULL, "t:1: " EVENT ", not 'a1'; write: a ID SIZE"},
		{"Free 1\n", NULL, "t:1: " EVENT ", not 'Free'; write: f ID"},
		{"delete 1\n", NULL, "t:1: " EVENT ", not 'delete'; write: f ID"},
		{"MALLOC 1 24\n", NULL, "t:1: " EVENT ", not 'MALLOC'; write: a ID SIZE"},
		{"calloc 1 24\n", NULL, "t:1: " EVENT ", not 'calloc'; write: a ID SIZE"},
		{"NOTE Hello.\n", NULL, "t:1: " EVENT ", not 'NOTE'; write: note WORDS"},
		{"Mark here\n", NULL, "t:1: " EVENT ", not 'Mark'; write: mark NAME"},
		{"noet Hello.\n", NULL, "t:1: " EVENT ", not 'noet'; did you mean 'note'?"},
		{"p = malloc(24);\n", NULL, "t:1: " EVENT ", not 'p'; write: a ID SIZE"},
		{"a 1 8\nfree(p);\n", NULL, "t:2: " EVENT ", not 'free(p);'; write: f ID"},
		{"p = realloc(p, 24);\n", NULL, "t:1: " EVENT ", not 'p'; write: r ID SIZE"},
	};

	ASSERT_ALL(table);
}

static void a_line_of_a_log_does_not_make_a_log_of_the_file(void **state)
{
	static const struct typed table[] = {
		{"a 0 24\nmalloc(24) = 0x5581\n", NULL,
			"t:2: " EVENT ", not 'malloc(24)'; write: a ID SIZE"},
		{"# mine\n\n8\n1 2 1\na 0 24\nfree(0x5581) = <void>\n", NULL,
			"t:6: " EVENT ", not 'free(0x5581)'; write: f ID"},
		{"a 0 24\n--123-- malloc(24) = 0x4A47040\n", NULL,
			"t:2: " EVENT ", not '--123--'; write: a ID SIZE"},
		{"a 0 24\n==123== Invalid read\n", NULL, "t:2: " EVENT ", not '==123=='"},
		{"a 0 24\n@ ./a.out:[0x401136] + 0x4052a0 0x18\n", NULL, "t:2: " EVENT ", not '@'"},
		{"# theirs\nmalloc(24) = 0x5581\nfree(0x5581) = <void>\n",
			"a 0 24 call=malloc at=0x5581\nf 0 call=free at=0x5581\n"},
	};

	ASSERT_ALL(table);
}

static void what_an_editor_has_done_to_it_is_said(void **state)
{
	static const struct typed table[] = {
		{"a 1 24\rf 1\r", NULL,
			"t:1: expected LF or CRLF at the end of a line, not CR alone"},
		{"a\xc2\xa0"
		 "1 24\n",
			NULL, "t:1: " EVENT ", not 'a??1', which has a no-break space in it"},
		{"\xff\xfe"
		 "a",
			NULL,
			"t: begins as text in UTF-16, which some editors write; save it as UTF-8"},
	};

	ASSERT_ALL(table);
}

/* Whoever types, or writes slowly, sends a few bytes at a time: of any number none is lost. */
static void what_comes_in_pieces_is_taken_whole(void **state)
{
	static const char text[] = "a 1 24\nnote slowly\nf 1\na 2 100\n";
	int input = dup(STDIN_FILENO);

	for (size_t piece = 1; piece < sizeof(text); piece++) {
		struct trace *trace = NULL;
		struct error err;
		int ends[2];
		/* a read gets one packet, and no more */
		assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
		for (size_t at = 0; at < sizeof(text) - 1; at += piece)
			assert_true(write(ends[1], text + at, strnlen(text + at, piece)) > 0);
		close(ends[1]);
		dup2(ends[0], STDIN_FILENO);
		close(ends[0]);
		if (trace_open(&trace, "-", 0, &err) < 0)
			fail_msg("in pieces of %zu: %s", piece, err.text);
		assert_int_equal(trace_length(trace), 4);
		trace_close(trace);
	}
	dup2(input, STDIN_FILENO);
	close(input);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_meant_is_taken),
		cmocka_unit_test(what_is_missing_is_said),
		cmocka_unit_test(a_wrong_number_is_told_from_a_wrong_word),
		cmocka_unit_test(another_word_for_an_event_gets_its_form),
		cmocka_unit_test(a_line_of_a_log_does_not_make_a_log_of_the_file),
		cmocka_unit_test(what_an_editor_has_done_to_it_is_said),
		cmocka_unit_test(what_comes_in_pieces_is_taken_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
