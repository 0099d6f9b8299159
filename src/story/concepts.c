/* See concepts.h. */
#include "story/concepts.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define STEM_MIN 3u /* letters that an ending leaves */

static bool is_of_word(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* The next word from *at on, and its length; 0: there is none. */
static size_t next_word(const char **at)
{
	size_t length = 0;

	while (**at && !is_of_word(**at))
		(*at)++;
	while (is_of_word((*at)[length]))
		length++;
	return length;
}

/* Without what a plural or a verb adds: "barriers", "coalescing", "policies". */
static size_t stem_length(const char *word, size_t length)
{
	static const char *const endings[] = {"ies", "ing", "ed", "es", "s", "y", "e"};

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		size_t end = strlen(endings[i]);
		if (length >= end + STEM_MIN &&
			strncasecmp(word + length - end, endings[i], end) == 0)
			return length - end;
	}
	return length;
}

/* "z" and "s" are the same, as in "finalizer". */
static char plain_letter(char c)
{
	char lower = (char)tolower((unsigned char)c);

	return lower == 'z' ? 's' : lower;
}

static bool begins(const char *word, size_t length, const char *stem, size_t stem_length)
{
	if (length < stem_length)
		return false;
	for (size_t i = 0; i < stem_length; i++)
		if (plain_letter(word[i]) != plain_letter(stem[i]))
			return false;
	return true;
}

static bool has_stem(const char *text, const char *stem, size_t stem_length)
{
	for (size_t length; (length = next_word(&text)) > 0; text += length)
		if (begins(text, length, stem, stem_length))
			return true;
	return false;
}

/* Whether each of the words is in one of the texts, which NULL ends. */
static bool are_in(const char *const *texts, const char *words)
{
	bool has_word = false;

	for (size_t length; (length = next_word(&words)) > 0; words += length) {
		size_t stem = stem_length(words, length), i = 0;
		while (texts[i] && !has_stem(texts[i], words, stem))
			i++;
		if (!texts[i])
			return false;
		has_word = true;
	}
	return has_word;
}

bool concept_words_are_in(const char *text, const char *words)
{
	const char *const texts[] = {text, NULL};

	return are_in(texts, words);
}

const struct concept *concept_next(const struct concept **at, const char *words, bool widely)
{
	for (; (*at)->words; (*at)++) {
		const char *const texts[] = {(*at)->words, widely ? (*at)->subject : NULL,
			(*at)->command, NULL};
		if (are_in(texts, words))
			return (*at)++;
	}
	return NULL;
}

const struct concept *concept_find(const char *words)
{
	const struct concept *at = concept_table;
	const struct concept *found = concept_next(&at, words, false);

	at = concept_table;
	return found ? found : concept_next(&at, words, true);
}
