/*
 * The memory that an x86-64 instruction is about. Of an address that no memory can have, the
 * processor does not say which it was: it is reckoned from the instruction and the registers.
 * Knowledge: Intel's manual, volume 2, chapter 2.
 */
#ifndef PLUGIN_OPERAND_H
#define PLUGIN_OPERAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OPERAND_REGISTERS 16u
#define OPERAND_CODE_MAX  15u /* bytes of an instruction */

/* Whether an address is one that memory can have: the highest 17 bits are the same. */
static inline bool is_canonical(uint64_t address)
{
	return address >> 47 == 0 || address >> 47 == UINT64_MAX >> 47;
}

/*
 * code: the instruction, of which `length` bytes can be read; registers: rax, rcx, rdx, rbx, rsp,
 * rbp, rsi, rdi, r8 to r15. false: it is not known, or none that was computed with registers. Of
 * two operands (movs) it is the one that no memory can have.
 */
bool operand_address(const unsigned char *code, size_t length,
	const uint64_t registers[OPERAND_REGISTERS], uint64_t *ret_address);

/*
 * Of such an operand to which an index is added, where it is without that: in code that indexes an
 * array, its beginning. false: it has no index.
 */
bool operand_start(const unsigned char *code, size_t length,
	const uint64_t registers[OPERAND_REGISTERS], uint64_t *ret_start);

#endif
