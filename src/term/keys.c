#include "term/keys.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#define ESCAPE 27

static const struct {
	unsigned code;
	const char *name;
} control_keys[] = {
	{' ', "Space"},
	{'\t', "Tab"},
	{'\r', "Enter"},
	{'\n', "Enter"},
	{ESCAPE, "Esc"},
	{8, "Backspace"},
	{127, "Backspace"},
	{3, "C-c"},
	{12, "C-l"},
	{26, "C-z"},
};

/* After ESC; what xterm, the Linux console and VT terminals send. */
static const struct {
	const char *bytes, *name;
} sequences[] = {
	{"[A", "Up"},
	{"[B", "Down"},
	{"[C", "Right"},
	{"[D", "Left"},
	{"OA", "Up"},
	{"OB", "Down"},
	{"OC", "Right"},
	{"OD", "Left"},
	{"[1;2C", "S-Right"},
	{"[1;2D", "S-Left"},
	{"[1;5C", "C-Right"},
	{"[1;5D", "C-Left"},
	{"[5~", "PgUp"},
	{"[6~", "PgDn"},
	{"[H", "Home"},
	{"[F", "End"},
	{"OH", "Home"},
	{"OF", "End"},
	{"[1~", "Home"},
	{"[4~", "End"},
	{"[7~", "Home"},
	{"[8~", "End"},
	{"[Z", "S-Tab"},
	{"[15~", "F5"},
	{"[[E", "F5"},
};

const char *key_of_character(unsigned code, char buffer[KEY_NAME_MAX])
{
	for (size_t i = 0; i < sizeof(control_keys) / sizeof(*control_keys); i++)
		if (control_keys[i].code == code)
			return control_keys[i].name;
	if (code < ' ')
		return NULL;
	utf8_put(buffer, code);
	return buffer;
}

/* A sequence that is not in the table ends with its first letter or `~`. */
static size_t unknown_sequence(const char *bytes, size_t length)
{
	size_t at = 2; /* after ESC and the sign behind it */

	while (at < length && strchr("0123456789:;<=>?[", bytes[at]))
		at++;
	return at < length ? at + 1 : 0;
}

static size_t next_sequence(const char *bytes, size_t length, bool is_all,
	char ret_name[KEY_NAME_MAX])
{
	for (size_t i = 0; i < sizeof(sequences) / sizeof(*sequences); i++) {
		size_t n = strlen(sequences[i].bytes);
		if (length > n && memcmp(bytes + 1, sequences[i].bytes, n) == 0) {
			snprintf(ret_name, KEY_NAME_MAX, "%s", sequences[i].name);
			return n + 1;
		}
	}
	bool may_begin_one = length == 1 || bytes[1] == '[' || bytes[1] == 'O';
	size_t unknown = length > 2 && may_begin_one ? unknown_sequence(bytes, length) : 0;
	if (unknown > 0) {
		ret_name[0] = '\0';
		return unknown;
	}
	if (may_begin_one && !is_all)
		return 0;
	snprintf(ret_name, KEY_NAME_MAX, "Esc");
	return 1;
}

size_t keys_next(const char *bytes, size_t length, bool is_all, char ret_name[KEY_NAME_MAX])
{
	const char *at = bytes;
	char buffer[KEY_NAME_MAX];

	if (length == 0)
		return 0;
	if (bytes[0] == ESCAPE)
		return next_sequence(bytes, length, is_all, ret_name);
	const char *name = key_of_character(utf8_next(&at, length), buffer);
	snprintf(ret_name, KEY_NAME_MAX, "%s", name ? name : "");
	return (size_t)(at - bytes);
}
