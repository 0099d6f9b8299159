/*
 * Everything a person can do, listed once: the list gives the enumerators, the names used by `:`
 * commands, scripts and key bindings, the default keys, the help text and the key table of README.
 *
 * ACTION(enumerator, "name", "default keys, separated by spaces", needs, "group", "help")
 */
#ifndef PANELS_ACTION_H
#define PANELS_ACTION_H

#include <stdbool.h>
#include <stddef.h>

enum action_needs {
	NEEDS_NOTHING = 0,
	NEEDS_PAST = 1 << 0,   /* the position is not the first */
	NEEDS_FUTURE = 1 << 1, /* the position is not the end */
	NEEDS_ARENAS = 1 << 2, /* the engine has pages */
};

#include "panels/action_list.h"

enum action {
	ACTION_NONE,
#define ACTION(id, name, keys, needs, group, help) id,
	ACTIONS(ACTION)
#undef ACTION
		ACTION_COUNT
};

struct action_info {
	const char *name;
	const char *keys;
	unsigned needs;
	const char *group;
	const char *help;
};

const struct action_info *action_info(enum action action);
enum action action_find(const char *name); /* ACTION_NONE when there is none */

/*
 * The keys of an action, and of those after it that share its line in the help, as people read
 * them.
 */
void action_keys(enum action action, char *ret_keys, size_t size);

/* Rows by which an action moves in a list: 1 or a page, negative for up; 0: it does not move. */
int action_rows(enum action action, int page);

/*
 * Keys by name: "Space", "Left", "S-Left", "C-Left", "PgUp", "Esc", "Enter", "Tab", "S-Tab", "F1"
 * to "F12", "C-l", or one character. Every term gives the same names, and config files and scripts
 * use them.
 */
enum action action_for_key(const char *key);

/* Whether any term can give the key; a name that is not known was misspelt. */
bool key_exists(const char *key);

#endif
