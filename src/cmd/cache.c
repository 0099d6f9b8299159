/* See cache.h. */
#include "cmd/cache.h"

#include "base/arrays.h"
#include "engine/engine.h"
#include "heap/heap.h"
#include "trace/trace.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define EVENTS_MIN  500000u               /* a shorter trace is surveyed in a moment */
#define INDEX_BYTES (UINT64_C(512) << 20) /* of the checkpoints of one index */
#define CACHE_BYTES (UINT64_C(2) << 30)   /* of all */
#define SUFFIX      ".index"

void cache_folder(char *ret_path, size_t size)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (xdg && xdg[0] == '/')
		snprintf(ret_path, size, "%s/arenascope", xdg);
	else
		snprintf(ret_path, size, "%s%s", home && home[0] == '/' ? home : "",
			home && home[0] == '/' ? "/.cache/arenascope" : "");
}

/* ---- the key --------------------------------------------------------------------------------- */

/* FNV-1a. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t length)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
	return text ? mix(hash, text, strlen(text) + 1) : mix(hash, "\0", 2);
}

static uint64_t mix_table(uint64_t hash, const struct options *options,
	const struct option_spec *spec)
{
	for (; spec && spec->name; spec++) {
		uint64_t number = 0;
		const char *words = NULL;
		if (spec->type == OPTION_FLAG)
			number = options_flag(options, spec->name);
		else if (spec->type == OPTION_NUMBER || spec->type == OPTION_SIZE)
			number = options_number(options, spec->name);
		else
			words = options_text(options, spec->name);
		hash = mix_text(hash, spec->name);
		hash = mix(hash, &number, sizeof(number));
		hash = mix_text(hash, words);
	}
	return hash;
}

/* This very program: another build may lay its state out in another way. */
static uint64_t mix_program(uint64_t hash)
{
	struct stat status = {0};

	stat("/proc/self/exe", &status);
	const uint64_t numbers[] = {(uint64_t)status.st_size, (uint64_t)status.st_mtim.tv_sec,
		(uint64_t)status.st_mtim.tv_nsec};
	return mix_text(mix(hash, numbers, sizeof(numbers)), ARENASCOPE_VERSION);
}

static uint64_t key_of(const struct trace *trace, const char *engine, const struct options *options)
{
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);
	uint64_t identity = trace_identity(trace);
	uint64_t hash = mix(UINT64_C(0xcbf29ce484222325), &identity, sizeof(identity));

	hash = mix_text(hash, engine);
	hash = mix_table(hash, options, heap_options);
	for (size_t i = 0; i < count; i++)
		hash = mix_table(hash, options, engines[i]->options);
	return mix_program(hash);
}

/* ---- the folder ------------------------------------------------------------------------------ */

static bool make_folder(const char *path)
{
	char parent[PATH_MAX];

	snprintf(parent, sizeof(parent), "%s", path);
	*strrchr(parent, '/') = '\0';
	mkdir(parent, 0700);
	return mkdir(path, 0700) == 0 || access(path, W_OK | X_OK) == 0;
}

struct cached {
	char name[NAME_MAX + 1];
	struct timespec used;
	uint64_t bytes;
};

static int by_use(const void *left, const void *right)
{
	const struct cached *one = left, *other = right;

	if (one->used.tv_sec != other->used.tv_sec)
		return one->used.tv_sec > other->used.tv_sec ? -1 : 1;
	return one->used.tv_nsec > other->used.tv_nsec ? -1 : 1;
}

static bool is_index(const char *name)
{
	size_t length = strlen(name), suffix = strlen(SUFFIX);

	return length > suffix && strcmp(name + length - suffix, SUFFIX) == 0;
}

/* Keeps those that were used last, as many as have room beside a new one. */
static void make_room(const char *folder)
{
	DIR *directory = opendir(folder);
	ARRAY(struct cached) files = {0};
	uint64_t sum = INDEX_BYTES;
	struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		struct stat status;
		struct cached file;
		if (!is_index(entry->d_name) ||
			fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		snprintf(file.name, sizeof(file.name), "%s", entry->d_name);
		file.used = status.st_mtim;
		file.bytes = (uint64_t)status.st_size;
		*array_push(&files) = file;
	}
	if (files.count > 0)
		qsort(files.items, files.count, sizeof(struct cached), by_use);
	for (size_t i = 0; i < files.count; i++) {
		sum += files.items[i].bytes;
		if (sum > CACHE_BYTES)
			unlinkat(dirfd(directory), files.items[i].name, 0);
	}
	array_finish(&files);
	if (directory)
		closedir(directory);
}

/* ---- the place ------------------------------------------------------------------------------- */

static bool runs_code(const char *engine)
{
	for (const struct engine_ops *ops = engine_find(engine); ops;
		ops = ops->below ? engine_find(ops->below) : NULL)
		if (ops->runs_code)
			return true;
	return false;
}

const struct index_place *cache_find(struct cache_place *ret_place, const struct trace *trace,
	const char *engine, const struct options *options, bool is_asked_for)
{
	bool is_long = trace_length(trace) >= EVENTS_MIN;
	struct index_place *place = &ret_place->place;
	char folder[PATH_MAX - NAME_MAX];

	cache_folder(folder, sizeof(folder));
	if (trace_is_growing(trace) || !(is_long || is_asked_for) || runs_code(engine) ||
		!folder[0] || !make_folder(folder))
		return NULL;
	*place = (struct index_place){.path = ret_place->path,
		.key = key_of(trace, engine, options),
		.room = INDEX_BYTES};
	snprintf(ret_place->path, sizeof(ret_place->path), "%s/%016" PRIx64 SUFFIX, folder,
		place->key);
	if (utimensat(AT_FDCWD, ret_place->path, NULL, AT_SYMLINK_NOFOLLOW) < 0)
		make_room(folder); /* it is not there yet */
	return place;
}
