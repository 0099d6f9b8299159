/*
 * Goes through the text form (docs/trace-format.md) word by word.  The functions that take
 * something move past it; where there is none, they complain or leave the scanner where it is.
 */
#ifndef TRACE_TEXT_SCANNER_H
#define TRACE_TEXT_SCANNER_H

#include "trace/feed.h"
#include "trace/varint.h"

#include <stdbool.h>
#include <string.h>

struct scanner {
	const char *at;
	const char *end;   /* of the window: of everything, or after a newline */
	uint64_t line;     /* number, from 1 */
	uint64_t events;   /* that were fed */
	uint64_t distance; /* between the line of the last one, and its number */
	struct feed *feed; /* borrowed, like err */
	struct error *err;
};

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* At the newline, the CR before it, or the end of the window. */
static inline bool scanner_is_at_line_end(const struct scanner *scanner)
{
	return scanner->at == scanner->end || *scanner->at == '\n' ||
	       (*scanner->at == '\r' &&
		       (scanner->at + 1 == scanner->end || scanner->at[1] == '\n'));
}

static inline void scanner_skip_blanks(struct scanner *scanner)
{
	while (scanner->at < scanner->end && is_blank(*scanner->at))
		scanner->at++;
}

/* The length of the word from here on: up to a blank, the end of the line or a #. */
static inline size_t scanner_word_length(const struct scanner *scanner)
{
	const char *at = scanner->at;

	while (at < scanner->end && !is_blank(*at) && *at != '\n' && *at != '\r' && *at != '#')
		at++;
	return (size_t)(at - scanner->at);
}

/* The text here, `length` bytes of it, is this word. */
static inline bool scanner_word_is(const struct scanner *scanner, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(word, scanner->at, length) == 0;
}

/* -1 and err: "LINE: WHAT, not 'WORD'", for the word here; or that the line ends, or how. */
int scanner_complain(const struct scanner *scanner, const char *what);

/* Adds to what was complained about how the line is written: "; write: a ID SIZE". Always -1. */
int scanner_add_form(const struct scanner *scanner, const char *form);

/* The rest of the line, without CR; moves past its newline. */
void scanner_take_line(struct scanner *scanner, const char **ret_text, size_t *ret_length);

/*
 * The same, where it becomes a text of the trace: -1 and err when it is too long, or has a zero
 * byte.
 */
int scanner_take_text(struct scanner *scanner, const char **ret_text, size_t *ret_length);

/* Feeds an event whose line has been taken, and the number of that line. */
static inline void scanner_feed(struct scanner *scanner, struct event *event, const char *text,
	size_t length)
{
	uint64_t line = scanner->line - 1;

	if (line - scanner->events != scanner->distance) {
		scanner->distance = line - scanner->events;
		feed_line(scanner->feed, scanner->events, line);
	}
	scanner->events++;
	feed_event(scanner->feed, event, text, length);
}

/* At a #: feeds the rest of the line as a comment. */
int scanner_take_comment(struct scanner *scanner);

/* Hexadecimal digits, at least one; NULL when there is none, or they have more than 64 bits. */
const char *scanner_take_hexadecimal(const char *at, const char *end, uint64_t *ret_number);

#define DECIMAL_SAFE 19 /* digits: as many fit into 64 bits, whatever they are */
#define WORD_DIGITS  8u

/* The number that a word of eight characters, the first one lowest, begins with; 0 digits: none. */
static inline uint64_t scanner_decimal_of(uint64_t word, unsigned *ret_digits)
{
	const uint64_t highs = UINT64_C(0x8080808080808080);
	uint64_t values = word ^ UINT64_C(0x3030303030303030); /* of digits: 0 to 9 */
	uint64_t others = (((values & ~highs) + UINT64_C(0x7676767676767676)) | values) & highs;
	unsigned digits = others ? (unsigned)__builtin_ctzll(others) / 8 : WORD_DIGITS;

	*ret_digits = digits;
	if (digits == 0)
		return 0;
	/* Zeros in front; then the values are put together in pairs, fours and eights. */
	values <<= 8 * (WORD_DIGITS - digits);
	values = values * 10 + (values >> 8);
	values = (values & UINT64_C(0x00ff00ff00ff00ff)) * (1 + (100u << 16)) >> 16;
	return (values & UINT64_C(0x0000ffff0000ffff)) * (1 + (UINT64_C(10000) << 32)) >> 32;
}

/* The same of decimal digits. */
static inline const char *scanner_take_decimal(const char *at, const char *end,
	uint64_t *ret_number)
{
	const char *first = at, *safe = end - at > DECIMAL_SAFE ? at + DECIMAL_SAFE : end;
	uint64_t number = 0;

	if (end - at >= (ptrdiff_t)WORD_DIGITS) {
		unsigned digits;
		number = scanner_decimal_of(get64((const unsigned char *)at), &digits);
		at += digits;
		if (digits < WORD_DIGITS) {
			*ret_number = number;
			return digits > 0 ? at : NULL;
		}
	}
	for (; at < safe && (unsigned)(*at - '0') < 10; at++)
		number = number * 10 + (uint64_t)(*at - '0');
	for (; at < end && (unsigned)(*at - '0') < 10; at++) {
		uint64_t digit = (uint64_t)(*at - '0');
		if (number > (UINT64_MAX - digit) / 10)
			return NULL;
		number = number * 10 + digit;
	}
	*ret_number = number;
	return at > first ? at : NULL;
}

/* Decimal or 0x; false, and nothing taken, when there is none or it has more than 64 bits. */
static inline bool scanner_take_number(struct scanner *scanner, uint64_t *ret_number)
{
	const char *at = scanner->at, *end = scanner->end;
	bool is_hexadecimal = end - at > 2 && at[0] == '0' && (at[1] | 0x20) == 'x';
	uint64_t number = 0;

	at = is_hexadecimal ? scanner_take_hexadecimal(at + 2, end, &number)
			    : scanner_take_decimal(at, end, &number);
	if (!at || (at < end && !is_blank(*at) && *at != '\n' && *at != '\r' && *at != '#'))
		return false;
	*ret_number = number;
	scanner->at = at;
	return true;
}

/*
 * After blanks: a size, which may have a binary unit (4K, 1MiB); an object's ID. -1 and err when
 * there is none.
 */
int scanner_take_size(struct scanner *scanner, struct event *event);
int scanner_take_id(struct scanner *scanner, uint32_t *ret_object);

/*
 * The number whose name is the word here, `length` bytes long: name() gives those from 0 to count -
 * 1. Nothing is taken; false when it is none of them.
 */
bool scanner_take_word_of(const struct scanner *scanner, size_t length, unsigned count,
	const char *(*name)(unsigned i), uint8_t *ret_value);

#endif
