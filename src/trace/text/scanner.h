/*
 * Goes through the text form (docs/trace-format.md) word by word.  The functions that take
 * something move past it; where there is none, they complain or leave the scanner where it is.
 */
#ifndef TRACE_TEXT_SCANNER_H
#define TRACE_TEXT_SCANNER_H

#include "trace/feed.h"

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

/* -1 and err: "LINE: WHAT, not 'WORD'", for the word here; or that the line ends. */
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

/* The same of decimal digits. */
static inline const char *scanner_take_decimal(const char *at, const char *end,
	uint64_t *ret_number)
{
	const char *first = at, *safe = end - at > DECIMAL_SAFE ? at + DECIMAL_SAFE : end;
	uint64_t number = 0;

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
