/*
 * What the program forbids itself, and with that us, who run in it.
 *
 *	counter  of the processor (PR_SET_TSC, and seccomp's strict mode): stamps are then counted,
 *	         by all threads together. The collector moves that count on, so that it stays near
 *	         the counter; in a file of our own it is no time
 *	calls    of the system (seccomp, by prctl() here or by syscall() in system_call.c): what
 *	         needs one is left out. A full ring is waited for without, and nothing that has to
 *	         be mapped is
 */
#include "recorder/shim.h"

#include <linux/seccomp.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Cycles that another thread's last look at the counter may be ahead. */
#define AHEAD 1000000u

HIDDEN struct confinement confinement;

HIDDEN void confinement_look_up(void)
{
	int tsc = 0;

	if (syscall(SYS_prctl, PR_GET_TSC, &tsc, 0, 0, 0) == 0)
		confinement.has_no_counter = tsc == PR_TSC_SIGSEGV;
}

HIDDEN void confinement_begin(void)
{
	if (confinement.has_no_counter)
		__atomic_fetch_or(&recording->head->is_threaded, WIRE_COUNTED, __ATOMIC_SEQ_CST);
}

HIDDEN uint64_t confinement_count(void)
{
	struct wire_head *head = recording->head;

	return head ? __atomic_fetch_add(&head->counter, 1, __ATOMIC_SEQ_CST) + 1 : 0;
}

HIDDEN uint64_t confinement_clock(void)
{
	struct timespec time = {0};

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

HIDDEN void confinement_leave_counter(void)
{
	if (confinement.has_no_counter)
		return;
	if (recording->head)
		__atomic_store_n(&recording->head->counter, stamp_now(own_lane()) + AHEAD,
			__ATOMIC_SEQ_CST);
	confinement.has_no_counter = true;
	if (recording->head)
		confinement_begin();
}

EXPORTED int prctl(int option, ...)
{
	va_list list;

	va_start(list, option);
	unsigned long first = va_arg(list, unsigned long), second = va_arg(list, unsigned long),
		      third = va_arg(list, unsigned long), fourth = va_arg(list, unsigned long);
	va_end(list);
	bool is_strict = option == PR_SET_SECCOMP && first == SECCOMP_MODE_STRICT;
	if (RARELY(is_strict || (option == PR_SET_TSC && first == PR_TSC_SIGSEGV)))
		confinement_leave_counter();
	long result = syscall(SYS_prctl, option, first, second, third, fourth);
	if (RARELY(option == PR_SET_SECCOMP && result == 0))
		confinement.has_no_calls = true;
	return (int)result;
}

ALIAS(prctl, prctl)
