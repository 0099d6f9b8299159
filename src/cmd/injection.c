/*
 * See injection.h.
 *
 *	at rest  the thread waits in a call of the system in which neither an allocator nor the
 *	         loader ever waits; or it runs code that is of neither. No handler of a signal is
 *	         on its stack, which may have interrupted them
 *	call     the registers are those of a call whose return address is 0. When it returns, the
 *	         system reports a fault there, which the thread never sees
 *	signals  all that can wait do so until the thread goes on. SIGSTOP cannot: it stops the
 *	         others at once, and this thread when it is let go
 *
 * Only this one thread is stopped: others may hold the locks that a call needs, and give them
 * back.
 */
#include "cmd/injection.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "cmd/image.h"
#include "trace/wire.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>

#if defined(__x86_64__)

#define SECOND     UINT64_C(1000000000)
#define REST_TIME  (5 * SECOND)  /* for which a thread at rest is looked for */
#define STOP_TIME  (SECOND / 10) /* in which a thread stops */
#define CALL_TIME  (30 * SECOND)
#define PAUSE      200000 /* nanoseconds between two looks */
#define RED_ZONE   128    /* below the stack pointer, and in use */
#define STATE_SIZE 16384  /* of the registers for vectors */
#define STACK_SCAN (64u << 10)
#define PAGE       4096u

/* Values with which the kernel leaves a call that waited; it begins again by itself. */
#define ERESTART_FIRST 512
#define ERESTART_LAST  516

struct injection {
	pid_t process, thread;
	const struct image *image;
	struct user_regs_struct registers; /* as the thread was stopped */
	uint8_t state[STATE_SIZE];
	size_t state_size;
	uint64_t mask;
	uint64_t stack; /* upper end; 0: the thread's own */
	bool has_ended;
};

/* ---- waiting --------------------------------------------------------------------------------- */

static void rest(void)
{
	const struct timespec pause = {0, PAUSE};

	nanosleep(&pause, NULL);
}

/* group: the whole process was stopped, as by SIGSTOP */
enum stop { STOP_NONE, STOP_EVENT, STOP_GROUP, STOP_SIGNAL, STOP_END };

/* What the thread has stopped for until then; the number of a signal. */
static enum stop wait_for_stop(pid_t thread, uint64_t until, int *ret_signal)
{
	int status;
	pid_t found;

	while ((found = waitpid(thread, &status, __WALL | WNOHANG)) != thread) {
		if (found < 0 && errno != EINTR)
			return STOP_END;
		if (wire_clock() > until)
			return STOP_NONE;
		rest();
	}
	if (!WIFSTOPPED(status))
		return STOP_END;
	*ret_signal = WSTOPSIG(status);
	if (status >> 16 != PTRACE_EVENT_STOP)
		return STOP_SIGNAL;
	return WSTOPSIG(status) == SIGTRAP ? STOP_EVENT : STOP_GROUP;
}

/* Stops it at its next instruction. Signals that come meanwhile are passed on. */
static enum stop stop(pid_t thread)
{
	uint64_t until = wire_clock() + STOP_TIME;
	int number;

	if (ptrace(PTRACE_INTERRUPT, thread, NULL, NULL) < 0)
		return STOP_END;
	for (;;) {
		enum stop why = wait_for_stop(thread, until, &number);
		if (why != STOP_SIGNAL)
			return why;
		ptrace(PTRACE_CONT, thread, NULL, (void *)(intptr_t)number);
	}
}

/* ---- at rest --------------------------------------------------------------------------------- */

static bool was_interrupted(const struct user_regs_struct *registers)
{
	int64_t result = (int64_t)registers->rax;

	return result == -EINTR || (result <= -ERESTART_FIRST && result >= -ERESTART_LAST);
}

/* The system goes on with a wait that has a limit, once it was interrupted, as restart_syscall. */
static bool is_waiting(const struct user_regs_struct *registers)
{
	static const long calls[] = {SYS_read, SYS_write, SYS_poll, SYS_ppoll, SYS_select,
		SYS_pselect6, SYS_epoll_wait, SYS_epoll_pwait, SYS_pause, SYS_nanosleep,
		SYS_clock_nanosleep, SYS_accept, SYS_accept4, SYS_connect, SYS_sendto, SYS_sendmsg,
		SYS_recvfrom, SYS_recvmsg, SYS_recvmmsg, SYS_wait4, SYS_waitid, SYS_flock,
		SYS_rt_sigtimedwait, SYS_rt_sigsuspend, SYS_semtimedop, SYS_restart_syscall};
	long number = (long)registers->orig_rax;

	if (number < 0 || !was_interrupted(registers))
		return false;
	/* A condition or a semaphore; locks as allocators have them wait in another way. */
	if (number == SYS_futex)
		return (registers->rsi & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET;
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (calls[i] == number)
			return true;
	return false;
}

/* An object that may be in the middle of something which a call from here would meet. */
static bool is_delicate(const struct image *image, const struct object *object)
{
	return object == image_libc(image) || image_is_loader(object) ||
	       image_find(image, object, "malloc") != 0;
}

/* The code to which a handler returns: rt_sigreturn. */
static bool is_end_of_handler(const struct image *image, const struct object *libc,
	uint64_t address)
{
	static const uint8_t code[] = {0x48, 0xC7, 0xC0, SYS_rt_sigreturn, 0, 0, 0, 0x0F, 0x05};
	uint8_t found[sizeof(code)];

	return address >= libc->start && address < libc->end &&
	       image_read(image, address, found, sizeof(found)) &&
	       memcmp(found, code, sizeof(code)) == 0;
}

/* Looks at what is on the stack, page by page, as far as it is there. */
static bool is_in_handler(const struct image *image, uint64_t at)
{
	const struct object *libc = image_libc(image);
	uint64_t words[PAGE / sizeof(uint64_t)], end = at + STACK_SCAN;
	size_t size;

	if (!libc)
		return false;
	for (at &= ~(uint64_t)7; at < end; at += size) {
		size = PAGE - at % PAGE;
		if (!image_read(image, at, words, size))
			return false;
		for (size_t i = 0; i < size / sizeof(*words); i++)
			if (is_end_of_handler(image, libc, words[i]))
				return true;
	}
	return false;
}

static bool is_at_rest(const struct injection *this)
{
	const struct user_regs_struct *registers = &this->registers;
	const struct object *object = image_object_at(this->image, registers->rip);

	if ((long)registers->orig_rax >= 0) {
		if (!is_waiting(registers) || (object && image_is_loader(object)))
			return false;
	} else if (object && is_delicate(this->image, object)) { /* none: made by the program */
		return false;
	}
	return !is_in_handler(this->image, registers->rsp);
}

/* ---- taking a thread ------------------------------------------------------------------------- */

static bool read_state(struct injection *this)
{
	struct iovec state = {this->state, sizeof(this->state)};

	if (ptrace(PTRACE_GETREGS, this->thread, NULL, &this->registers) < 0 ||
		ptrace(PTRACE_GETREGSET, this->thread, (void *)NT_X86_XSTATE, &state) < 0 ||
		ptrace(PTRACE_GETSIGMASK, this->thread, sizeof(this->mask), &this->mask) < 0)
		return false;
	this->state_size = state.iov_len;
	return true;
}

/*
 * Lets it go. A call of the system that gave up because the thread was stopped, and does not begin
 * again by itself, is begun again.
 */
static void let_go(const struct injection *this)
{
	struct user_regs_struct registers = this->registers;
	struct iovec state = {(void *)(uintptr_t)this->state, this->state_size};

	if ((long)registers.orig_rax >= 0 && (int64_t)registers.rax == -EINTR) {
		registers.rax = registers.orig_rax;
		registers.rip -= 2; /* of the instruction */
		registers.orig_rax = (unsigned long)-1;
	}
	ptrace(PTRACE_SETREGS, this->thread, NULL, &registers);
	ptrace(PTRACE_SETREGSET, this->thread, (void *)NT_X86_XSTATE, &state);
	ptrace(PTRACE_SETSIGMASK, this->thread, sizeof(this->mask), &this->mask);
	ptrace(PTRACE_DETACH, this->thread, NULL, NULL);
}

static int refused(pid_t process, struct error *err)
{
	FILE *file = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");
	int scope = 0;

	if (file && fscanf(file, "%d", &scope) != 1)
		scope = 0;
	if (file)
		fclose(file);
	if (scope == 3)
		return error_set(err,
			"record: process %d: this system lets no process attach to another "
			"(kernel.yama.ptrace_scope is 3); record the program from its start",
			(int)process);
	if (scope > 0)
		return error_set(err,
			"record: process %d: this system lets only root attach to it "
			"(kernel.yama.ptrace_scope is %d); run arenascope as root",
			(int)process, scope);
	return error_set(err,
		"record: process %d: the system does not allow to attach to it; run arenascope as root",
		(int)process);
}

/* 1: the thread is stopped and at rest. 0: it is not, and goes on. -1 and err: not allowed. */
static int try_thread(struct injection *this, pid_t thread, struct error *err)
{
	if (ptrace(PTRACE_SEIZE, thread, NULL, NULL) < 0)
		return errno == EPERM ? refused(this->process, err) : 0;
	this->thread = thread;
	enum stop why = stop(thread);
	if (why == STOP_NONE) /* the system is busy for it; it is let go when this process ends */
		return error_set(err, "record: process %d: a thread of it does not stop",
			(int)this->process);
	if (why == STOP_GROUP) {
		ptrace(PTRACE_DETACH, thread, NULL, NULL);
		return error_set(err,
			"record: process %d is stopped; continue it first (kill -CONT %d)",
			(int)this->process, (int)this->process);
	}
	if (why != STOP_EVENT)
		return 0;
	if (read_state(this)) {
		if (is_at_rest(this))
			return 1;
		let_go(this);
		return 0;
	}
	ptrace(PTRACE_DETACH, thread, NULL, NULL);
	return 0;
}

/* Tries each thread once. */
static int try_threads(struct injection *this, struct error *err)
{
	char name[64];
	const struct dirent *entry;
	int result = 0;

	snprintf(name, sizeof(name), "/proc/%d/task", (int)this->process);
	DIR *threads = opendir(name);
	if (!threads)
		return error_set(err, "record: process %d: it has ended", (int)this->process);
	while (result == 0 && (entry = readdir(threads)))
		if (entry->d_name[0] != '.')
			result = try_thread(this, (pid_t)strtol(entry->d_name, NULL, 10), err);
	closedir(threads);
	return result;
}

int injection_new(struct injection **ret_injection, pid_t process, const struct image *image,
	struct error *err)
{
	struct injection *this = xcalloc(1, sizeof(*this));
	uint64_t until = wire_clock() + REST_TIME;
	int result;

	this->process = process;
	this->image = image;
	while ((result = try_threads(this, err)) == 0 && wire_clock() < until)
		rest();
	if (result == 1) {
		*ret_injection = this;
		return 0;
	}
	free(this);
	return result < 0 ? -1
			  : error_set(err,
				    "record: process %d: for 5 seconds none of its threads was "
				    "where it could be interrupted; try again",
				    (int)process);
}

void injection_free(struct injection *this)
{
	if (!this)
		return;
	if (!this->has_ended)
		let_go(this);
	free(this);
}

void injection_use_stack(struct injection *this, uint64_t top)
{
	this->stack = top;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static bool set_call(const struct injection *this, uint64_t function, const uint64_t *arguments,
	unsigned count)
{
	struct user_regs_struct registers = this->registers;
	/* C libraries give registers different types of 64 bits. */
	static const size_t places[] = {
		offsetof(struct user_regs_struct, rdi),
		offsetof(struct user_regs_struct, rsi),
		offsetof(struct user_regs_struct, rdx),
		offsetof(struct user_regs_struct, rcx),
		offsetof(struct user_regs_struct, r8),
		offsetof(struct user_regs_struct, r9),
	};
	/* Signals of what the thread itself does wrong come at once; they are reported here. */
	uint64_t mask =
		UINT64_MAX & ~(UINT64_C(1) << (SIGSEGV - 1) | UINT64_C(1) << (SIGBUS - 1) |
				     UINT64_C(1) << (SIGILL - 1) | UINT64_C(1) << (SIGFPE - 1) |
				     UINT64_C(1) << (SIGTRAP - 1));
	uint64_t top = this->stack ? this->stack : registers.rsp - RED_ZONE, back = 0;

	for (unsigned i = 0; i < count; i++)
		memcpy((char *)&registers + places[i], &arguments[i], sizeof(arguments[i]));
	registers.rip = function;
	registers.rsp = (top & ~(uint64_t)15) - 16 - sizeof(back);
	registers.rax = 0;
	registers.orig_rax = (unsigned long)-1; /* it is in no call of the system */
	registers.eflags &= ~UINT64_C(0x400);   /* strings go up */
	return image_write(this->image, registers.rsp, &back, sizeof(back)) &&
	       ptrace(PTRACE_SETSIGMASK, this->thread, sizeof(mask), &mask) == 0 &&
	       ptrace(PTRACE_SETREGS, this->thread, NULL, &registers) == 0;
}

static int wait_for_return(struct injection *this, uint64_t *ret_result, struct error *err)
{
	uint64_t until = wire_clock() + CALL_TIME;
	struct user_regs_struct registers;
	int number = 0, passed_on = 0;

	for (;;) {
		ptrace(PTRACE_CONT, this->thread, NULL, (void *)(intptr_t)passed_on);
		enum stop why = wait_for_stop(this->thread, until, &number);
		if (why == STOP_END) {
			this->has_ended = true;
			return error_set(err, "record: process %d: it has ended",
				(int)this->process);
		}
		if (why == STOP_NONE) {
			stop(this->thread);
			return error_set(err,
				"record: process %d: it did not load the recorder's library in "
				"30 seconds",
				(int)this->process);
		}
		passed_on = why == STOP_SIGNAL && number == SIGSTOP ? number : 0;
		if (passed_on || why == STOP_EVENT || why == STOP_GROUP)
			continue;
		ptrace(PTRACE_GETREGS, this->thread, NULL, &registers);
		if (number == SIGSEGV && registers.rip == 0) {
			*ret_result = registers.rax;
			return 0;
		}
		return error_set(err, "record: process %d: a call in it failed with signal %d",
			(int)this->process, number);
	}
}

int injection_call(struct injection *this, uint64_t function, const uint64_t *arguments,
	unsigned count, uint64_t *ret_result, struct error *err)
{
	if (!set_call(this, function, arguments, count))
		return error_set(err,
			"record: process %d: it cannot be made to call a function: %s",
			(int)this->process, strerror(errno));
	return wait_for_return(this, ret_result, err);
}

#else /* registers and calls of other processors are not known here */

int injection_new(struct injection **ret_injection, pid_t process, const struct image *image,
	struct error *err)
{
	return error_set(err, "record: -p works on x86-64 only");
}

void injection_free(struct injection *this)
{
}

int injection_call(struct injection *this, uint64_t function, const uint64_t *arguments,
	unsigned count, uint64_t *ret_result, struct error *err)
{
	return -1;
}

void injection_use_stack(struct injection *this, uint64_t top)
{
}

#endif
