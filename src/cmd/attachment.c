/*
 * See attachment.h.
 *
 * One thread of the process does what follows, and is stopped in between:
 *
 *	stack   it maps a stack for the calls, so that its own, which may be a small one of a
 *	        coroutine, is left alone
 *	area    it makes the memory that is shared (memfd_create). The recorder opens it by the
 *	        process's descriptor: so the process needs no right to anything of the recorder,
 *	        which may be root
 *	load    dlopen() of the library, which does nothing by itself
 *	attach  arenascope_attach() in it
 */
#include "cmd/attachment.h"

#include "base/error.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cmd/image.h"
#include "cmd/injection.h"
#include "trace/wire.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define STACK_BYTES (512u << 10)
#define TEXT_BYTES  8192u /* of the stack, at its lower end: what calls are given */

#define LOADING_PAUSE 5000000 /* nanoseconds */
#define LOADING_TRIES 400u

struct attachment {
	pid_t process;
	const char *shim; /* borrowed */
	struct image *image;
	struct injection *injection;
	const struct object *libc;
	uint64_t stack; /* in the process; 0: none yet */
	int area;       /* here */
	int64_t theirs; /* the process's descriptor of it; -1: none */
};

/* ---- what cannot be recorded ----------------------------------------------------------------- */

static int refuse(struct error *err, pid_t process, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static int refuse(struct error *err, pid_t process, const char *format, ...)
{
	char words[512];
	va_list list;

	va_start(list, format);
	vsnprintf(words, sizeof(words), format, list);
	va_end(list);
	return error_set(err, "record: process %d %s", (int)process, words);
}

/* What /proc/PID/status says of it. */
struct status {
	char state;
	long group, tracer, user, filters;
};

static bool read_status(pid_t process, struct status *ret_status)
{
	char name[64], line[256];
	struct status status = {0};

	snprintf(name, sizeof(name), "/proc/%d/status", (int)process);
	FILE *file = fopen(name, "re");
	if (!file)
		return false;
	while (fgets(line, sizeof(line), file)) {
		sscanf(line, "State: %c", &status.state);
		sscanf(line, "Tgid: %ld", &status.group);
		sscanf(line, "TracerPid: %ld", &status.tracer);
		sscanf(line, "Uid: %*d %ld", &status.user);
		sscanf(line, "Seccomp: %ld", &status.filters);
	}
	fclose(file);
	*ret_status = status;
	return true;
}

static int check_status(pid_t process, struct error *err)
{
	struct status status;

	if (!read_status(process, &status))
		return refuse(err, process, "does not exist");
	if (process == getpid())
		return refuse(err, process, "is this recorder");
	if (status.group != process)
		return refuse(err, process, "is a thread of process %ld; attach to that one",
			status.group);
	if (status.state == 'Z' || status.state == 'X')
		return refuse(err, process, "has ended");
	if (status.tracer)
		return refuse(err, process, "is being traced by process %ld; end that first",
			status.tracer);
	if (status.state == 'T')
		return refuse(err, process, "is stopped; continue it first (kill -CONT %d)",
			(int)process);
	if (geteuid() != 0 && status.user != (long)geteuid())
		return refuse(err, process, "belongs to another user; run arenascope as root");
	if (status.filters)
		return refuse(err, process,
			"limits its own calls of the system (seccomp), and one more could end it; "
			"record it from its start");
	return 0;
}

static int check_program(pid_t process, struct error *err)
{
	char name[64], path[PATH_MAX];
	unsigned char head[EI_NIDENT] = {0};

	snprintf(name, sizeof(name), "/proc/%d/exe", (int)process);
	if (readlink(name, path, sizeof(path)) < 0)
		return errno == ENOENT
			       ? refuse(err, process, "is a thread of the kernel")
			       : refuse(err, process, "cannot be read: %s", strerror(errno));
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	bool is_read = fd >= 0 && pread(fd, head, sizeof(head), 0) == sizeof(head);
	if (fd >= 0)
		close(fd);
	if (!is_read)
		return refuse(err, process, "cannot be read: %s", strerror(errno));
	if (head[EI_CLASS] != ELFCLASS64)
		return refuse(err, process, "is not a 64-bit program");
	return 0;
}

/* The library must be the same file there. */
static int check_files(pid_t process, const char *shim, struct error *err)
{
	char path[PATH_MAX + 64];
	struct stat here, there;

	snprintf(path, sizeof(path), "/proc/%d/root%s", (int)process, shim);
	if (stat(shim, &here) < 0)
		return error_set(err, "record: %s: %s", shim, strerror(errno));
	if (stat(path, &there) < 0 || here.st_ino != there.st_ino || here.st_dev != there.st_dev)
		return refuse(err, process,
			"does not see this file system (is it in a container?); run arenascope where "
			"it runs");
	return 0;
}

static bool is_musl(const struct image *image)
{
	const struct object *objects;
	size_t count = image_objects(image, &objects);

	for (size_t i = 0; i < count; i++)
		if (strstr(objects[i].path, "/ld-musl"))
			return true;
	return false;
}

static int check_libraries(const struct attachment *this, struct error *err)
{
	if (is_musl(this->image))
		return refuse(err, this->process,
			"uses musl, whose allocator this recorder does not know");
	if (!this->libc)
		return refuse(err, this->process, "is statically linked");
	return 0;
}

/* ---- calls ----------------------------------------------------------------------------------- */

/* Calls a function of its C library; the numbers end with the count. */
static int call(const struct attachment *this, const char *name, const uint64_t *arguments,
	unsigned count, uint64_t *ret_result, struct error *err)
{
	uint64_t function = image_find(this->image, this->libc, name);

	if (!function)
		return refuse(err, this->process, "has no function %s in its C library", name);
	return injection_call(this->injection, function, arguments, count, ret_result, err);
}

static int map_stack(struct attachment *this, struct error *err)
{
	const uint64_t arguments[] = {0, STACK_BYTES, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, (uint64_t)-1, 0};
	uint64_t stack = UINT64_MAX;

	if (call(this, "mmap", arguments, 6, &stack, err) < 0)
		return -1;
	if (stack == UINT64_MAX)
		return refuse(err, this->process, "has no memory left for a stack");
	this->stack = stack;
	injection_use_stack(this->injection, stack + STACK_BYTES);
	return 0;
}

static int make_area(struct attachment *this, struct error *err)
{
	static const char name[] = "arenascope";
	const uint64_t arguments[] = {SYS_memfd_create, this->stack, MFD_CLOEXEC};
	char path[64];
	uint64_t fd = UINT64_MAX;

	if (!image_write(this->image, this->stack, name, sizeof(name)))
		return refuse(err, this->process, "cannot be written to");
	if (call(this, "syscall", arguments, 3, &fd, err) < 0)
		return -1;
	if (fd > INT_MAX)
		return refuse(err, this->process, "cannot open a descriptor more");
	this->theirs = (int64_t)fd;
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)this->process, (int)fd);
	this->area = open(path, O_RDWR | O_CLOEXEC);
	if (this->area < 0)
		return refuse(err, this->process, "does not share its memory: %s", strerror(errno));
	return 0;
}

int attachment_check(pid_t process, struct error *err)
{
	return check_status(process, err) < 0 ? -1 : check_program(process, err);
}

/* Reads what the process has loaded; one that has just begun is given time to load it. */
static int read_image(struct attachment *this, struct error *err)
{
	const struct timespec pause = {.tv_nsec = LOADING_PAUSE};

	for (unsigned tries = 0; tries < LOADING_TRIES; tries++) {
		if (image_new(&this->image, this->process, err) < 0)
			return -1;
		if (image_is_loaded(this->image))
			return 0;
		image_free(this->image);
		this->image = NULL;
		nanosleep(&pause, NULL);
	}
	return refuse(err, this->process, "is still loading its libraries; try again");
}

int attachment_new(struct attachment **ret_attachment, pid_t process, const char *shim,
	struct error *err)
{
	struct attachment *this = xcalloc(1, sizeof(*this));
	*this = (struct attachment){.process = process, .shim = shim, .area = -1, .theirs = -1};
	if (read_image(this, err) < 0)
		goto failed;
	this->libc = image_libc(this->image);
	if (check_libraries(this, err) < 0 || check_files(process, shim, err) < 0 ||
		injection_new(&this->injection, process, this->image, err) < 0 ||
		map_stack(this, err) < 0 || make_area(this, err) < 0)
		goto failed;
	*ret_attachment = this;
	return 0;
failed:
	attachment_free(this);
	return -1;
}

int attachment_area(const struct attachment *this)
{
	return this->area;
}

/* dlopen(), where the process has it: before glibc 2.34 in a library that may not be there. */
static uint64_t find_dlopen(const struct attachment *this, uint64_t *ret_mode)
{
	const struct object *objects;
	size_t count = image_objects(this->image, &objects);
	uint64_t found = image_find(this->image, this->libc, "dlopen");

	*ret_mode = RTLD_NOW;
	for (size_t i = 0; !found && i < count; i++)
		if (strstr(objects[i].path, "/libdl"))
			found = image_find(this->image, &objects[i], "dlopen");
	if (found)
		return found;
	*ret_mode = RTLD_NOW | 0x80000000; /* as glibc asks for it by itself */
	return image_find(this->image, this->libc, "__libc_dlopen_mode");
}

/* The message of its dlerror(), where it has one. */
static int refuse_to_load(const struct attachment *this, struct error *err)
{
	char words[256] = "";
	struct error unused;
	uint64_t message = 0;

	if (call(this, "dlerror", NULL, 0, &message, &unused) == 0 && message)
		image_read_text(this->image, message, words, sizeof(words));
	return refuse(err, this->process, "cannot load the recorder's library%s%s",
		words[0] ? ": " : "", words);
}

int attachment_begin(struct attachment *this, struct error *err)
{
	uint64_t arguments[2] = {this->stack}, handle, result;
	uint64_t dlopen = find_dlopen(this, &arguments[1]);
	size_t length = strlen(this->shim) + 1;

	if (!dlopen || length > TEXT_BYTES)
		return refuse(err, this->process, "has no dlopen(), or no room for its argument");
	if (!image_write(this->image, this->stack, this->shim, length))
		return refuse(err, this->process, "cannot be written to");
	if (injection_call(this->injection, dlopen, arguments, 2, &handle, err) < 0)
		return -1;
	if (!handle)
		return refuse_to_load(this, err);
	uint64_t attach = image_find_in_handle(this->image, handle, WIRE_ATTACH);
	if (!attach)
		return refuse(err, this->process,
			"has another version of the recorder's library; restart it");
	arguments[0] = (uint64_t)this->theirs;
	if (injection_call(this->injection, attach, arguments, 1, &result, err) < 0)
		return -1;
	if ((uint32_t)result == WIRE_IS_RECORDED)
		return refuse(err, this->process, "is being recorded already");
	if ((uint32_t)result != WIRE_ATTACHED)
		return refuse(err, this->process, "has no memory left to share");
	return 0;
}

void attachment_free(struct attachment *this)
{
	struct error unused;
	uint64_t result;

	if (!this)
		return;
	if (this->theirs >= 0)
		call(this, "close", (const uint64_t[]){(uint64_t)this->theirs}, 1, &result,
			&unused);
	if (this->stack) {
		injection_use_stack(this->injection, 0);
		call(this, "munmap", (const uint64_t[]){this->stack, STACK_BYTES}, 2, &result,
			&unused);
	}
	injection_free(this->injection);
	image_free(this->image);
	if (this->area >= 0)
		close(this->area);
	free(this);
}

/* ---- what is known of a process -------------------------------------------------------------- */

char *attachment_command(pid_t process)
{
	struct text text = {0};
	char name[64], word[4096];
	size_t n;

	snprintf(name, sizeof(name), "/proc/%d/cmdline", (int)process);
	FILE *file = fopen(name, "re");
	while (file && (n = fread(word, 1, sizeof(word), file)) > 0)
		text_add_bytes(&text, word, n);
	if (file)
		fclose(file);
	while (text.length > 0 && text.bytes[text.length - 1] == '\0')
		text.length--;
	for (size_t i = 0; i < text.length; i++)
		if (text.bytes[i] == '\0' || text.bytes[i] == '\n')
			text.bytes[i] = ' ';
	text_add(&text, "%s", "");
	return text_detach(&text);
}

char *attachment_file(pid_t process)
{
	static const char removed[] = " (deleted)"; /* what the system adds */
	char name[64], path[PATH_MAX];

	snprintf(name, sizeof(name), "/proc/%d/exe", (int)process);
	ssize_t length = readlink(name, path, sizeof(path) - 1);
	if (length < 0)
		return NULL;
	path[length] = '\0';
	ssize_t rest = length - (ssize_t)strlen(removed);
	if (rest > 0 && strcmp(path + rest, removed) == 0 && access(path, F_OK) < 0)
		path[rest] = '\0';
	return xstrdup(path);
}

uint64_t attachment_program(pid_t process)
{
	char name[64], line[1024];
	uint64_t start = 0;

	snprintf(name, sizeof(name), "/proc/%d/stat", (int)process);
	FILE *file = fopen(name, "re");
	if (!file)
		return 0;
	const char *words = fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
	fclose(file);
	/* the 26th: where the code begins; 24 after the name, of which the first is the state */
	for (int i = 3; words && i <= 26; i++)
		words = strchr(words + 1, ' ');
	if (words)
		sscanf(words, " %" SCNu64, &start);
	return start;
}
