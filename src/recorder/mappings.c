/* See mappings.h. Knowledge: proc(5), /proc/pid/maps. */
#include "recorder/mappings.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A hexadecimal number; *at moves past it and the character after it. */
static uintptr_t take_hex(const char **at, const char *end)
{
	uintptr_t n = 0;

	for (; *at < end; ++*at) {
		char digit = **at;
		if (digit >= '0' && digit <= '9')
			n = n << 4 | (uintptr_t)(digit - '0');
		else if (digit >= 'a' && digit <= 'f')
			n = n << 4 | (uintptr_t)(digit - 'a' + 10);
		else
			break;
	}
	++*at;
	return n;
}

static struct mapped_range range_of(const char *line, const char *newline)
{
	uintptr_t start = take_hex(&line, newline), end = take_hex(&line, newline);
	const char *path = line < newline ? memchr(line, '/', (size_t)(newline - line)) : NULL;

	return (struct mapped_range){start, end, path, path ? (size_t)(newline - path) : 0};
}

/* Not inlined: what is rare shall not take room in every call. */
__attribute__((noinline)) void mappings_visit(mapped_range_f *visit, void *context)
{
	long fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/maps", O_RDONLY | O_CLOEXEC);
	char bytes[4096];
	size_t kept = 0;
	bool is_wanted = fd >= 0;
	long n;

	while (is_wanted && (n = syscall(SYS_read, fd, bytes + kept, sizeof(bytes) - kept)) > 0) {
		const char *line = bytes, *end = bytes + kept + n, *newline;
		while (is_wanted && (newline = memchr(line, '\n', (size_t)(end - line)))) {
			const struct mapped_range range = range_of(line, newline);
			is_wanted = visit(context, &range);
			line = newline + 1;
		}
		kept = (size_t)(end - line);
		if (kept == sizeof(bytes)) /* the path of a file is too long: its rest is no line */
			kept = 0;
		memmove(bytes, line, kept);
	}
	if (fd >= 0)
		syscall(SYS_close, fd);
}
