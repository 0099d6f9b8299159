/* See code_names.h. The file is looked up as a module that is loaded at address 0. */
#include "plugin/code_names.h"

#include "symbols/lookup.h"

#include <inttypes.h>
#include <string.h>

#define PAST_MAX      256u /* bytes from the end of a variable */
#define CALLERS_SHOWN 3u

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

/* Functions from the inside, each once where it calls itself. */
struct way {
	struct lookup_place places[1 + CALLERS_SHOWN]; /* of more, the last is the outermost */
	size_t count;
	bool is_shortened;
};

static void add_place(struct way *way, const struct lookup_place *place)
{
	const struct lookup_place *last = way->count ? &way->places[way->count - 1] : NULL;

	if (!place->file || (last && strcmp(place->function, last->function) == 0))
		return;
	if (way->count > CALLERS_SHOWN) {
		way->is_shortened = true;
		way->count--;
	}
	way->places[way->count++] = *place;
}

/* The function at a return address, and those that it was inlined in. */
static void add_places(struct way *way, struct lookup *names, uint64_t address)
{
	struct lookup_place place;

	for (unsigned level = 0; lookup_find(names, address, level, &place); level++)
		add_place(way, &place);
}

bool code_names_add(struct text *out, struct lookup *names, const struct code_place *place)
{
	struct way way = {0};

	if (names)
		add_places(&way, names, place->at);
	if (way.count == 0)
		return false;
	for (size_t i = 0; i < CALLERS_MAX && place->callers[i]; i++)
		add_places(&way, names, place->callers[i]);
	for (size_t i = 0; i < way.count; i++) {
		bool is_gap = way.is_shortened && i + 1 == way.count;
		text_add(out, "%s %s (%s:%u)",
			i == 0   ? "in"
			: is_gap ? ", ... from"
			: i == 1 ? ", called from"
				 : ", from",
			way.places[i].function, way.places[i].file, way.places[i].line);
	}
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

uint64_t code_names_start_of(struct lookup *names, uint64_t address)
{
	struct lookup_object object;

	if (!find_variable(names, address, &object) || object.offset >= object.size)
		return address;
	return address - (object.element > 0 ? object.offset % object.element : object.offset);
}

bool code_names_ends_at(struct lookup *names, uint64_t address)
{
	struct lookup_object object;

	return find_variable(names, address - 1, &object) && object.element > 0 &&
	       object.offset + 1 == object.size;
}

static void add_object(struct text *out, const struct lookup_object *object)
{
	bool is_past = object->offset >= object->size;

	if (object->element > 0 && object->offset % object->element == 0)
		text_add(out, "%s[%" PRIu64 "]", object->name, object->offset / object->element);
	else if (object->offset > 0)
		text_add(out, "byte %" PRIu64 " of %s", object->offset, object->name);
	else
		text_add(out, "%s", object->name);
	if (object->function)
		text_add(out, " of %s()", object->function);
	if (is_past && object->element > 0)
		text_add(out, ", past the end of that array of %" PRIu64,
			object->size / object->element);
	else if (is_past)
		text_add(out, ", which has %" PRIu64, object->size);
}

bool code_names_add_past(struct text *out, struct lookup *names, uint64_t address)
{
	bool ends_there = code_names_ends_at(names, address);
	struct lookup_object object;

	if (!find_variable(names, address - ends_there, &object))
		return false;
	object.offset += ends_there;
	add_object(out, &object);
	return true;
}

bool code_names_add_element_past(struct text *out, struct lookup *names, uint64_t array,
	uint64_t address)
{
	struct lookup_object object;
	uint64_t index = address - array;

	if (!find_variable(names, array, &object) || object.offset > 0 || object.element == 0 ||
		index < object.size)
		return false;
	object.offset = index;
	add_object(out, &object);
	return true;
}

bool code_names_add_variable(struct text *out, struct lookup *names, uint64_t address)
{
	struct lookup_object object;

	if (!find_variable(names, address, &object))
		return false;
	add_object(out, &object);
	return true;
}
