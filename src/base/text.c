/* See text.h. */
#include "base/text.h"

#include "base/digits.h"
#include "base/utf8.h"
#include "base/xalloc.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void reserve(struct text *text, size_t more)
{
	size_t needed = text->length + more + 1;
	if (needed <= text->capacity)
		return;

	size_t capacity = text->capacity < 64 ? 128 : text->capacity * 2;
	if (capacity < needed)
		capacity = needed;
	text->bytes = xrealloc(text->bytes, capacity);
	text->capacity = capacity;
}

void text_add_bytes(struct text *text, const void *bytes, size_t length)
{
	reserve(text, length);
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

void text_reserve(struct text *text, size_t more)
{
	reserve(text, more);
}

void text_add(struct text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		return;

	reserve(text, (size_t)length);
	va_start(args, format);
	vsnprintf(text->bytes + text->length, (size_t)length + 1, format, args);
	va_end(args);
	text->length += (size_t)length;
}

void text_join(struct text *text, const char *separator, const char *word)
{
	text_add(text, "%s%s", text->length ? separator : "", word);
}

void text_add_visible(struct text *text, const char *words)
{
	static const char letters[] = {['\t'] = 't', ['\n'] = 'n', ['\r'] = 'r'};
	const char *end = words + strlen(words);

	while (words < end) {
		const char *at = words;
		uint32_t code = utf8_next(&words, (size_t)(end - words));
		if (code < sizeof(letters) && letters[code])
			text_add(text, "\\%c", letters[code]);
		else if (code < 0x20 || (code >= 0x7F && code < 0xA0))
			text_add(text, "\\x%02x", (unsigned)code);
		else if (code == UTF8_BAD)
			text_add(text, UTF8_BAD_BYTES);
		else
			text_add_bytes(text, at, (size_t)(words - at));
	}
}

void text_add_json(struct text *text, const char *words)
{
	const char *end = words + strlen(words);

	text_add(text, "\"");
	while (words < end) {
		const char *at = words;
		uint32_t code = utf8_next(&words, (size_t)(end - words));
		if (code == '"' || code == '\\')
			text_add(text, "\\%c", (int)code);
		else if (code < 0x20)
			text_add(text, "\\u%04x", (unsigned)code);
		else if (code == UTF8_BAD)
			text_add(text, UTF8_BAD_BYTES);
		else
			text_add_bytes(text, at, (size_t)(words - at));
	}
	text_add(text, "\"");
}

void text_add_csv(struct text *text, const char *words)
{
	if (!strpbrk(words, ",\"\n\r")) {
		text_add(text, "%s", words);
		return;
	}
	text_add(text, "\"");
	for (; *words; words++)
		text_add(text, *words == '"' ? "\"\"" : "%c", *words);
	text_add(text, "\"");
}

void text_add_markup(struct text *text, const char *words)
{
	for (; *words; words++)
		switch (*words) {
		case '&':
			text_add(text, "&amp;");
			break;
		case '<':
			text_add(text, "&lt;");
			break;
		case '>':
			text_add(text, "&gt;");
			break;
		case '"':
			text_add(text, "&quot;");
			break;
		default:
			text_add_bytes(text, (unsigned char)*words < ' ' ? " " : words, 1);
		}
}

void text_add_wrapped(struct text *text, size_t column, size_t indent, const char *words)
{
	size_t at = column;
	bool is_first = true; /* on its line */

	while (*words) {
		size_t length = strcspn(words, " \n");
		char *word = xasprintf("%.*s", (int)length, words);
		for (char *glue = word; (glue = strchr(glue, *TEXT_GLUE)) != NULL;)
			*glue = ' ';
		size_t cells = utf8_cells(word);
		if (at > indent && at + !is_first + cells > TEXT_COLUMNS) {
			text_add(text, "\n%*s", (int)indent, "");
			at = indent;
			is_first = true;
		}
		text_add(text, "%s%s", is_first ? "" : " ", word);
		at += cells + !is_first;
		is_first = false;
		free(word);
		words += length;
		words += strspn(words, " \n");
	}
	text_add(text, "\n");
}

void text_add_number(struct text *text, uint64_t number)
{
	reserve(text, DIGITS_MAX);
	char *end = digits_put(text->bytes + text->length, number);
	*end = '\0';
	text->length = (size_t)(end - text->bytes);
}

const char *text_of(const struct text *text)
{
	return text->bytes ? text->bytes : "";
}

char *text_detach(struct text *text)
{
	char *bytes = text->bytes ? text->bytes : xstrdup("");
	*text = (struct text){0};
	return bytes;
}

void text_clear(struct text *text)
{
	text->length = 0;
	if (text->bytes)
		text->bytes[0] = '\0';
}

void text_finish(struct text *text)
{
	free(text->bytes);
	*text = (struct text){0};
}
