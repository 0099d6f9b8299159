/*
 * Where the program's own work ends: main() has returned, or exit() is called, or an interpreter
 * begins to shut down (python.c). What comes after is cleaning up: handlers of atexit(), and
 * destructors of global objects. The first of them in a recording is a mark.
 *
 *	main()  __libc_start_main() gets a function of ours in its place, which calls it
 *	exit()  is hooked. A process that was running when we came has called main() already: that
 *	        it returns is noticed by a handler of atexit(), the last one that is registered by
 *	        then and so the first of those that is called
 *
 * A process that ends in another way has no such moment: by _exit(), quick_exit(), abort(), exec or
 * a signal, or where the C library itself calls exit(), as in err(), or when the last thread ends
 * after main() has called pthread_exit().
 */
#include "recorder/shim.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

typedef int main_f(int argc, char **words, char **variables);
typedef void exit_f(int status);
typedef int start_f(main_f *main, int argc, char **words, void (*begin)(void), void (*end)(void),
	void (*end_loader)(void), void *stack);

static main_f *programs_main;
static start_f *next_start;
static exit_f *next_exit;

#define SPINS (UINT32_C(1) << 22) /* some tenths of a second */

static uint32_t marked;  /* the recording whose mark a thread puts, or has put */
static uint32_t written; /* the recording that has the mark */

HIDDEN void exits_look_up(void *where)
{
	next_exit = (exit_f *)(uintptr_t)dlsym(where, "exit");
	next_start = (start_f *)(uintptr_t)dlsym(where, "__libc_start_main");
}

HIDDEN bool exits_is_known(void)
{
	return __atomic_load_n(&marked, __ATOMIC_RELAXED) == recording_number;
}

/*
 * Another thread puts the mark: were this one to end the process before, there would be none. It
 * waits without a call of the system, and not for ever: the other may be the same thread, before a
 * signal.
 */
static void wait_for_mark(void)
{
	for (uint32_t i = 0; i < SPINS; i++) {
		if (__atomic_load_n(&written, __ATOMIC_ACQUIRE) == recording_number)
			return;
		pause_processor();
	}
}

/*
 * The system is not asked which process this is: the program may have forbidden itself all calls in
 * a way that is not seen. A child by vfork, on its parent's memory, must not call exit() anyway.
 */
HIDDEN void exits_put(const char *name)
{
	uint32_t before = __atomic_load_n(&marked, __ATOMIC_RELAXED);

	if (!recording->head)
		return;
	if (before != recording_number &&
		__atomic_compare_exchange_n(&marked, &before, recording_number, false,
			__ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
		marks_put(name);
		__atomic_store_n(&written, recording_number, __ATOMIC_RELEASE);
	} else {
		wait_for_mark();
	}
}

HIDDEN void exits_forget(void)
{
	__atomic_store_n(&written, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&marked, 0, __ATOMIC_RELEASE);
}

/* ---- main() ---------------------------------------------------------------------------------- */

/* Not on PowerPC, where __libc_start_main() has other parameters. */
#if !defined(__powerpc__)

static int run_main(int argc, char **words, char **variables)
{
	int result = programs_main(argc, words, variables);

	exits_put(TRACE_MARK_RETURN);
	return result;
}

EXPORTED start_f __libc_start_main; /* NOLINT: the C library's name */

EXPORTED int __libc_start_main(main_f *main, int argc, char **words, void (*begin)(void),
	void (*end)(void), void (*end_loader)(void), void *stack) /* NOLINT */
{
	if (!next_start)
		start_is_done();
	programs_main = main;
	return next_start(run_main, argc, words, begin, end, end_loader, stack);
}

#endif

/* ---- exit() ---------------------------------------------------------------------------------- */

EXPORTED void exit(int status)
{
	exits_put(TRACE_MARK_EXIT);
	if (!next_exit)
		start_is_done();
	next_exit(status);
	__builtin_unreachable();
}

ALIAS(exit, exit)

static void exit_is_called(void *unused)
{
	exits_put(TRACE_MARK_EXIT);
}

HIDDEN void exits_attach(void)
{
	extern int __cxa_atexit(void (*handler)(void *), void *value, void *library); /* NOLINT */
	static bool is_there;

	if (!is_there)
		is_there = __cxa_atexit(exit_is_called, NULL, NULL) == 0;
}
