/* See scanner.h; every function grows with the bytes it takes. */
#include "trace/text/scanner.h"

#include "base/error.h"
#include "base/numbers.h"
#include "trace/chunk.h"

#include <inttypes.h>
#include <string.h>

static const char no_break_space[] = "\xC2\xA0"; /* that pages of the web have */

int scanner_complain(const struct scanner *scanner, const char *what)
{
	size_t length = scanner_word_length(scanner);
	char word[33];
	size_t n = 0;

	for (; n < length && n < sizeof(word) - 1; n++) {
		char c = scanner->at[n];
		word[n] = c >= ' ' && c < 0x7F ? c : '?';
	}
	word[n] = '\0';
	if (n > 0)
		return error_set(scanner->err, "%" PRIu64 ": %s, not '%s'%s", scanner->line, what,
			word,
			memmem(scanner->at, length, no_break_space, sizeof(no_break_space) - 1)
				? ", which has a no-break space in it"
				: "");
	if (!scanner_is_at_line_end(scanner) && *scanner->at == '\r')
		return error_set(scanner->err,
			"%" PRIu64 ": expected LF or CRLF at the end of a line, not CR alone",
			scanner->line);
	return error_set(scanner->err, "%" PRIu64 ": %s, but %s", scanner->line, what,
		scanner_is_at_line_end(scanner) ? "the line ends" : "a comment begins");
}

int scanner_add_form(const struct scanner *scanner, const char *form)
{
	if (!scanner->err)
		return -1;
	struct error complaint = *scanner->err;
	return error_set(scanner->err, "%s; write: %s", complaint.text, form);
}

void scanner_take_line(struct scanner *scanner, const char **ret_text, size_t *ret_length)
{
	const char *newline = memchr(scanner->at, '\n', (size_t)(scanner->end - scanner->at));
	const char *end = newline ? newline : scanner->end;

	*ret_text = scanner->at;
	*ret_length = (size_t)(end - scanner->at);
	if (*ret_length > 0 && end[-1] == '\r')
		--*ret_length;
	scanner->at = newline ? newline + 1 : scanner->end;
	scanner->line++;
}

int scanner_take_text(struct scanner *scanner, const char **ret_text, size_t *ret_length)
{
	uint64_t line = scanner->line;

	scanner_take_line(scanner, ret_text, ret_length);
	if (memchr(*ret_text, '\0', *ret_length))
		return error_set(scanner->err, "%" PRIu64 ": expected a text without a zero byte",
			line);
	if (*ret_length > TEXT_BYTES_MAX)
		return error_set(scanner->err,
			"%" PRIu64 ": expected a text of at most %u bytes, not %zu", line,
			TEXT_BYTES_MAX, *ret_length);
	return 0;
}

int scanner_take_comment(struct scanner *scanner)
{
	const char *text;
	size_t length;

	scanner->at++;
	if (scanner_take_text(scanner, &text, &length) < 0)
		return -1;
	feed_comment(scanner->feed, text, length, false);
	return 0;
}

const char *scanner_take_hexadecimal(const char *at, const char *end, uint64_t *ret_number)
{
	const char *first = at;
	uint64_t number = 0;

	for (; at < end; at++) {
		unsigned digit = (unsigned)(*at - '0');
		if (digit > 9)
			digit = (unsigned)((*at | 0x20) - 'a') < 6
					? (unsigned)((*at | 0x20) - 'a') + 10
					: 16;
		if (digit > 15)
			break;
		if (number >> 60)
			return NULL;
		number = number << 4 | digit;
	}
	*ret_number = number;
	return at > first ? at : NULL;
}

/* A number with a binary unit, as `4K`; nothing is taken when the word is not one. */
static enum size_reading take_units(struct scanner *scanner, uint64_t *ret_bytes)
{
	size_t length = scanner_word_length(scanner);
	char word[64];

	if (length == 0 || length >= sizeof(word))
		return SIZE_NONE;
	memcpy(word, scanner->at, length);
	word[length] = '\0';
	enum size_reading reading = size_read(word, ret_bytes);
	if (reading == SIZE_FINE)
		scanner->at += length;
	return reading;
}

/* -5 as C's malloc() sees it: converted to a number without a sign. */
static bool take_negative(struct scanner *scanner, uint64_t *ret_bytes)
{
	const char *begin = scanner->at;
	uint64_t number;

	if (scanner->at == scanner->end || *scanner->at != '-')
		return false;
	scanner->at++;
	if (!scanner_take_number(scanner, &number) || number > INT64_MAX) {
		scanner->at = begin;
		return false;
	}
	*ret_bytes = 0 - number;
	return true;
}

int scanner_take_size(struct scanner *scanner, struct event *event)
{
	scanner_skip_blanks(scanner);
	if (take_negative(scanner, &event->size) || scanner_take_number(scanner, &event->size))
		return 0;
	switch (take_units(scanner, &event->size)) {
	case SIZE_FINE:
		return 0;
	case SIZE_TOO_LARGE:
		return scanner_complain(scanner, "expected a size below 2^64 bytes");
	case SIZE_NONE:
		break;
	}
	return scanner_complain(scanner, "expected a size in bytes");
}

int scanner_take_id(struct scanner *scanner, uint32_t *ret_object)
{
	const char *begin;
	uint64_t number = 0;

	scanner_skip_blanks(scanner);
	begin = scanner->at;
	if (!scanner_take_number(scanner, &number) || number >= OBJECT_NONE) {
		scanner->at = begin;
		return scanner_complain(scanner, "expected an ID below 4294967295");
	}
	*ret_object = (uint32_t)number;
	return 0;
}

bool scanner_take_word_of(const struct scanner *scanner, size_t length, unsigned count,
	const char *(*name)(unsigned i), uint8_t *ret_value)
{
	for (unsigned i = 0; i < count; i++)
		if (scanner_word_is(scanner, length, name(i))) {
			*ret_value = (uint8_t)i;
			return true;
		}
	return false;
}
