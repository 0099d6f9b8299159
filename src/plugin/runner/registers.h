/* The registers of the processor, as a signal found them. */
#ifndef PLUGIN_RUNNER_REGISTERS_H
#define PLUGIN_RUNNER_REGISTERS_H

#include <stdbool.h>
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

#define TRAP_FLAG 0x100 /* of the processor: one instruction, then SIGTRAP */

static inline void set_trap(void *context, bool is_set)
{
	greg_t *flags = &((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL];

	*flags = is_set ? *flags | TRAP_FLAG : *flags & ~(greg_t)TRAP_FLAG;
}
#endif

#endif
