/*
 * Texts and names of a Python, as a census writes them.
 */
#include "recorder/census_layout.h"

#define PATH_MOST 512u /* characters of a file's path */

static char printable(uint8_t byte)
{
	return byte >= ' ' && byte < 0x7F ? (char)byte : '?';
}

/*
 * A copy of its beginning, of so many words: what looks like a text may have any length, and lie
 * where a mapping ends. Its length is at most `most` characters.
 */
static bool copy_text(struct census_objects *objects, uintptr_t text, uintptr_t *ret_copy,
	size_t words, size_t most)
{
	if (!census_is_text(objects, text))
		return false;
	for (size_t i = 0; i < words; i++)
		ret_copy[i] = object_word(objects, text + i * WORD);
	if (ret_copy[OBJECT_SIZE / WORD] > most)
		ret_copy[OBJECT_SIZE / WORD] = most;
	return true;
}

HIDDEN size_t census_text(struct census_objects *objects, uintptr_t text, char *ret_words,
	size_t size)
{
	uintptr_t copy[FRAMES_TEXT(TEXT_MOST) / WORD];

	if (size > TEXT_MOST)
		size = TEXT_MOST;
	return copy_text(objects, text, copy, sizeof(copy) / WORD, size)
		       ? frames_text((const char *)copy, ret_words, size)
		       : 0;
}

HIDDEN size_t census_path(struct census_objects *objects, uintptr_t text, char *ret_words,
	size_t size)
{
	uintptr_t copy[FRAMES_TEXT(PATH_MOST) / WORD];

	return copy_text(objects, text, copy, sizeof(copy) / WORD, PATH_MOST)
		       ? frames_text((const char *)copy, ret_words, size)
		       : 0;
}

HIDDEN size_t census_code_name(struct census_objects *objects, uintptr_t code, char *ret_words,
	size_t size)
{
	char copy[FRAMES_CODE];
	uintptr_t name[FRAMES_TEXT(TEXT_MOST) / WORD], path[FRAMES_TEXT(PATH_MOST) / WORD];

	if (!census_memory_copy(objects->memory, copy, code, sizeof(copy)))
		return 0;
	const struct frames_code of = frames_code(copy);
	return copy_text(objects, (uintptr_t)of.name, name, sizeof(name) / WORD, TEXT_MOST) &&
			       copy_text(objects, (uintptr_t)of.path, path, sizeof(path) / WORD,
				       PATH_MOST)
		       ? frames_name_of(copy, (const char *)name, (const char *)path, ret_words,
				 size)
		       : 0;
}

HIDDEN size_t census_code_path(struct census_objects *objects, uintptr_t code, char *ret_words,
	size_t size)
{
	char copy[FRAMES_CODE];

	return census_memory_copy(objects->memory, copy, code, sizeof(copy))
		       ? census_path(objects, (uintptr_t)frames_code(copy).path, ret_words, size)
		       : 0;
}

HIDDEN size_t census_type_name(struct census_objects *objects, uintptr_t object, char *ret_words,
	size_t size)
{
	uintptr_t name =
		object_word(objects, object_word(objects, object + OBJECT_TYPE) + TYPE_NAME);
	size_t length = 0;

	for (; name && length < size; length++) {
		uint8_t byte = census_byte(objects->memory, name + length);
		if (!byte)
			break;
		ret_words[length] = printable(byte);
	}
	return length;
}
