/*
 * The C library's syscall(), with which a program calls what the library has no function for. One
 * of these is seccomp(), after which we may call the system no more.
 *
 * It is declared with any number of arguments (not here); this processor passes up to six of them
 * in the same way. Elsewhere only prctl() is seen.
 */
#include "recorder/shim.h"

#if HAS_SYSTEM_CALL

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#define FIRST_ERROR (-4095ul) /* of the results that are numbers of errors, negated */

static inline unsigned long ask(long number, long first, long second, long third, long fourth,
	long fifth, long sixth)
{
	register long r10 __asm__("r10") = fourth;
	register long r8 __asm__("r8") = fifth;
	register long r9 __asm__("r9") = sixth;
	unsigned long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(first), "S"(second), "d"(third), "r"(r10), "r"(r8),
			 "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

long syscall(long number, long first, long second, long third, long fourth, long fifth, long sixth);

EXPORTED long syscall(long number, long first, long second, long third, long fourth, long fifth,
	long sixth)
{
	bool is_strict = number == SYS_seccomp && first == SECCOMP_SET_MODE_STRICT;
	bool is_filter = number == SYS_seccomp && first == SECCOMP_SET_MODE_FILTER;

	if (RARELY(is_strict))
		confinement_leave_counter();
	unsigned long result = ask(number, first, second, third, fourth, fifth, sixth);
	if (result >= FIRST_ERROR) {
		errno = (int)-result;
		return -1;
	}
	if (RARELY(is_strict || is_filter))
		confinement.has_no_calls = true;
	return (long)result;
}

ALIAS(syscall, syscall)

#endif
