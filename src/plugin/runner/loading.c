/* See loading.h. */
#include "plugin/runner/loading.h"

#include "plugin/confinement.h"
#include "plugin/runner/allocator.h"
#include "plugin/runner/answers.h"
#include "plugin/runner/break.h"
#include "plugin/runner/checks.h"
#include "plugin/runner/code.h"
#include "plugin/runner/watch.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* POSIX returns functions from dlsym() as objects; ISO C has no such cast. */
static void find(void *library, const char *name, void *ret_function)
{
	void *symbol = dlsym(library, name);

	memcpy(ret_function, &symbol, sizeof(symbol));
}

static _Noreturn void end_at_start(int result, enum init_kind kind)
{
	struct reply reply = {.kind = REPLY_NOT_BEGUN};
	bool is_int = self.allocator.plugin || kind == INIT_INT;

	if (!self.allocator.plugin && kind == INIT_BOOL)
		snprintf(reply.words, sizeof(reply.words), "failed: it returned false");
	else
		snprintf(reply.words, sizeof(reply.words), "failed: it returned %d",
			is_int ? result : (signed char)result);
	end_with(&reply);
}

/* Some hand-outs pass a list of ranges, and NULL where they measure: the others see no argument. */
int ask_begin(void)
{
	const struct arenascope_plugin *plugin = self.allocator.plugin;

	enter();
	int result = plugin ? plugin->init(&memory) : self.allocator.mm_init(NULL);
	leave();
	return result;
}

static void begin(void)
{
	const struct arenascope_plugin *plugin = self.allocator.plugin;
	enum init_kind kind = self.allocator.init_kind;
	struct reply reply = {.kind = REPLY_DONE};

	int result = ask_begin();
	if (plugin ? result != 0 : !has_begun(result, kind))
		end_at_start(result, kind);
	self.begun = kind == INIT_INT ? result : 0;
	look_behind(&reply);
	if (self.watch.found.at) /* its page counts as closed */
		reply.kind = REPLY_BEYOND;
	reply.place = self.watch.found;
	if (reply.kind == REPLY_BEYOND)
		end_with(&reply);
}

void confine_to_loading(const char *path)
{
	struct allowed_file files[32];
	size_t count = 0;
	char folder[PATH_MAX];

	for (size_t i = 0; system_folders[i]; i++)
		files[count++] = (struct allowed_file){.path = system_folders[i]};
	snprintf(folder, sizeof(folder), "%s", path);
	char *slash = strrchr(folder, '/');
	if (slash) {
		*slash = '\0';
		files[count++] = (struct allowed_file){.path = *folder ? folder : "/"};
	} else {
		files[count++] = (struct allowed_file){.fd = TALK_OBJECT};
	}
	if (confine_files(files, count))
		self.confined |= CONFINED_FILES;
	if (confine_calls(CALLS_LOAD))
		self.confined |= CONFINED_CALLS;
}

static void confine_to_memory(void)
{
	if (self.confined & CONFINED_FILES)
		confine_files(NULL, 0);
	if (self.confined & CONFINED_CALLS)
		confine_calls(CALLS_RUN);
}

/* Of the functions of a malloc lab, names those that are missing; one of a few is misspelt. */
static void refuse_incomplete(const struct interface *allocator)
{
	const struct {
		const char *name;
		bool is_there;
	} needed[] = {{"mm_init", allocator->mm_init}, {"mm_malloc", allocator->mm_malloc},
		{"mm_free", allocator->mm_free}};
	char why[60] = "";
	size_t length = 0, missing = 0;

	for (size_t i = 0; i < 3; i++)
		if (!needed[i].is_there)
			length += (size_t)snprintf(why + length, sizeof(why) - length, "%s%s",
				missing++ ? ", and no " : "it has no ", needed[i].name);
	refuse(missing == 3 ? "it has neither arenascope_plugin nor mm_init, mm_malloc, mm_free"
			    : why);
}

void load(const char *path, enum init_kind kind, uint64_t watched, bool begins_later)
{
	struct interface *allocator = &self.allocator;
	char object[32];
	bool has_path = strcmp(path, "-") != 0;
	snprintf(object, sizeof(object), "/proc/self/fd/%d", TALK_OBJECT);
	void *library = dlopen(has_path ? path : object, RTLD_LAZY | RTLD_LOCAL);

	if (!has_path)
		close(TALK_OBJECT);
	if (!library) {
		const char *why = dlerror(), *rest = why ? strstr(why, ": ") : NULL;
		refuse(rest ? rest + 2 : why ? why : "it cannot be loaded");
	}
	note_code(library);
	allocator->plugin = dlsym(library, "arenascope_plugin");
	find(library, "mm_init", &allocator->mm_init);
	find(library, "mm_malloc", &allocator->mm_malloc);
	find(library, "mm_free", &allocator->mm_free);
	find(library, "mm_realloc", &allocator->mm_realloc);
	if (allocator->plugin) {
		const struct arenascope_plugin *plugin = allocator->plugin;
		if (plugin->version == 0 || plugin->version > ARENASCOPE_PLUGIN_VERSION)
			refuse("its version is not known to this arenascope");
		if (!plugin->init || !plugin->allocate || !plugin->release)
			refuse("it lacks init, allocate or release");
	} else if (!allocator->mm_init || !allocator->mm_malloc || !allocator->mm_free) {
		refuse_incomplete(allocator);
	}
	confine_to_memory();
	allocator->init_kind = kind;
	if (watched)
		begin_watch(watched, 0, false);
	if (!begins_later)
		begin();
}
