/*
 * Texts and names of a Python, as a census writes them.
 */
#include "recorder/census_layout.h"

static char printable(uint8_t byte)
{
	return byte >= ' ' && byte < 0x7F ? (char)byte : '?';
}

/* From a copy: what looks like a text may have any length, and lie where a mapping ends. */
HIDDEN size_t census_text(struct census_objects *objects, uintptr_t text, char *ret_words,
	size_t size)
{
	uintptr_t copy[FRAMES_TEXT(TEXT_MOST) / WORD];

	if (!census_is_text(objects, text))
		return 0;
	for (size_t i = 0; i < sizeof(copy) / WORD; i++)
		copy[i] = object_word(objects, text + i * WORD);
	if (size > TEXT_MOST)
		size = TEXT_MOST;
	if (copy[OBJECT_SIZE / WORD] > size)
		copy[OBJECT_SIZE / WORD] = size;
	return frames_text((const char *)copy, ret_words, size);
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
