/* See target.h. */
#include "cmd/target.h"

#include "base/error.h"
#include "base/install_dir.h"
#include "cmd/target_symbols.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHIM_NAME "libarenascope-record.so"

static bool find_in_path(const char *name, char *ret_path, size_t size)
{
	const char *folders = getenv("PATH");
	struct stat status;

	if (strchr(name, '/')) {
		snprintf(ret_path, size, "%s", name);
		if (stat(ret_path, &status) == 0 && S_ISDIR(status.st_mode)) {
			errno = EISDIR;
			return false;
		}
		return access(ret_path, X_OK) == 0;
	}
	for (const char *at = folders ? folders : "/usr/bin:/bin"; *at;) {
		size_t length = strcspn(at, ":");
		snprintf(ret_path, size, "%.*s/%s", (int)length, at, name);
		if (access(ret_path, X_OK) == 0 && stat(ret_path, &status) == 0 &&
			S_ISREG(status.st_mode))
			return true;
		at += length + (at[length] == ':');
	}
	return false;
}

/*
 * A dynamic executable has an interpreter segment. A static one has none, and nothing can be
 * preloaded into it.
 */
static bool is_static(const unsigned char *head, int fd)
{
	Elf64_Ehdr elf;
	Elf64_Phdr segment;

	memcpy(&elf, head, sizeof(elf));
	if (elf.e_ident[EI_CLASS] != ELFCLASS64)
		return false;
	for (unsigned i = 0; i < elf.e_phnum; i++) {
		off_t at = (off_t)(elf.e_phoff + (uint64_t)i * elf.e_phentsize);
		if (pread(fd, &segment, sizeof(segment), at) != sizeof(segment))
			return false;
		if (segment.p_type == PT_INTERP)
			return false;
	}
	return true;
}

/* "#!/usr/bin/env python3" → python3 */
static void read_interpreter(const char *line, char *ret_path, size_t size)
{
	char words[256], name[256] = "", argument[256] = "";

	snprintf(words, sizeof(words), "%.*s", (int)strcspn(line, "\n"), line);
	sscanf(words, "%255s %255s", name, argument);
	const char *base = strrchr(name, '/');
	if (base && strcmp(base, "/env") == 0 && argument[0] &&
		find_in_path(argument, ret_path, size))
		return;
	snprintf(ret_path, size, "%s", name);
}

int target_find(struct target *target, const char *name, struct error *err)
{
	char head[256] = "";
	ssize_t n = -1;

	if (!find_in_path(name, target->path, sizeof(target->path))) {
		int status = !strchr(name, '/') || errno == ENOENT ? TARGET_NOT_FOUND
								   : TARGET_NOT_RUNNABLE;
		error_set(err, "record: %s: %s", name,
			strchr(name, '/') ? strerror(errno) : "no such program");
		return status;
	}
	int fd = open(target->path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, head, sizeof(head) - 1);
		close(fd);
	}
	snprintf(target->interpreter, sizeof(target->interpreter), "%s", target->path);
	if (n > 2 && head[0] == '#' && head[1] == '!')
		read_interpreter(head + 2, target->interpreter, sizeof(target->interpreter));
	return 0;
}

const char *target_obstacle(const struct target *target)
{
	unsigned char head[256] = {0};
	struct stat status;
	int fd = open(target->interpreter, O_RDONLY | O_CLOEXEC);
	const char *words = NULL;

	if (fd < 0)
		return NULL; /* cannot be read, but can perhaps be run */
	bool is_read = fstat(fd, &status) == 0 && pread(fd, head, sizeof(head), 0) >= 0;
	bool is_elf = is_read && memcmp(head, ELFMAG, SELFMAG) == 0;
	if (is_read && (status.st_mode & (S_ISUID | S_ISGID)) && geteuid() != 0)
		words = "is set-user-ID: the system does not allow preloading";
	else if (is_elf && head[EI_CLASS] != ELFCLASS64)
		words = "is not a 64-bit program: this recorder cannot be preloaded into it";
	else if (is_elf && is_static(head, fd))
		words = "is statically linked and cannot be recorded";
	else if (is_elf)
		words = target_symbols_sanitizer(target->interpreter);
	close(fd);
	return words;
}

/* Looks beside the program in a build folder, then where the library was installed. */
int target_find_shim(char *ret_path, size_t size, struct error *err)
{
	static const char *const places[] = {"src/recorder/" SHIM_NAME,
		"../lib/arenascope/" SHIM_NAME, "../lib/x86_64-linux-gnu/arenascope/" SHIM_NAME,
		"../lib64/arenascope/" SHIM_NAME, NULL};

	if (!install_dir_find(places, ret_path, size))
		return error_set(err,
			"record: cannot find %s next to this program; was it built without its recorder?",
			SHIM_NAME);
	if (ret_path[strcspn(ret_path, ": ")])
		return error_set(err,
			"record: %s: a path with a space or a colon cannot be preloaded", ret_path);
	return 0;
}
