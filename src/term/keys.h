/*
 * Keys of a terminal by name (panels/action.h), from the bytes that it sends, for a view that has
 * no screen; with a screen curses decodes them.
 */
#ifndef TERM_KEYS_H
#define TERM_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#define KEY_NAME_MAX 16

/* The name of the key that stands for a character, in `buffer` or constant; NULL: none. */
const char *key_of_character(unsigned code, char buffer[KEY_NAME_MAX]);

/*
 * Decodes the key at the start of the bytes. Returns the bytes that it takes; 0: there are none, or
 * more must come. is_all: nothing more comes for now, so an ESC is the key Esc. name: "" for bytes
 * that are not a key.
 */
size_t keys_next(const char *bytes, size_t length, bool is_all, char ret_name[KEY_NAME_MAX]);

#endif
