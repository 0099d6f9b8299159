/*
 * Whether this process is recorded, and where to.
 *
 *	area   $ARENASCOPE_RECORD names memory that `arenascope record` has made: the first process
 *	       that comes is the one that is recorded, also when it becomes another program by exec
 *	file   of its own: of a child of that process, when children are followed; or of a process
 *	       that was started with the library preloaded and nothing else (arenascope.PID.trace)
 *	attach of a process that has been running: `arenascope record -p` lets it load the library,
 *	       which then does nothing until arenascope_attach() brings it the area
 *	none   every other process is left alone
 *
 * Whichever it is, the process sees nothing of us in its environment (environment.c).
 */
#include "recorder/shim.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BARE       "bare:"
#define BARE_FILES "arenascope.%p.trace"
#define NUMBERS    100u /* files of one name */

static struct recording nothing;

HIDDEN struct next_allocator next;
HIDDEN struct recording *recording = &nothing;
HIDDEN uint32_t recording_number;

static struct {
	_Atomic int started;      /* 0 no, 1 being done, 2 yes */
	uint32_t process;         /* that started */
	char path[4096];          /* of the file of its own; "" */
	char children[1024];      /* file name of children's files; "": not followed */
	struct wire_head *family; /* hears of children that cannot be recorded, or NULL */
	uint64_t session;
	uint32_t wants, depth;
	bool is_preloaded; /* otherwise the running process has loaded us */
} shim;

static _Atomic uint32_t looker; /* the thread that finds out `next`, while it does; or 0 */

static uint32_t this_thread(void)
{
	return (uint32_t)syscall(SYS_gettid);
}

static bool is_looking_up(void)
{
	uint32_t thread = atomic_load(&looker);

	return thread != 0 && thread == this_thread();
}

static void look_up(void)
{
	atomic_store(&looker, this_thread());
	shim.is_preloaded = environment_has_us() ||
			    (uintptr_t)dlsym(RTLD_DEFAULT, "malloc") == (uintptr_t)hooked_malloc;
	void *where = shim.is_preloaded ? RTLD_NEXT : RTLD_DEFAULT;
#define HOOK(name, result, parameters) next.name = (name##_type *)(uintptr_t)dlsym(where, #name);
#include "recorder/hooks.def"
#undef HOOK
	environment_look_up();
	confinement_look_up();
	nesting_look_up();
	operators_look_up();
	exits_look_up(where);
	atomic_store(&looker, 0);
}

static uint32_t this_process(void)
{
	return (uint32_t)syscall(SYS_getpid);
}

/* ---- names of files ------------------------------------------------------------------------- */

static void append_number(char *text, size_t size, uint64_t n)
{
	char digits[24];
	size_t at = sizeof(digits), length = strlen(text);

	do
		digits[--at] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	if (length + sizeof(digits) - at < size) {
		memcpy(text + length, digits + at, sizeof(digits) - at);
		text[length + sizeof(digits) - at] = '\0';
	}
}

static void append_text(char *text, size_t size, const char *more, size_t n)
{
	size_t length = strlen(text);

	if (n >= size - length)
		n = size - length - 1;
	memcpy(text + length, more, n);
	text[length + n] = '\0';
}

/*
 * The pattern with %p replaced, made absolute: the program may go elsewhere. From the second on
 * they are numbered.
 */
static void name_file(char *path, size_t size, const char *pattern, uint32_t number)
{
	path[0] = '\0';
	if (pattern[0] != '/' && getcwd(path, size) != NULL)
		append_text(path, size, "/", 1);
	for (const char *at = pattern; *at; at++) {
		if (at[0] == '%' && at[1] == 'p') {
			append_number(path, size, this_process());
			if (number > 1) {
				append_text(path, size, ".", 1);
				append_number(path, size, number);
			}
			at++;
		} else {
			append_text(path, size, at, 1);
		}
	}
}

static void read_command_line(char *text, size_t size)
{
	long fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	long n = fd < 0 ? 0 : syscall(SYS_read, fd, text, size - 1);

	if (fd >= 0)
		syscall(SYS_close, fd);
	if (n < 0)
		n = 0;
	text[n] = '\0';
	for (long i = 0; i + 1 < n; i++)
		if (text[i] == '\0' || text[i] == '\n')
			text[i] = ' ';
}

/* ---- a file of its own ----------------------------------------------------------------------- */

HIDDEN int recording_file(void)
{
	return (int)syscall(SYS_openat, AT_FDCWD, shim.path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
}

HIDDEN bool recording_may_reach(uint64_t length)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY ||
	       length <= limit.rlim_cur;
}

HIDDEN void *map_shared(int fd, uint64_t size)
{
	void *bytes = (void *)syscall(SYS_mmap, NULL, size, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_NORESERVE, fd, 0); /* NOLINT */

	return bytes == MAP_FAILED ? NULL : bytes;
}

/* The file that this process has written as another program: it goes on there. */
static struct wire_head *continue_file(const char *pattern)
{
	for (uint32_t number = 1; number < NUMBERS; number++) {
		struct stat status;
		struct wire_head *head = NULL;
		name_file(shim.path, sizeof(shim.path), pattern, number);
		int fd = recording_file();
		if (fd < 0 && errno == ENOENT)
			return NULL;
		if (fd < 0)
			continue;
		if (fstat(fd, &status) == 0 && status.st_size >= (off_t)WIRE_HEAD)
			head = map_shared(fd, WIRE_HEAD);
		syscall(SYS_close, fd);
		if (head && memcmp(head->magic, WIRE_MAGIC, 8) == 0 &&
			head->owner == this_process() && !head->is_finished &&
			head->session == shim.session)
			return head;
		if (head)
			syscall(SYS_munmap, head, WIRE_HEAD);
	}
	return NULL;
}

static struct wire_head *create_file(const char *pattern)
{
	struct wire_head *head = NULL;
	int fd = -1;

	if (!recording_may_reach(WIRE_HEAD))
		return NULL;
	for (uint32_t number = 1; fd < 0 && number < NUMBERS;
		number++) { /* another process had our number */
		name_file(shim.path, sizeof(shim.path), pattern, number);
		fd = (int)syscall(SYS_openat, AT_FDCWD, shim.path,
			O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0 && errno != EEXIST)
			return NULL;
	}
	if (fd < 0)
		return NULL;
	if (syscall(SYS_fallocate, fd, 0, 0, (off_t)WIRE_HEAD) == 0)
		head = map_shared(fd, WIRE_HEAD);
	syscall(SYS_close, fd);
	if (!head) {
		syscall(SYS_unlink, shim.path);
		return NULL;
	}
	memcpy(head->magic, WIRE_MAGIC, 8);
	head->version = WIRE_VERSION;
	head->owner = this_process();
	head->session = shim.session;
	head->end = WIRE_HEAD;
	head->start_time = confinement_clock();
#if defined(__x86_64__)
	head->start_stamp = stamp_now(own_lane());
#endif
	head->wants = shim.wants & ~(uint32_t)WIRE_WANT_LIVE;
	head->depth = shim.depth;
	memcpy(head->children, shim.children, sizeof(head->children));
	head->mode = head->wants & WIRE_WANT_SITES ? WIRE_RICH : WIRE_PLAIN;
	return head;
}

/* ---- the area of the collector --------------------------------------------------------------- */

/*
 * The process is the one to record: the first that comes, whatever program it is by now.
 * *ret_again: it has become another one.
 */
static bool is_owner(struct wire_head *head, bool *ret_again)
{
	uint32_t owner = 0, self = this_process();

	*ret_again = !__atomic_compare_exchange_n(&head->owner, &owner, self, false,
		__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
	return !*ret_again || owner == self;
}

/* ---- what an engine of the C library's allocator must know ----------------------------------- */

/* The variables that it reads, in the order in which the environment has them. */
static void note_tunables(struct wire_head *head)
{
	static const char tunables[] = "GLIBC_TUNABLES=", others[] = "MALLOC_";
	char *text = head->tunables;

	text[0] = '\0';
	for (char **entry = environ; *entry; entry++) {
		size_t length = strlen(text);
		if (strncmp(*entry, tunables, sizeof(tunables) - 1) != 0 &&
			strncmp(*entry, others, sizeof(others) - 1) != 0)
			continue;
		if (length + 1 + strlen(*entry) >= sizeof(head->tunables))
			return;
		if (length > 0)
			append_text(text, sizeof(head->tunables), " ", 1);
		append_text(text, sizeof(head->tunables), *entry, strlen(*entry));
	}
}

/*
 * is_new: the program has not allocated yet.  again: it is not the first one of the process, whose
 * break stays in the head.  Returns where its heap begins.
 */
static uintptr_t note_libc(struct wire_head *head, bool is_new, bool again)
{
	const char *version = gnu_get_libc_version();
	uintptr_t first = is_new ? (uintptr_t)next.sbrk(0) & ~(uintptr_t)4095 : 0;

	note_tunables(head);
	memset(head->allocator, 0, sizeof(head->allocator));
	append_text(head->allocator, sizeof(head->allocator), nesting_allocator(),
		strlen(nesting_allocator()));
	strncpy(head->libc_version, version, sizeof(head->libc_version) - 1);
	if (!again)
		__atomic_store_n(&head->first_break, first, __ATOMIC_RELEASE);
	return first;
}

/* ---- starting -------------------------------------------------------------------------------- */

/* What the process has become; and the Python that it was, if it was one, after a NUL. */
static void put_exec(const struct wire_head *head)
{
	char text[WIRE_PAYLOAD_MAX] = "";

	append_text(text, sizeof(text) - sizeof(head->python_version), head->program,
		strlen(head->program));
	size_t length = strlen(text);
	if (head->python_version[0]) {
		memcpy(text + length + 1, head->python_version, strlen(head->python_version));
		length += 1 + strlen(head->python_version);
	}
	lane_put_slowly(WIRE_WHAT(WIRE_EXEC, 0), stamp_now(own_lane()), 0, length, 0, text);
}

static struct wire_ring *rings_of(struct wire_head *area)
{
	return (struct wire_ring *)(void *)((char *)area + WIRE_RINGS_AT);
}

static void begin(struct wire_head *head, struct wire_ring *rings, bool again, const char *fork)
{
	recording->rings = rings;
	recording->head = head;
	if (rings)
		area_begin();
	recording_number++;
	lane_prepare();
	confinement_begin();
	lanes_of_an_earlier_program_end();
	head->leaving[0] = '\0';
	if (!fork)
		read_command_line(head->program, sizeof(head->program));
	uintptr_t first = note_libc(head, !fork && !head->is_attached, again);
	census_begin(first);
	if (again)
		put_exec(head);
	if (again)
		lane_put_slowly(WIRE_WHAT(WIRE_LIBC, 0), stamp_now(own_lane()), 0, WIRE_PROGRAM,
			first, NULL);
	if (fork)
		python_inherit(head);
	if (fork)
		lane_put_slowly(WIRE_WHAT(WIRE_FORK, 0), stamp_now(own_lane()), 0, strlen(fork), 0,
			fork);
}

/* In a child, before it goes on: nothing of its parent's recording is its own. */
static void begin_child(void)
{
	recording->head = NULL;
	recording->rings = NULL;
}

/*
 * A page that is zero in every forked child. A system before Linux 4.14 has none: there a handler,
 * for which the C library may allocate on the program's heap, must do.
 */
static bool make_wiped_page(void)
{
	void *page = (void *)syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* NOLINT */

	if (page == MAP_FAILED)
		return false;
	if (syscall(SYS_madvise, page, 4096, MADV_WIPEONFORK) < 0)
		pthread_atfork(NULL, NULL, begin_child);
	recording = page;
	return true;
}

/* The first call of a child that is followed. */
static void follow_child(void)
{
	char from[64] = TRACE_MARK_FORKED;
	int error = errno;

	own_lane()->inside = HERE(INSIDE_US);
	own_lane()->writing = false; /* the fork may have come from a signal handler within it */
	append_number(from, sizeof(from), shim.process);
	shim.process = this_process();
	struct wire_head *head = create_file(shim.children);
	if (head) {
		read_command_line(head->program, sizeof(head->program));
		begin(head, NULL, false, from);
	} else {
		shim.children[0] = '\0';
		recording_misses_child();
	}
	own_lane()->inside = 0;
	errno = error;
}

/* Where the area is; and what it says, for a child that finds it gone with its recorder. */
static void pass_on_area(const char *path)
{
	const uint64_t numbers[] = {shim.session, shim.wants, shim.depth};
	char value[sizeof(shim.children) + 160] = "";

	append_text(value, sizeof(value), path, strlen(path));
	for (size_t i = 0; shim.children[0] && i < sizeof(numbers) / sizeof(*numbers); i++) {
		append_text(value, sizeof(value), "|", 1);
		append_number(value, sizeof(value), numbers[i]);
	}
	if (shim.children[0]) {
		append_text(value, sizeof(value), "|", 1);
		append_text(value, sizeof(value), shim.children, strlen(shim.children));
	}
	environment_pass_on(value);
}

/* words: from the first "|" on of what pass_on_area() wrote. */
static bool take_area_words(const char *words)
{
	char *end = (char *)(uintptr_t)words;

	shim.session = strtoul(end + (*end == '|'), &end, 10);
	shim.wants = (uint32_t)strtoul(end + (*end == '|'), &end, 10);
	shim.depth = (uint32_t)strtoul(end + (*end == '|'), &end, 10);
	if (*end == '|')
		append_text(shim.children, sizeof(shim.children), end + 1, strlen(end + 1));
	return shim.children[0] != '\0';
}

static void start_in_area(const char *where)
{
	char path[64] = "";
	bool again = false;

	append_text(path, sizeof(path), where, strcspn(where, "|"));
	int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
	struct wire_head *head = fd < 0 ? NULL : area_map(fd);
	if (head && head->children[0])
		shim.family = map_shared(fd, WIRE_HEAD);
	if (fd >= 0)
		syscall(SYS_close, fd);
	if (head) {
		memcpy(shim.children, head->children, sizeof(shim.children));
		shim.session = head->session;
		shim.wants = head->wants;
		shim.depth = head->depth;
	} else if (!take_area_words(where + strcspn(where, "|"))) {
		return;
	}
	pass_on_area(path);
	if (head && is_owner(head, &again)) {
		begin(head, rings_of(head), again, NULL);
		return;
	}
	if (head)
		area_unmap(head);
	if (!shim.children[0]) {
		environment_pass_on("");
		return;
	}
	head = continue_file(shim.children);
	again = head != NULL;
	if (!head)
		head = create_file(shim.children);
	if (head)
		begin(head, NULL, again, NULL);
	else
		recording_misses_child();
}

static void start_bare(const char *was)
{
	char owner[64] = BARE;
	struct wire_head *head;

	if (was) {
		char *colon;
		bool is_self = strtoul(was + sizeof(BARE) - 1, &colon, 10) == this_process() &&
			       *colon == ':';
		shim.session = is_self ? strtoul(colon + 1, NULL, 10) : 0;
		if (!is_self || !(head = continue_file(BARE_FILES)))
			return;
		environment_pass_on(was);
		begin(head, NULL, true, NULL);
		return;
	}
	shim.session = confinement_clock();
	append_number(owner, sizeof(owner), this_process());
	append_text(owner, sizeof(owner), ":", 1);
	append_number(owner, sizeof(owner), shim.session);
	environment_pass_on(owner);
	head = create_file(BARE_FILES);
	if (head)
		begin(head, NULL, false, NULL);
}

static void start(void)
{
	int expected = 0;
	extern char **environ;

	if (!environ || !atomic_compare_exchange_strong(&shim.started, &expected, 1))
		return;
	int error = errno;
	own_lane()->inside = HERE(INSIDE_US);
	look_up();
	shim.process = this_process();
	const char *where = getenv(WIRE_VARIABLE); /* its text stays where it is */
	environment_clean();
	if (make_wiped_page() && shim.is_preloaded) {
		if (where && strncmp(where, BARE, sizeof(BARE) - 1) != 0)
			start_in_area(where);
		else
			start_bare(where);
	}
	own_lane()->inside = 0;
	errno = error;
	atomic_store(&shim.started, 2);
}

__attribute__((constructor)) static void start_at_load(void)
{
	start();
	if (recording->head)
		python_begin(recording->head);
}

HIDDEN bool start_is_done(void)
{
	if (RARELY(atomic_load_explicit(&shim.started, memory_order_acquire) != 2)) {
		if (is_looking_up())
			return false;
		start();
		while (!next.pvalloc && atomic_load(&shim.started) == 1 && !own_lane()->inside)
			sched_yield();
		if (!next.malloc &&
			!is_looking_up()) { /* so early that there is no environment yet */
			look_up();
		}
		return next.malloc != NULL;
	}
	if (RARELY(shim.children[0] && !recording->head && !own_lane()->inside &&
		    !confinement.has_no_calls && this_process() != shim.process))
		follow_child();
	return true;
}

HIDDEN bool recording_is_owner(void)
{
	return this_process() == shim.process;
}

HIDDEN void recording_leaves(const char *program)
{
	struct wire_head *head = recording->head;

	if (!head || !recording_is_owner())
		return;
	head->leaving[0] = '\0';
	if (program)
		append_text(head->leaving, sizeof(head->leaving), program, strlen(program));
}

HIDDEN bool recording_is_followed(void)
{
	return shim.children[0] != '\0';
}

HIDDEN bool recording_has_place_for_child(void)
{
	const char *file = strrchr(shim.children, '/');
	char folder[sizeof(shim.children)] = "";

	if (file)
		append_text(folder, sizeof(folder), shim.children,
			(size_t)(file - shim.children) + 1);
	return faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0;
}

HIDDEN void recording_misses_child(void)
{
	if (shim.family)
		__atomic_store_n(&shim.family->has_missed_children, 1, __ATOMIC_RELAXED);
}

HIDDEN void recording_leave(void)
{
	static _Atomic uint32_t left; /* the recording that was, last */

	if (atomic_exchange(&left, recording_number) == recording_number)
		return;
	linkage_end();
	INSIDE_OF(own_lane(), INSIDE_US, python_end());
}

static enum wire_attached attach(int fd)
{
	struct wire_head *before = recording->head, *head;

	if (before && !before->is_leaving && !collector_is_gone(before))
		return WIRE_IS_RECORDED;
	head = area_map(fd);
	if (!head)
		return WIRE_CANNOT_ATTACH;
	if (before)
		recording_leave();
	shim.process = this_process();
	shim.session = head->session;
	shim.wants = head->wants;
	shim.depth = head->depth;
	head->owner = shim.process;
	begin(head, rings_of(head), false, NULL);
	python_begin(head);
	linkage_begin(head->wants & WIRE_WANT_MMAP);
	exits_attach();
	return WIRE_ATTACHED;
}

/* As the collector calls it in the process; gives an enum wire_attached. */
EXPORTED int arenascope_attach(int fd);
EXPORTED int arenascope_attach(int fd)
{
	int error = errno;

	start();
	struct lane *lane = own_lane();
	uintptr_t around = lane->inside;
	lane->inside = HERE(INSIDE_US);
	int result = attach(fd);
	lane->inside = around;
	errno = error;
	return result;
}

/* The memory stays: other threads may be writing. */
HIDDEN void recording_stop(void)
{
	recording->head->is_leaving = recording->head->is_attached;
	__atomic_store_n(&recording->head->mode, WIRE_STOPPED, __ATOMIC_RELAXED);
}
