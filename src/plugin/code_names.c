/* See code_names.h. The file is looked up as a module that is loaded at address 0. */
#include "plugin/code_names.h"

#include "symbols/lookup.h"

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
