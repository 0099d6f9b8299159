/*
 * Preloaded by tests/faults/walk: in a program of the name FAULT_PROGRAM and in its forks, the call
 * number FAULT_AT of the kind FAULT fails, that one alone; 0: none. How many calls of the kind
 * there were is the first word, 64 bits, of the file FAULT_COUNT.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* glibc's own, which its malloc() and others are names of. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
extern char *program_invocation_short_name;

static _Atomic uint64_t *calls; /* NULL: this program is none of ours */
static uint64_t failing;
static const char *kind;

static void *next_of(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

__attribute__((constructor)) static void begin(void)
{
	const char *program = getenv("FAULT_PROGRAM"), *file = getenv("FAULT_COUNT"),
		   *at = getenv("FAULT_AT");
	const char *words = getenv("FAULT");
	void *(*map)(void *, size_t, int, int, int, off_t);
	int (*open_file)(const char *, int, ...);

	*(void **)&map = next_of("mmap");
	*(void **)&open_file = next_of("open");

	if (!program || !file || !at || !words ||
		strcmp(program, program_invocation_short_name) != 0)
		return;
	int fd = open_file(file, O_RDWR | O_CLOEXEC);
	void *memory = map(NULL, sizeof(*calls), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (memory == MAP_FAILED)
		abort();
	failing = strtoull(at, NULL, 10);
	kind = words;
	calls = memory;
}

/* Whether this call fails; error: what errno then is. */
static bool fails(const char *what, int error)
{
	if (!calls || strcmp(kind, what) != 0)
		return false;
	if (atomic_fetch_add(calls, 1) + 1 != failing)
		return false;
	errno = error;
	return true;
}

void *malloc(size_t size)
{
	return fails("memory", ENOMEM) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails("memory", ENOMEM) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return fails("memory", ENOMEM) ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return fails("memory", ENOMEM) ? NULL : __libc_memalign(alignment, size);
}

/* A function of the C library that gives FAILED if FAILS: its type, name, parameters, arguments. */
#define FAULTY_IF(FAILS, FAILED, TYPE, NAME, PARAMETERS, ARGUMENTS) \
	TYPE NAME PARAMETERS \
	{ \
		static TYPE(*next) PARAMETERS; \
		if (FAILS) \
			return FAILED; \
		if (!next) \
			*(void **)&next = next_of(#NAME); \
		return next ARGUMENTS; \
	}

#define FAULTY(KIND, ERROR, FAILED, TYPE, NAME, PARAMETERS, ARGUMENTS) \
	FAULTY_IF(fails(KIND, ERROR), FAILED, TYPE, NAME, PARAMETERS, ARGUMENTS)

FAULTY("read", EIO, -1, ssize_t, read, (int file, void *into, size_t n), (file, into, n))
FAULTY("read", EIO, -1, ssize_t, pread, (int file, void *into, size_t n, off_t at),
	(file, into, n, at))
FAULTY("read", EIO, -1, ssize_t, pread64, (int file, void *into, size_t n, off64_t at),
	(file, into, n, at))
/* ferror() knows of it. */
static bool fails_in(const char *what, int error, FILE *file)
{
	bool failed = fails(what, error);

	if (failed)
		file->_flags |= 0x20; /* _IO_ERR_SEEN */
	return failed;
}

FAULTY_IF(fails_in("read", EIO, file), 0, size_t, fread,
	(void *into, size_t size, size_t n, FILE *file), (into, size, n, file))
FAULTY("write", ENOSPC, -1, ssize_t, write, (int file, const void *from, size_t n), (file, from, n))
FAULTY("write", ENOSPC, -1, ssize_t, pwrite, (int file, const void *from, size_t n, off_t at),
	(file, from, n, at))
FAULTY("write", ENOSPC, -1, ssize_t, pwrite64, (int file, const void *from, size_t n, off64_t at),
	(file, from, n, at))
FAULTY("write", ENOSPC, -1, int, ftruncate, (int file, off_t bytes), (file, bytes))
FAULTY("write", ENOSPC, -1, int, ftruncate64, (int file, off64_t bytes), (file, bytes))
FAULTY("write", ENOSPC, EOF, int, fflush, (FILE * file), (file))
FAULTY("write", EIO, -1, int, fsync, (int file), (file))
FAULTY("write", EACCES, -1, int, rename, (const char *from, const char *to), (from, to))
FAULTY("map", ENOMEM, MAP_FAILED, void *, mmap,
	(void *at, size_t bytes, int protection, int flags, int file, off_t offset),
	(at, bytes, protection, flags, file, offset))
FAULTY("map", ENOMEM, MAP_FAILED, void *, mmap64,
	(void *at, size_t bytes, int protection, int flags, int file, off64_t offset),
	(at, bytes, protection, flags, file, offset))
FAULTY("open", EMFILE, NULL, FILE *, fopen, (const char *path, const char *mode), (path, mode))
FAULTY("open", EMFILE, NULL, FILE *, fopen64, (const char *path, const char *mode), (path, mode))
FAULTY("open", EMFILE, NULL, FILE *, fdopen, (int file, const char *mode), (file, mode))
FAULTY("open", EMFILE, -1, int, mkstemp, (char *path), (path))
FAULTY("open", EMFILE, -1, int, mkstemp64, (char *path), (path))
FAULTY("open", EMFILE, -1, int, memfd_create, (const char *name, unsigned flags), (name, flags))
FAULTY("open", EMFILE, -1, int, pipe, (int files[2]), (files))
FAULTY("open", EMFILE, -1, int, pipe2, (int files[2], int flags), (files, flags))
FAULTY("open", EMFILE, -1, int, dup, (int file), (file))
FAULTY("open", EMFILE, -1, int, dup2, (int file, int as), (file, as))
FAULTY_IF(fails_in("read", EIO, file), NULL, char *, fgets, (char *into, int n, FILE *file),
	(into, n, file))
FAULTY("read", EIO, -1, ssize_t, recv, (int file, void *into, size_t n, int flags),
	(file, into, n, flags))
FAULTY("write", ENOSPC, -1, ssize_t, pwritev64, (int file, const void *from, int n, off64_t at),
	(file, from, n, at))
FAULTY("write", ENOSPC, -1, int, mkdir, (const char *path, mode_t mode), (path, mode))
FAULTY("write", ENOSPC, -1, int, linkat,
	(int from_folder, const char *from, int to_folder, const char *to, int flags),
	(from_folder, from, to_folder, to, flags))
FAULTY("open", EMFILE, NULL, char *, mkdtemp, (char *path), (path))
FAULTY("open", EMFILE, NULL, FILE *, tmpfile64, (void), ())
FAULTY("open", EMFILE, NULL, void *, opendir, (const char *path), (path))
FAULTY("open", EMFILE, -1, int, socketpair, (int domain, int type, int protocol, int files[2]),
	(domain, type, protocol, files))
FAULTY("process", EAGAIN, -1, pid_t, fork, (void), ())
FAULTY("process", EAGAIN, EAGAIN, int, posix_spawn,
	(pid_t * process, const char *path, const void *files, const void *attributes,
		char *const *argv, char *const *environment),
	(process, path, files, attributes, argv, environment))

#define FAULTY_OPEN(NAME, PARAMETERS, ARGUMENTS) \
	int NAME PARAMETERS \
	{ \
		static int(*next) PARAMETERS; \
		va_list more; \
		va_start(more, flags); \
		mode_t mode = va_arg(more, mode_t); \
		va_end(more); \
		if (fails("open", EMFILE)) \
			return -1; \
		if (!next) \
			*(void **)&next = next_of(#NAME); \
		return next ARGUMENTS; \
	}

FAULTY_OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
FAULTY_OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
FAULTY_OPEN(openat, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))
FAULTY_OPEN(openat64, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))

int pthread_create(unsigned long *thread, const void *attributes, void *(*run)(void *),
	void *argument)
{
	static int (*next)(unsigned long *, const void *, void *(*)(void *), void *);

	if (fails("process", EAGAIN))
		return EAGAIN;
	if (!next)
		*(void **)&next = next_of("pthread_create");
	return next(thread, attributes, run, argument);
}
