/* See action.h. */
#include "panels/action.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

static const struct action_info actions[] = {[ACTION_NONE] = {"none", "", 0, "", ""},
#define ACTION(id, name, keys, needs, group, help) [id] = {name, keys, needs, group, help},
	ACTIONS(ACTION)
#undef ACTION
};

const struct action_info *action_info(enum action action)
{
	return &actions[action];
}

enum action action_find(const char *name)
{
	for (unsigned i = 1; i < ACTION_COUNT; i++)
		if (strcmp(actions[i].name, name) == 0)
			return (enum action)i;
	return ACTION_NONE;
}

void action_keys(enum action action, char *ret_keys, size_t size)
{
	size_t used = (size_t)snprintf(ret_keys, size, "%s", actions[action].keys);

	for (unsigned i = action + 1; i < ACTION_COUNT && *actions[i].help == '\0' && used < size;
		i++)
		used += (size_t)snprintf(ret_keys + used, size - used, " %s", actions[i].keys);
}

int action_rows(enum action action, int page)
{
	return action == ACTION_UP          ? -1
	       : action == ACTION_DOWN      ? 1
	       : action == ACTION_PAGE_UP   ? -page
	       : action == ACTION_PAGE_DOWN ? page
					    : 0;
}

static bool has_key(const char *keys, const char *key)
{
	size_t length = strlen(key);

	while (*keys) {
		size_t word = strcspn(keys, " ");
		if (word == length && memcmp(keys, key, length) == 0)
			return true;
		keys += word;
		keys += strspn(keys, " ");
	}
	return false;
}

enum action action_for_key(const char *key)
{
	for (unsigned i = 1; i < ACTION_COUNT; i++)
		if (has_key(actions[i].keys, key))
			return (enum action)i;
	return ACTION_NONE;
}

bool key_exists(const char *key)
{
	static const char names[] =
		"Space Enter Tab S-Tab Esc Backspace Up Down Left Right S-Left S-Right C-Left C-Right PgUp PgDn "
		"Home End C-c C-l C-z F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12";

	return has_key(names, key) || utf8_cells(key) == 1;
}
