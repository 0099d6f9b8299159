#include "view/view_state.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

void bindings_finish(struct bindings *bindings)
{
	array_finish(&bindings->list);
}

int view_bind(struct view *view, const char *words, struct error *err)
{
	size_t length = strcspn(words, " ");
	const char *name = words + length + strspn(words + length, " ");
	enum action action = action_find(name);
	struct binding binding = {.action = action};

	if (length == 0 || length >= sizeof(binding.key) || *name == '\0')
		return error_set(err, "bind needs a key and an action: bind K step-back");
	snprintf(binding.key, sizeof(binding.key), "%.*s", (int)length, words);
	if (!key_exists(binding.key))
		return error_set(err,
			"bind: unknown key '%s' (examples: K, F2, PgDn, S-Left, C-Left)",
			binding.key);
	if (action == ACTION_NONE && strcmp(name, "none") != 0)
		return error_set(err, "bind: unknown action '%s' (? lists them)", name);
	*array_push(&view->bindings.list) = binding;
	return 0;
}

/*
 * The action that the person has bound to the key, the last binding first; otherwise the default.
 */
enum action view_action_of(const struct view *view, const char *key)
{
	for (size_t i = view->bindings.list.count; i-- > 0;)
		if (strcmp(view->bindings.list.items[i].key, key) == 0)
			return view->bindings.list.items[i].action;
	enum action of_lecture = view_lecture_action(view, key);
	return of_lecture ? of_lecture : action_for_key(key);
}
