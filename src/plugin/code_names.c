/* See code_names.h. The file is looked up as a module that is loaded at address 0. */
#include "plugin/code_names.h"

#include "symbols/lookup.h"

#include <inttypes.h>

#define PAST_MAX 256u /* bytes from the end of a variable */

struct lookup *code_names_new(const char *path, int fd)
{
	const struct trace_module module = {.path = path, .build_id = ""};
	struct lookup *names = NULL;

	if (fd < 0 || lookup_open(&names, &module, fd, NULL) < 0)
		return NULL;
	return names;
}

void code_names_free(struct lookup *names)
{
	lookup_close(names);
}

bool code_names_add(struct text *out, struct lookup *names, uint64_t address)
{
	struct lookup_place place;

	if (!names || !lookup_find(names, address, 0, &place) || !place.file)
		return false;
	text_add(out, "in %s (%s:%u)", place.function, place.file, place.line);
	return true;
}

static bool find_variable(struct lookup *names, uint64_t address, struct lookup_object *ret_object)
{
	return names && lookup_find_object(names, address, ret_object) &&
	       ret_object->offset < ret_object->size + PAST_MAX;
}

bool code_names_is_past_end(struct lookup *names, uint64_t address)
{
	struct lookup_object object;

	return find_variable(names, address, &object) && object.offset >= object.size;
}

bool code_names_add_variable(struct text *out, struct lookup *names, uint64_t address)
{
	struct lookup_object object;

	if (!find_variable(names, address, &object))
		return false;
	bool is_past = object.offset >= object.size;
	if (object.element > 0 && object.offset % object.element == 0)
		text_add(out, "%s[%" PRIu64 "]", object.name, object.offset / object.element);
	else if (object.offset > 0)
		text_add(out, "byte %" PRIu64 " of %s", object.offset, object.name);
	else
		text_add(out, "%s", object.name);
	if (is_past && object.element > 0)
		text_add(out, ", past the end of that array of %" PRIu64,
			object.size / object.element);
	else if (is_past)
		text_add(out, ", which has %" PRIu64, object.size);
	return true;
}
