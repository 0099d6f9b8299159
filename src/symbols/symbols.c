/* See symbols.h. */
#include "arenascope/symbols.h"

#include "base/arrays.h"
#include "base/error.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "symbols/lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ALLOCATORS_MAX 4u	/* frames that are passed over on the way to who asked */

struct module {
	struct lookup *lookup;
	char *trouble;
	bool was_tried;
};

struct names {
	char *site;	/* NULL: not asked for yet */
	char *frames[SITE_FRAMES_MAX];
};

struct symbols {
	const struct trace *trace;	/* borrowed */
	ARRAY(struct module) modules;	/* by number in the trace */
	ARRAY(struct names *) sites;	/* by number of the site; NULL: not asked for yet */
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
		return error_set(err, "is no file");
	if (fd < 0)
		return errno == ENOENT ? error_set(err, "is not there any more")
				       : error_set(err, "cannot be opened: %s", strerror(errno));
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		return fd;
	close(fd);
	return error_set(err, "is no file");
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

static char *name_frame(struct symbols *symbols, uint32_t site, uint64_t address)
{
	const struct trace_module *recorded = trace_module_at(symbols->trace, site, address - 1);
	struct lookup_place place;

	if (!recorded)
		return xasprintf("0x%" PRIx64, address);
	struct module *module = module_of(symbols, recorded);
	const char *slash = strrchr(recorded->path, '/');
	const char *file = slash ? slash + 1 : recorded->path;
	if (!module->lookup || !lookup_find(module->lookup, address, &place))
		return xasprintf("%s+0x%" PRIx64, file, address - recorded->base);
	if (place.file)
		return xasprintf("%s (%s:%u)", place.function, place.file, place.line);
	return xasprintf("%s+0x%" PRIx64 " in %s", place.function, place.offset, file);
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
		*name = name_frame(symbols, site, frames[frame]);
	return *name;
}

/* A function whose trade is to hand out memory: who asked it is of more interest. */
static bool is_allocator(const char *name)
{
	static const char *const words[] = {"alloc", "Alloc", "operator new", "_Znw", "_Zna", "strdup", "strndup"};
	size_t length = strcspn(name, " +");

	if (strncmp(name, "operator", 8) == 0)
		length = strlen(name);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		const char *found = strstr(name, words[i]);
		if (found && (size_t)(found - name) < length && strncmp(name, "0x", 2) != 0)
			return true;
	}
	return false;
}

const char *symbols_site(struct symbols *symbols, uint32_t site)
{
	const uint64_t *frames;
	size_t count = trace_site(symbols->trace, site, &frames);
	struct text text = {0};

	if (count == 0)
		return "";
	struct names *names = names_of(symbols, site);
	if (names->site)
		return names->site;
	for (size_t i = 0; i < count && i <= ALLOCATORS_MAX; i++) {
		const char *name = symbols_frame(symbols, site, i);
		text_add(&text, "%s%s", i ? " for " : "", name);
		if (!is_allocator(name))
			break;
	}
	return names->site = text_detach(&text);
}

const char *symbols_trouble(const struct symbols *symbols, size_t number)
{
	return number < symbols->modules.count ? symbols->modules.items[number].trouble : NULL;
}
