/*
 * The program's environment, without us: a program that copies it, as shells and scripts do, has
 * the heap that it has unrecorded.  What the program becomes by exec gets us back; children get us
 * when they are followed.
 *
 * exec in a child made by vfork runs on its parent's memory: nothing here allocates, and what is
 * built for exec lies on the stack.
 */
#include "recorder/shim.h"

#include <alloca.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LIBRARY "libarenascope-record.so"
#define PRELOAD "LD_PRELOAD="
#define OWN     WIRE_VARIABLE "="

#define ENTRIES     2u   /* of ours: PRELOAD and OWN */
#define DESCRIPTORS 1024 /* that are looked at */

typedef int execvpe_f(const char *file, char *const words[], char *const variables[]);
typedef int spawn_f(pid_t *ret_child, const char *path, const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attributes, char *const words[], char *const variables[]);
typedef int system_f(const char *command);
typedef FILE *popen_f(const char *command, const char *mode);

static execvpe_f *next_execvpe;
static spawn_f *next_spawn, *next_spawnp;
static system_f *next_system;
static popen_f *next_popen;

static char library[4096]; /* our path, as LD_PRELOAD had it; "": not passed on */
static char own[4096];     /* OWN and its value */

/* The environment with us in it, while system() or popen() run. */
static struct {
	_Atomic int lock;
	unsigned users;
	char **entries, **programs; /* ours; what the program had */
	size_t bytes;
} lent;

HIDDEN void environment_look_up(void)
{
	next_execvpe = (execvpe_f *)(uintptr_t)dlsym(RTLD_NEXT, "execvpe");
	next_spawn = (spawn_f *)(uintptr_t)dlsym(RTLD_NEXT, "posix_spawn");
	next_spawnp = (spawn_f *)(uintptr_t)dlsym(RTLD_NEXT, "posix_spawnp");
	next_system = (system_f *)(uintptr_t)dlsym(RTLD_NEXT, "system");
	next_popen = (popen_f *)(uintptr_t)dlsym(RTLD_NEXT, "popen");
}

/* ---- taking us out --------------------------------------------------------------------------- */

static bool has_prefix(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Whether a path of a list like LD_PRELOAD's, `length` bytes, is our library. */
static bool is_library(const char *path, size_t length)
{
	static const size_t own_length = sizeof(LIBRARY) - 1;

	return length >= own_length &&
	       memcmp(path + length - own_length, LIBRARY, own_length) == 0 &&
	       (length == own_length || path[length - own_length - 1] == '/');
}

/*
 * Takes our library out of a list like LD_PRELOAD's, in place, and keeps its path; false when
 * nothing more is in it. A list without it, which the program may have made of a constant, is not
 * written to.
 */
static bool remove_library(char *list)
{
	char *to = list;

	if (!strstr(list, LIBRARY))
		return true;
	for (char *at = list; *at;) {
		size_t length = strcspn(at, ": ");
		if (is_library(at, length) && length < sizeof(library)) {
			memcpy(library, at, length);
			library[length] = '\0';
		} else if (length > 0) {
			if (to != list)
				*to++ = ':';
			memmove(to, at, length);
			to += length;
		}
		at += length + (at[length] != '\0');
	}
	*to = '\0';
	return to != list;
}

HIDDEN bool environment_has_us(void)
{
	const char *list = getenv("LD_PRELOAD");

	return list && strstr(list, LIBRARY);
}

HIDDEN void environment_clean(void)
{
	extern char **environ;
	char **to = environ;

	if (!environ)
		return;
	for (char **from = environ; *from; from++) {
		if (has_prefix(*from, OWN))
			continue;
		if (has_prefix(*from, PRELOAD) && !remove_library(*from + sizeof(PRELOAD) - 1))
			continue;
		if (*to != *from) /* the program's may be constant */
			*to = *from;
		to++;
	}
	if (*to)
		*to = NULL;
}

/* ---- putting us back ------------------------------------------------------------------------- */

HIDDEN void environment_pass_on(const char *value)
{
	size_t length = strlen(value);

	own[0] = '\0';
	if (!library[0] || sizeof(OWN) + length > sizeof(own))
		return;
	memcpy(own, OWN, sizeof(OWN) - 1);
	memcpy(own + sizeof(OWN) - 1, value, length + 1);
}

/* One that is free, or will be in what is executed. Looks at as many as there are before it. */
static bool has_descriptor(void)
{
	struct rlimit limit;
	rlim_t most = getrlimit(RLIMIT_NOFILE, &limit) < 0 ? DESCRIPTORS : limit.rlim_cur;

	for (int fd = 0; fd < DESCRIPTORS && (rlim_t)fd < most; fd++) {
		int flags = fcntl(fd, F_GETFD);
		if (flags < 0 || flags & FD_CLOEXEC)
			return true;
	}
	return most > DESCRIPTORS;
}

/* Otherwise the dynamic linker would say on the program's standard error that it cannot load us. */
static bool can_be_loaded(void)
{
	return faccessat(AT_FDCWD, library, R_OK, AT_EACCESS) == 0 && has_descriptor();
}

static bool is_passed_on(bool is_child)
{
	bool is_other = is_child || !recording_is_owner();
	int error = errno;

	if (!own[0] || (is_other && !recording_is_followed()))
		return false;
	if (confinement.has_no_calls)
		return true;
	bool can = can_be_loaded() && (!is_other || recording_has_place_for_child());
	if (!can && is_other)
		recording_misses_child();
	errno = error;
	return can;
}

static size_t count(char *const *entries)
{
	size_t n = 0;

	while (entries && entries[n])
		n++;
	return n;
}

/* Room for the lists of libraries with us at their heads. */
static size_t preload_bytes(char *const *variables)
{
	size_t own_bytes = sizeof(PRELOAD) + strlen(library) + 1, bytes = own_bytes;

	for (size_t i = 0; variables && variables[i]; i++)
		if (has_prefix(variables[i], PRELOAD))
			bytes += own_bytes + strlen(variables[i]);
	return bytes;
}

/* Our library before those of a list; gives the end of that text. */
static char *prepend(char *at, const char *others)
{
	size_t length = strlen(library), more = strlen(others);

	memcpy(at, PRELOAD, sizeof(PRELOAD) - 1);
	at += sizeof(PRELOAD) - 1;
	memcpy(at, library, length + 1);
	at += length;
	if (more > 0 && !strstr(others, LIBRARY)) {
		*at++ = ':';
		memcpy(at, others, more + 1);
		at += more;
	}
	return at + 1;
}

/*
 * The variables, and us, where the program has a list of its own to preload: in its place. entries
 * has room for count() + ENTRIES + 1 of them, texts for preload_bytes().
 */
static void add(char **entries, char *texts, char *const *variables)
{
	bool is_there = false;
	size_t n = 0;

	for (size_t i = 0; variables && variables[i]; i++) {
		if (has_prefix(variables[i], OWN))
			continue;
		entries[n++] = variables[i];
		if (has_prefix(variables[i], PRELOAD)) {
			entries[n - 1] = texts;
			texts = prepend(texts, variables[i] + sizeof(PRELOAD) - 1);
			is_there = true;
		}
	}
	if (!is_there) {
		entries[n++] = texts;
		prepend(texts, "");
	}
	entries[n++] = own;
	entries[n] = NULL;
}

/*
 * Declares `variables` as they are to be passed to what is executed: with us, or as they are. The
 * array lives as long as the calling function does.
 */
#define WITH_US(result, variables, is_child) \
	bool result##_passes = is_passed_on(is_child); \
	size_t result##_bytes = (count(variables) + ENTRIES + 1) * sizeof(char *); \
	char **result##_entries = \
		result##_passes ? alloca(result##_bytes + preload_bytes(variables)) : NULL; \
	if (result##_passes) \
		add(result##_entries, (char *)result##_entries + result##_bytes, variables); \
	char *const *result = result##_passes ? result##_entries : (variables)

EXPORTED int execve(const char *path, char *const words[], char *const variables[])
{
	WITH_US(all, variables, false);

	recording_leaves(path);
	int result = (int)syscall(SYS_execve, path, words, all);
	recording_leaves(NULL);
	return result;
}

EXPORTED int execv(const char *path, char *const words[])
{
	return execve(path, words, environ);
}

EXPORTED int execvpe(const char *file, char *const words[], char *const variables[])
{
	WITH_US(all, variables, false);

	if (!next_execvpe) {
		errno = ENOSYS;
		return -1;
	}
	recording_leaves(file);
	int result = next_execvpe(file, words, all);
	recording_leaves(NULL);
	return result;
}

EXPORTED int execvp(const char *file, char *const words[])
{
	return execvpe(file, words, environ);
}

EXPORTED int fexecve(int fd, char *const words[], char *const variables[])
{
	WITH_US(all, variables, false);

	recording_leaves(words[0] ? words[0] : "an open file");
	int result = (int)syscall(SYS_execveat, fd, "", words, all, AT_EMPTY_PATH);
	recording_leaves(NULL);
	return result;
}

/* Declares `words`, a list of the function's arguments from `first` on, and ends at its NULL. */
#define WORDS(words, first, list) \
	va_list list; \
	size_t words##_count = 1; \
	va_start(list, first); \
	while (va_arg(list, char *)) \
		words##_count++; \
	va_end(list); \
	char **words = alloca((words##_count + 1) * sizeof(char *)); \
	words[0] = (char *)(uintptr_t)(first); \
	va_start(list, first); \
	for (size_t words##_at = 1; words##_at <= words##_count; words##_at++) \
	words[words##_at] = va_arg(list, char *)

EXPORTED int execl(const char *path, const char *first, ...)
{
	WORDS(words, first, list);
	va_end(list);
	return execve(path, words, environ);
}

EXPORTED int execlp(const char *file, const char *first, ...)
{
	WORDS(words, first, list);
	va_end(list);
	return execvpe(file, words, environ);
}

EXPORTED int execle(const char *path, const char *first, ...)
{
	WORDS(words, first, list);
	char *const *variables = va_arg(list, char *const *);
	va_end(list);
	return execve(path, words, variables);
}

EXPORTED int posix_spawn(pid_t *ret_child, const char *path,
	const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
	char *const words[], char *const variables[])
{
	WITH_US(all, variables, true);

	return next_spawn ? next_spawn(ret_child, path, actions, attributes, words, all) : ENOSYS;
}

EXPORTED int posix_spawnp(pid_t *ret_child, const char *file,
	const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
	char *const words[], char *const variables[])
{
	WITH_US(all, variables, true);

	return next_spawnp ? next_spawnp(ret_child, file, actions, attributes, words, all) : ENOSYS;
}

/* ---- asking for one -------------------------------------------------------------------------- */

EXPORTED char *getenv(const char *name)
{
	size_t length = strlen(name);

	for (char **entry = length > 0 ? environ : NULL; entry && *entry; entry++) {
		char *value = *entry + length + 1;
		if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=')
			return python_is_to_miss(name, value, __builtin_return_address(0)) ? NULL
											   : value;
	}
	return NULL;
}

/* ---- functions that pass on `environ` by themselves ------------------------------------------ */

static void lock(void)
{
	int expected = 0;

	while (!atomic_compare_exchange_weak(&lent.lock, &expected, 1)) {
		expected = 0;
		sched_yield();
	}
}

static void unlock(void)
{
	atomic_store(&lent.lock, 0);
}

/* false: there is no memory for it. */
static bool make_lent(void)
{
	size_t entries = (count(environ) + ENTRIES + 1) * sizeof(char *);
	size_t bytes = entries + preload_bytes(environ);

	if (lent.bytes < bytes) {
		void *memory = (void *)syscall(SYS_mmap, NULL, bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* NOLINT */
		if (memory == MAP_FAILED)
			return false;
		if (lent.entries)
			syscall(SYS_munmap, lent.entries, lent.bytes);
		lent.entries = memory;
		lent.bytes = bytes;
	}
	add(lent.entries, (char *)lent.entries + entries, environ);
	return true;
}

/* Several threads may be in such functions at one time: the first lends, the last takes back. */
static bool lend(void)
{
	if (!is_passed_on(true))
		return false;
	lock();
	bool done = lent.users > 0 || make_lent();
	if (done && lent.users++ == 0) {
		lent.programs = environ;
		environ = lent.entries;
	}
	unlock();
	return done;
}

static void take_back(bool was_lent)
{
	if (!was_lent)
		return;
	lock();
	if (--lent.users == 0 && environ == lent.entries)
		environ = lent.programs;
	unlock();
}

EXPORTED int system(const char *command)
{
	bool is_lent = lend();
	int result = next_system ? next_system(command) : -1;

	take_back(is_lent);
	return result;
}

EXPORTED FILE *popen(const char *command, const char *mode)
{
	bool is_lent = lend();
	FILE *pipe = next_popen ? next_popen(command, mode) : NULL;

	take_back(is_lent);
	return pipe;
}
