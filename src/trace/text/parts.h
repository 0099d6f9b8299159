/* The parts of the text form's reader (reader.c), by what their lines and words are about. */
#ifndef TRACE_TEXT_PARTS_H
#define TRACE_TEXT_PARTS_H

#include "trace/text/scanner.h"

/* All give 0, or -1 and the scanner's err. */

/* attributes.c: at a word after those that an event must have: one attribute. */
int text_take_attribute(struct scanner *scanner, struct event *event);

/* counted.c: after its kind, the words of an event that has words of its own. */
int text_take_own(struct scanner *scanner, struct event *event);

/* counted.c: the name of a method: one word, borrowed from the window. */
int text_take_name(struct scanner *scanner, const char **ret_name, size_t *ret_length);

/*
 * counted.c: an attribute that only these or frees have: 1; 0 when the word, `length` bytes, is
 * none.
 */
int text_take_counted_attribute(struct scanner *scanner, struct event *event, size_t length);

/*
 * definitions.c: a line that is not an event: info, site, name or module, by its first word, which
 * is `length` bytes long. 1 when there is no such line.
 */
int text_read_definition(struct scanner *scanner, size_t length);

/* definitions.c: at a digit: bare integers, at most four in all, before the first event. */
int text_read_header(struct scanner *scanner);

/* reader.c: what is expected where a line begins. */
extern const char text_expected_event[];

#endif
