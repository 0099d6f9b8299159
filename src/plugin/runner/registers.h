/* The registers of the processor, as a signal found them. */
#ifndef PLUGIN_RUNNER_REGISTERS_H
#define PLUGIN_RUNNER_REGISTERS_H

#include <stdint.h>
#include <ucontext.h>

#ifdef __x86_64__
#define HAS_REGISTERS
enum { REGISTER_CODE = REG_RIP, REGISTER_STACK = REG_RSP };
#elif defined(__i386__)
#define HAS_REGISTERS
enum { REGISTER_CODE = REG_EIP, REGISTER_STACK = REG_ESP };
#endif

#ifdef HAS_REGISTERS
/* context: what the signal handler was given. */
static inline uint64_t register_of(const void *context, int number)
{
	const ucontext_t *registers = context;

	return (uintptr_t)registers->uc_mcontext.gregs[number];
}
#endif

#endif
