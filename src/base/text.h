/* A growing text. Libraries do not print: they add to a text that the caller prints. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct text {
	char *bytes; /* zero-terminated once anything was added; NULL before; use text_of() */
	size_t length;
	size_t capacity;
};

void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(struct text *text, const void *bytes, size_t length);
void text_reserve(struct text *text, size_t more); /* makes room for so many bytes more */
/*
 * Where `most` bytes may be written after the text; then text_extend() says how many were. Borrowed
 * until the next call.
 */
static inline unsigned char *text_room(struct text *text, size_t most)
{
	if (text->capacity - text->length <= most)
		text_reserve(text, most);
	return (unsigned char *)text->bytes + text->length;
}

static inline void text_extend(struct text *text, size_t written)
{
	text->length += written;
	text->bytes[text->length] = '\0';
}

/* Appends the word, preceded by the separator unless the text is empty: "a", "b" → "a, b". */
void text_join(struct text *text, const char *separator, const char *word);
/* decimal, without the cost of a printf */
void text_add_number(struct text *text, uint64_t number);
/*
 * Appends words made safe for a terminal: control characters as \n and \x1b, invalid UTF-8 as
 * U+FFFD.
 */
void text_add_visible(struct text *text, const char *words);
/* Appends words as a JSON string, with its quotation marks; invalid UTF-8 becomes U+FFFD. */
void text_add_json(struct text *text, const char *words);
/*
 * Appends words as a cell of CSV: quoted where they have a comma, a quotation mark or a line's end.
 */
void text_add_csv(struct text *text, const char *words);
/* Appends words with the signs of markup escaped; control characters become blanks. */
void text_add_markup(struct text *text, const char *words);
/*
 * Wraps words at TEXT_COLUMNS cells and ends with a newline. The first line continues one that has
 * `column` cells already; the others begin with `indent` blanks. TEXT_GLUE in `words` becomes a
 * blank at which no line is broken.
 */
#define TEXT_COLUMNS 80
#define TEXT_GLUE    "\x1f"
void text_add_wrapped(struct text *text, size_t column, size_t indent, const char *words);
const char *text_of(const struct text *text); /* never NULL */
/* the caller frees it; the text is empty afterwards */
char *text_detach(struct text *text);
void text_clear(struct text *text); /* empty, memory kept */
void text_finish(struct text *text);

#endif
