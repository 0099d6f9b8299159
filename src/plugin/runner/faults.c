/* See faults.h. */
#include "plugin/runner/faults.h"

#include "plugin/memlib.h"
#include "plugin/operand.h"
#include "plugin/runner/accesses.h"
#include "plugin/runner/answers.h"
#include "plugin/runner/block_chain.h"
#include "plugin/runner/clock.h"
#include "plugin/runner/code.h"
#include "plugin/runner/pages.h"
#include "plugin/runner/payloads.h"
#include "plugin/runner/registers.h"
#include "plugin/runner/state.h"
#include "plugin/runner/watch.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define STACK_NEAR 65536u /* bytes from the stack pointer: the stack has run out */

static enum touch touch_of(const void *context, uint64_t address)
{
#ifdef HAS_REGISTERS
	if (address - register_of(context, REGISTER_STACK) + STACK_NEAR < 2 * STACK_NEAR)
		return TOUCH_STACK;
	if (!is_canonical(address)) /* the processor does not say which */
		return TOUCH_UNKNOWN;
	return register_of(context, REG_ERR) & 2 ? TOUCH_WRITE : TOUCH_READ;
#else
	return TOUCH_UNKNOWN;
#endif
}

/*
 * What abort() does to be heard: it unblocks its signal, and sends it. true: the call was answered.
 */
static bool forgive_call(const siginfo_t *info, void *context)
{
#ifdef __x86_64__
	greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
	bool is_sent = (info->si_syscall == SYS_tgkill && registers[REG_RDI] == getpid()) ||
		       (info->si_syscall == SYS_kill && registers[REG_RDI] == getpid());
	if (info->si_syscall == SYS_rt_sigprocmask) {
		registers[REG_RAX] = 0;
		return true;
	}
	if (is_sent)
		end_with(&(struct reply){.kind = REPLY_CRASHED,
			.detail = (uint64_t)
				registers[info->si_syscall == SYS_kill ? REG_RSI : REG_RDX],
			.place = place_of(context)});
#endif
	return false;
}

/* A system call that is not for allocators. */
static void on_call(int signal, siginfo_t *info, void *context)
{
	if (!forgive_call(info, context))
		end_with(&(struct reply){.kind = REPLY_FORBIDDEN,
			.detail = (uint64_t)info->si_syscall,
			.place = place_of(context)});
}

/* What was touched. Of an address that no memory can have the processor does not tell. */
static uint64_t touched(const siginfo_t *info, const void *context)
{
	uint64_t address;

	if (info->si_code == SI_KERNEL && find_operand(context, operand_address, &address) &&
		!is_canonical(address))
		return address;
	return (uintptr_t)info->si_addr;
}

/* The allocator has the page, and has made a system call that leaves nothing there to write. */
static bool is_gone(const siginfo_t *info, uint64_t address, uint64_t touch)
{
	return (info->si_code == SEGV_MAPERR || touch == TOUCH_WRITE) &&
	       mem_is_mapped(at(address), 1);
}

/* The first write to a closed page opens it; everything else is the plug-in's end. */
static void on_fault(int signal, siginfo_t *info, void *context)
{
	uint64_t address = touched(info, context);

#ifdef HAS_REGISTERS
	if (signal == SIGTRAP && self.watch.is_stepping) {
		look_at_watched(context);
		return;
	}
	if (signal == SIGTRAP && self.accesses.is_stepping) {
		end_access(context);
		return;
	}
	if (signal == SIGSEGV && info->si_code == SEGV_ACCERR &&
		follow_access(address, touch_of(context, address) == TOUCH_WRITE, context))
		return;
	if (signal == SIGSEGV && info->si_code == SEGV_ACCERR && is_in_watched_page(address)) {
		let_write(context);
		return;
	}
#endif
	if (signal == SIGSEGV && info->si_code == SEGV_ACCERR && mem_is_mapped(at(address), 1) &&
		!self.is_open[page_of(address)]) {
		mprotect(at(address / PAGE * PAGE), PAGE, PROT_READ | PROT_WRITE);
		open_page(page_of(address));
		return;
	}
	bool has_address = signal == SIGSEGV || signal == SIGBUS;
	follow_crash(has_address ? address : 0, context);
	look_at_crash();
	end_watch_at_crash();
	struct reply reply = {.kind = REPLY_CRASHED,
		.detail = (uint64_t)signal,
		.address = has_address ? address : 0,
		.size = has_address ? touch_of(context, address) : TOUCH_UNKNOWN,
		.place = place_of(context)};
	if (has_address && info->si_code == SI_KERNEL && address == 0)
		reply.size = TOUCH_NOWHERE;
	if (has_address && is_gone(info, address, reply.size))
		reply.size = TOUCH_GONE;
	if (!is_canonical(address))
		find_word(address, &reply);
	end_with(&reply);
}

static void end_at_exit(uint64_t status)
{
	if (run_clock.is_inside)
		end_with(&(struct reply){.kind = REPLY_EXITED,
			.detail = status,
			.place = place_on_stack()});
}

#ifdef __GLIBC__
static void on_exit_call(int status, void *unused)
{
	end_at_exit((uint64_t)status);
}

static void watch_exit(void)
{
	on_exit(on_exit_call, NULL);
}
#else
static void on_exit_call(void)
{
	end_at_exit(EXIT_STATUS_UNKNOWN);
}

static void watch_exit(void)
{
	atexit(on_exit_call);
}
#endif

void watch(void)
{
	static const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP, SIGXCPU};
	static char stack[64u << 10]; /* a handler has room when the plug-in's stack has none */
	const stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	struct sigaction tick = {.sa_sigaction = on_tick,
		.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};

	struct sigaction call = {.sa_sigaction = on_call, .sa_flags = SA_SIGINFO | SA_ONSTACK};

	sigaltstack(&alternate, NULL);
	sigaction(SIGSYS, &call, NULL);
	for (size_t i = 0; i < sizeof(fatal) / sizeof(*fatal); i++)
		sigaction(fatal[i], &action, NULL);
	sigaction(SIGPROF, &tick, NULL);
	signal(SIGCHLD, SIG_IGN); /* copies are not waited for */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	watch_exit();
}
