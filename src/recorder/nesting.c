/*
 * Whether a hook is called by the program, or from within a call that another hook has passed on.
 *
 *	own call   of the real allocator, of Python's, or of ours: none of the program's
 *	handler    a signal handler of the program that interrupted the allocator: recorded, as any
 *	           other call is
 *	jump       longjmp() out of the allocator, by which a test harness catches abort(): the call
 *	           never returns, and the thread is recorded on
 *
 * glibc's malloc calls no function that is hooked. Of another allocator and of Python, calls from
 * their own module and from the C library's are their own.
 */
#include "recorder/shim.h"

#include <gnu/libc-version.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define RANGES     8u
#define PAGE       4096u /* at least */
#define CALL_WORDS 20u   /* below a hook's frame: where it keeps its return address into us */

extern void *__tls_get_addr(void *) __attribute__((weak)); /* NOLINT: the loader's */

static struct range {
	uintptr_t start, end;
	bool is_python;
} ranges[RANGES];
static size_t nranges;
static struct range us;
static const char *allocator = ""; /* nesting_allocator() */

struct wanted {
	uintptr_t address;
	struct range found;
	const char *path; /* of its module, the loader's */
};

static int find_module(struct dl_phdr_info *info, size_t size, void *context)
{
	struct wanted *wanted = context;

	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		uintptr_t start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
		uintptr_t end = start + info->dlpi_phdr[i].p_memsz;
		if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_flags & PF_X &&
			wanted->address >= start && wanted->address < end) {
			wanted->found = (struct range){start, end, false};
			wanted->path = info->dlpi_name;
			return 1;
		}
	}
	return 0;
}

static struct wanted module_of(uintptr_t address)
{
	struct wanted wanted = {.address = address, .path = ""};

	dl_iterate_phdr(find_module, &wanted);
	return wanted;
}

/* The code of the module that the address is in; empty: it is in none. */
static struct range range_of(uintptr_t address)
{
	return module_of(address).found;
}

static void add_module(uintptr_t address, bool is_python)
{
	if (nranges < RANGES) {
		ranges[nranges] = range_of(address);
		ranges[nranges++].is_python = is_python;
	}
}

HIDDEN void nesting_look_up(void)
{
	const uintptr_t libraries[] = {(uintptr_t)next.malloc, (uintptr_t)&pthread_setspecific,
		(uintptr_t)&syscall, (uintptr_t)__tls_get_addr};

	const struct wanted next_malloc = module_of((uintptr_t)next.malloc);

	us = range_of((uintptr_t)&nesting_look_up);
	/* other allocators have functions of all names of glibc's own, __libc_malloc() included */
	if (next_malloc.found.start == range_of((uintptr_t)&gnu_get_libc_version).start)
		return;
	const char *slash = strrchr(next_malloc.path, '/');
	allocator = slash ? slash + 1 : next_malloc.path;
	for (size_t i = 0; i < sizeof(libraries) / sizeof(*libraries); i++)
		add_module(libraries[i], false);
}

HIDDEN const char *nesting_allocator(void)
{
	return allocator;
}

HIDDEN void nesting_add_python(const void *function)
{
	add_module((uintptr_t)function, true);
}

/* On an alternative stack, which may be above the interrupted one. */
HIDDEN bool nesting_is_in_handler(void)
{
	stack_t stack;

	return !confinement.has_no_calls && syscall(SYS_sigaltstack, NULL, &stack) == 0 &&
	       stack.ss_flags & SS_ONSTACK;
}

static bool is_of_us(uintptr_t address)
{
	return address >= us.start && address < us.end;
}

/* A stack may be gone, so it is the system that reads. */
static bool read_stack(uintptr_t *ret_words, uintptr_t low, size_t bytes)
{
	struct iovec to = {ret_words, bytes}, from = {(void *)low, bytes}; /* NOLINT */

	return !confinement.has_no_calls && syscall(SYS_process_vm_readv, syscall(SYS_getpid), &to,
						    1, &from, 1, 0) == (long)bytes;
}

/*
 * Below the frame is still the address in our code to which the real allocator returns. `top`:
 * where the frames of this call begin, whose page is there.
 */
static bool is_intact(uintptr_t frame, uintptr_t top)
{
	uintptr_t words[CALL_WORDS], low = frame - sizeof(words);

	if (low < top)
		low = top;
	if (top < frame && top / PAGE == (frame - 1) / PAGE)
		memcpy(words, (const void *)low, frame - low); /* NOLINT */
	else if (!read_stack(words, low, frame - low))
		return false;
	for (size_t i = 0; i < (frame - low) / sizeof(*words); i++)
		if (is_of_us(words[i]))
			return true;
	return false;
}

/* A signal handler whose last call this is returns there: it is in the C library, too. */
static bool is_end_of_handler(uintptr_t caller)
{
#if defined(__x86_64__)
	static const uint8_t code[] = {0x48, 0xC7, 0xC0, SYS_rt_sigreturn, 0, 0, 0, 0x0F, 0x05};

	return memcmp((const void *)caller, code, sizeof(code)) == 0; /* NOLINT */
#else
	return false;
#endif
}

static bool is_of_module(uintptr_t caller, bool of_python)
{
	for (size_t i = 0; i < nranges; i++)
		if (caller >= ranges[i].start && caller < ranges[i].end &&
			(of_python || !ranges[i].is_python))
			return true;
	return false;
}

HIDDEN bool nesting_is_allocator(const void *caller)
{
	return nranges > 0 && (uintptr_t)caller >= ranges[0].start &&
	       (uintptr_t)caller < ranges[0].end && !ranges[0].is_python;
}

HIDDEN bool nesting_is_python(const void *caller)
{
	for (size_t i = 0; i < nranges; i++)
		if (ranges[i].is_python && (uintptr_t)caller >= ranges[i].start &&
			(uintptr_t)caller < ranges[i].end)
			return true;
	return false;
}

HIDDEN bool nesting_is_own(struct lane *lane, const void *frame, const void *caller)
{
	uintptr_t here = (uintptr_t)frame, around = lane->inside & ~(uintptr_t)INSIDE_MASK;
	enum inside_of who = lane->inside & INSIDE_MASK;

	if (here >= around ? !nesting_is_in_handler() : !is_intact(around, here)) {
		lane->inside = 0;
		lane->asked = 0;
		if (recording->head)
			__atomic_fetch_add(&recording->head->jumps, 1, __ATOMIC_RELAXED);
		return false;
	}
	/* to us returns what an allocator calls at its very end */
	return who == INSIDE_US || is_of_us((uintptr_t)caller) ||
	       (is_of_module((uintptr_t)caller, who == INSIDE_PYTHON) &&
		       !is_end_of_handler((uintptr_t)caller));
}
