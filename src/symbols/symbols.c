/* See symbols.h. */
#include "symbols/symbols.h"

#include "base/arrays.h"
#include "base/error.h"
#include "base/xalloc.h"
#include "symbols/lookup.h"
#include "symbols/places.h"
#include "trace/runtime.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct module {
	struct lookup *lookup;
	char *trouble;
	bool was_tried;
};

struct names {
	char *site; /* NULL: not looked up yet */
	char *frames[SITE_FRAMES_MAX];
	bool is_named[SITE_FRAMES_MAX]; /* by a function, not by a place in a module */
};

struct symbols {
	const struct trace *trace;    /* borrowed */
	ARRAY(struct module) modules; /* by number in the trace */
	ARRAY(struct names *) sites;  /* by number of the site; NULL: not looked up yet */
	struct places places;         /* in those modules */
	void *cxx;                    /* C++'s library; NULL: not there */
	bool has_looked_for_cxx;
};

struct symbols *symbols_new(const struct trace *trace)
{
	struct symbols *symbols = xcalloc(1, sizeof(*symbols));

	symbols->trace = trace;
	return symbols;
}

void symbols_free(struct symbols *symbols)
{
	if (!symbols)
		return;
	for (size_t i = 0; i < symbols->modules.count; i++) {
		lookup_close(symbols->modules.items[i].lookup);
		free(symbols->modules.items[i].trouble);
	}
	for (size_t i = 0; i < symbols->sites.count; i++) {
		struct names *names = symbols->sites.items[i];
		for (size_t frame = 0; names && frame < SITE_FRAMES_MAX; frame++)
			free(names->frames[frame]);
		free(names ? names->site : NULL);
		free(names);
	}
	if (symbols->cxx)
		dlclose(symbols->cxx);
	places_finish(&symbols->places);
	array_finish(&symbols->modules);
	array_finish(&symbols->sites);
	free(symbols);
}

/* The path was read from a file: it may name anything. */
static int open_module(const char *path, struct error *err)
{
	struct stat status;
	int fd = *path == '/' ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) : -1;

	if (*path != '/')
		return error_set(err, "is not a file");
	if (fd < 0)
		return errno == ENOENT ? error_set(err, "no longer exists")
				       : error_set(err, "cannot be opened: %s", strerror(errno));
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		return fd;
	close(fd);
	return error_set(err, "is not a file");
}

static struct module *module_of(struct symbols *symbols, const struct trace_module *recorded)
{
	const struct trace_module *all;
	size_t count = trace_modules(symbols->trace, &all), number = (size_t)(recorded - all);
	struct error why;

	while (symbols->modules.count < count)
		array_push(&symbols->modules);
	struct module *module = &symbols->modules.items[number];
	if (module->was_tried)
		return module;
	module->was_tried = true;
	int fd = open_module(recorded->path, &why);
	if (fd < 0 || lookup_open(&module->lookup, recorded, fd, &why) < 0)
		module->trouble = xstrdup(why.text);
	return module;
}

static bool ends_in(const char *text, size_t length, const char *ending)
{
	size_t end = strlen(ending);

	return length >= end && memcmp(text + length - end, ending, end) == 0;
}

/* "std::map<int, long>::operator[]" → "std::map::operator[]"; in place. */
static void drop_template_arguments(char *name)
{
	size_t length = 0, depth = 0;

	for (const char *at = name; *at; at++) {
		bool is_operator = depth == 0 && (ends_in(name, length, "operator") ||
							 ends_in(name, length, "operator<") ||
							 ends_in(name, length, "operator-") ||
							 ends_in(name, length, "operator>"));
		if (*at == '<' && !is_operator)
			depth++;
		if (depth == 0)
			name[length++] = *at;
		if (*at == '>' && depth > 0)
			depth--;
	}
	name[length] = '\0';
}

/*
 * The end of a C++ function's name without the types of its parameters: of "f(int (*)(char)) const"
 * the length of "f".
 */
static size_t without_parameters(const char *name)
{
	const char *close = strrchr(name, ')');
	size_t depth = 0;

	for (const char *at = close; at && at > name; at--) {
		depth += *at == ')';
		if (*at == '(' && --depth == 0)
			return (size_t)(at - name);
	}
	return strlen(name);
}

/*
 * The name without the type that the function returns, which templates have: "char& f" → "f", but
 * not of "operator new" or "(anonymous namespace)::f". A space at the end goes, too. In place.
 */
static void drop_returned_type(char *name)
{
	char *end = strstr(name, "operator"), *start = name;
	size_t length = strlen(name), depth = 0;

	while (length > 0 && name[length - 1] == ' ')
		name[--length] = '\0';
	for (char *at = name; *at && at != end; at++) {
		depth += *at == '(' || *at == '{';
		depth -= depth > 0 && (*at == ')' || *at == '}');
		if (*at == ' ' && depth == 0)
			start = at + 1;
	}
	memmove(name, start, strlen(start) + 1);
}

/*
 * A function's name as people write it. C++'s own library demangles its names, where there is one.
 */
static char *readable(struct symbols *symbols, const char *name)
{
	if (strncmp(name, "_Z", 2) != 0)
		return xstrdup(name);
	if (!symbols->has_looked_for_cxx) {
		symbols->has_looked_for_cxx = true;
		symbols->cxx = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_LOCAL);
	}
	void *found = symbols->cxx ? dlsym(symbols->cxx, "__cxa_demangle") : NULL;
	if (!found)
		return xstrdup(name);
	char *(*demangle)(const char *mangled, char *buffer, size_t *length, int *status);
	memcpy(&demangle, &found, sizeof(demangle));
	int status;
	char *whole = demangle(name, NULL, NULL, &status);
	char *result = whole ? xstrndup(whole, without_parameters(whole)) : xstrdup(name);
	if (whole) {
		drop_template_arguments(result);
		drop_returned_type(result);
	}
	free(whole);
	return result;
}

/* Of "xmalloc (x.c:12)" and "xmalloc+0x1c in libx.so" the length of "xmalloc". */
static size_t function_length(const char *name)
{
	const char *end = strstr(name, " (");

	return end ? (size_t)(end - name) : strcspn(name, "+");
}

/* A function that only hands out memory, or a container of C++: its caller says more. */
static bool is_allocator(const char *name)
{
	static const char *const words[] = {"alloc", "Alloc", "operator new", "_Znw", "_Zna",
		"strdup", "strndup"};
	size_t length = function_length(name);

	if (strncmp(name, "0x", 2) == 0)
		return false;
	if (strncmp(name, "std::", 5) == 0 || strncmp(name, "__gnu_cxx::", 11) == 0)
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		const char *found = strstr(name, words[i]);
		if (found && (size_t)(found - name) < length)
			return true;
	}
	return false;
}

/*
 * The function of an address. Where functions were inlined into each other: the innermost that is
 * not an allocator or a container, since the ones around it are in no other frame; and which of
 * them it is. false: there is none.
 */
static bool name_function(struct symbols *symbols, struct lookup *lookup, uint64_t address,
	char **ret_function, struct lookup_place *ret_place, unsigned *ret_level)
{
	struct lookup_place place;
	char *function = NULL;
	bool is_found = false;

	for (unsigned level = 0; lookup_find(lookup, address, level, &place); level++) {
		char *around = readable(symbols, place.function);
		bool is_caller = !place.is_of_system && !is_allocator(around);
		if (level > 0 && !is_caller) {
			free(around);
			continue;
		}
		free(function);
		function = around;
		*ret_place = place;
		*ret_level = level;
		is_found = true;
		if (is_caller)
			break;
	}
	if (is_found)
		*ret_function = function;
	return is_found;
}

/* "parse_row (csv.c:88)", or "parse_row+0x1c in libcsv.so". */
static char *name_place(const char *function, const struct lookup_place *place, const char *module)
{
	return place->file ? xasprintf("%s (%s:%u)", function, place->file, place->line)
			   : xasprintf("%s+0x%" PRIx64 " in %s", function, place->offset, module);
}

/* The name of a frame that returns to this address of a module. */
static void name_address(struct symbols *symbols, const struct trace_module *recorded,
	struct place *place)
{
	const struct module *module = module_of(symbols, recorded);
	const char *slash = strrchr(recorded->path, '/');
	const char *file = slash ? slash + 1 : recorded->path;
	struct lookup_place found;
	unsigned level;
	char *function;

	place->is_named = module->lookup && name_function(symbols, module->lookup, place->address,
						    &function, &found, &level);
	if (!place->is_named) {
		place->name = xasprintf("%s+0x%" PRIx64, file, place->address - recorded->base);
		return;
	}
	place->name = name_place(function, &found, file);
	free(function);
}

static struct place *place_of(struct symbols *symbols, const struct trace_module *recorded,
	uint64_t address)
{
	const struct trace_module *all;

	trace_modules(symbols->trace, &all);
	return places_find(&symbols->places, (size_t)(recorded - all), address);
}

static char *name_frame(struct symbols *symbols, uint32_t site, size_t frame, uint64_t address,
	bool *ret_is_named)
{
	const char *written = trace_frame_name(symbols->trace, site, frame);
	const struct trace_module *recorded = trace_module_at(symbols->trace, site, address - 1);

	*ret_is_named = *written;
	if (*written)
		return xstrdup(written);
	if (!recorded)
		return xasprintf("0x%" PRIx64, address);
	struct place *place = place_of(symbols, recorded, address);
	if (!place->name)
		name_address(symbols, recorded, place);
	*ret_is_named = place->is_named;
	return xstrdup(place->name);
}

static struct names *names_of(struct symbols *symbols, uint32_t site)
{
	while (symbols->sites.count <= site)
		array_push(&symbols->sites);
	struct names **names = &symbols->sites.items[site];
	if (!*names)
		*names = xcalloc(1, sizeof(**names));
	return *names;
}

const char *symbols_frame(struct symbols *symbols, uint32_t site, size_t frame)
{
	const uint64_t *frames;
	size_t count = trace_site(symbols->trace, site, &frames);

	if (frame >= count)
		return "";
	char **name = &names_of(symbols, site)->frames[frame];
	if (!*name)
		*name = name_frame(symbols, site, frame, frames[frame],
			&names_of(symbols, site)->is_named[frame]);
	return *name;
}

/* The names around the function at an address of a module, with a NULL at their end. */
static char **name_around(struct symbols *symbols, const struct trace_module *recorded,
	uint64_t address)
{
	struct lookup *lookup = module_of(symbols, recorded)->lookup;
	ARRAY(char *) names = {0};
	struct lookup_place place;
	unsigned level;
	char *function;

	if (lookup && name_function(symbols, lookup, address, &function, &place, &level)) {
		free(function);
		while (lookup_find(lookup, address, ++level, &place)) {
			function = readable(symbols, place.function);
			if (!place.is_of_system && !is_allocator(function))
				*array_push(&names) = name_place(function, &place, recorded->path);
			free(function);
		}
	}
	*array_push(&names) = NULL;
	return names.items;
}

const char *const *symbols_around(struct symbols *symbols, uint32_t site, size_t frame)
{
	static const char *const none[] = {NULL};
	const struct trace_module *recorded;
	const uint64_t *frames;

	if (frame >= trace_site(symbols->trace, site, &frames) ||
		*trace_frame_name(symbols->trace, site, frame))
		return none;
	recorded = trace_module_at(symbols->trace, site, frames[frame] - 1);
	if (!recorded)
		return none;
	struct place *place = place_of(symbols, recorded, frames[frame]);
	if (!place->around)
		place->around = name_around(symbols, recorded, frames[frame]);
	return (const char *const *)place->around;
}

bool symbols_is_named(struct symbols *symbols, uint32_t site, size_t frame)
{
	return *symbols_frame(symbols, site, frame) && names_of(symbols, site)->is_named[frame];
}

/* A function of the C or C++ library, or one that only hands out memory. */
static bool is_passed_over(struct symbols *symbols, uint32_t site, const uint64_t *frames,
	size_t frame)
{
	const struct trace_module *module =
		trace_module_at(symbols->trace, site, frames[frame] - 1);

	return (module && runtime_has_module(module->path)) ||
	       is_allocator(symbols_frame(symbols, site, frame));
}

/* The number of the caller's frame: of the first function of Python, where there is one. */
static size_t find_caller(struct symbols *symbols, uint32_t site, const uint64_t *frames,
	size_t count)
{
	size_t caller = 0;

	for (size_t i = 0; i < count; i++)
		if (frames[i] & FRAME_NAMED)
			return i;
	while (caller < count && is_passed_over(symbols, site, frames, caller))
		caller++;
	return caller < count ? caller : 0;
}

/* "__strdup" → "strdup", as programs call it. */
static const char *public_name(const char *name)
{
	return strncmp(name, "__", 2) == 0 ? name + strspn(name, "_") : name;
}

static const char through_word[] = " through ";

size_t symbols_line_length(const char *caller)
{
	const char *through = strstr(caller, through_word);

	return through ? (size_t)(through - caller) : strlen(caller);
}

const char *symbols_site(struct symbols *symbols, uint32_t site)
{
	const uint64_t *frames;
	size_t count = trace_site(symbols->trace, site, &frames);

	if (count == 0)
		return "";
	struct names *names = names_of(symbols, site);
	if (names->site)
		return names->site;
	size_t caller = find_caller(symbols, site, frames, count);
	const char *name = symbols_frame(symbols, site, caller);
	if (caller == 0 || frames[caller] & FRAME_NAMED)
		return names->site = xstrdup(name);
	const char *through = public_name(symbols_frame(symbols, site, caller - 1));
	names->site =
		xasprintf("%s%s%.*s", name, through_word, (int)function_length(through), through);
	return names->site;
}

bool symbols_is_foreign(struct symbols *symbols, uint32_t site, size_t frame)
{
	const uint64_t *frames;

	if (frame >= trace_site(symbols->trace, site, &frames))
		return false;
	const char *name = symbols_frame(symbols, site, frame);

	return !(frames[frame] & FRAME_NAMED) &&
	       (is_passed_over(symbols, site, frames, frame) ||
		       strncmp(name, "_start", function_length(name)) == 0);
}

const char *symbols_trouble(const struct symbols *symbols, size_t number)
{
	return number < symbols->modules.count ? symbols->modules.items[number].trouble : NULL;
}
