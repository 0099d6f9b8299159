/* Instructions, as an assembler writes them, and the memory that they are about. */
#include "plugin/operand.h"

#include "support.h"

/* Register N has N + 1 in its highest byte, so that it can be told from the others. */
#define R(n) ((uint64_t)((n) + 1) << 56)
enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13 };

static const struct instruction {
	const char *words;
	unsigned char code[OPERAND_CODE_MAX];
	uint64_t address; /* 0: none that is known */
} instructions[] = {
	{"mov 8(%rax),%rdx", {0x48, 0x8B, 0x50, 0x08}, R(RAX) + 8},
	{"mov %rdx,(%rbx)", {0x48, 0x89, 0x13}, R(RBX)},
	{"mov (%r8),%rax", {0x49, 0x8B, 0x00}, R(R8)},
	{"mov 0x10(%rbp,%r9,8),%eax", {0x42, 0x8B, 0x44, 0xCD, 0x10}, R(RBP) + (R(R9) << 3) + 16},
	{"cmpl $0,-4(%r13)", {0x41, 0x83, 0x7D, 0xFC, 0x00}, R(R13) - 4},
	{"movzbl (%rcx,%rdx,1),%eax", {0x0F, 0xB6, 0x04, 0x11}, R(RCX) + R(RDX)},
	{"movups (%rsi),%xmm0", {0x0F, 0x10, 0x06}, R(RSI)},
	{"vmovdqu 0x20(%r10),%ymm1", {0xC4, 0xC1, 0x7E, 0x6F, 0x4A, 0x20}, R(R10) + 32},
	{"vmovdqu 0x20(%rsi),%ymm1", {0xC5, 0xFE, 0x6F, 0x4E, 0x20}, R(RSI) + 32},
	{"rep movsb", {0xF3, 0xA4}, R(RSI)},
	{"rep stosb", {0xF3, 0xAA}, R(RDI)},
	{"call *%r11", {0x41, 0xFF, 0xD3}, R(R11)},
	{"call *0x18(%rdi)", {0xFF, 0x57, 0x18}, R(RDI) + 24},
	{"lock addq $1,0x12345678(%r12)",
		{0xF0, 0x49, 0x83, 0x84, 0x24, 0x78, 0x56, 0x34, 0x12, 0x01}, R(R12) + 0x12345678},
	{"mov %rax,0x0(,%rcx,4)", {0x48, 0x89, 0x04, 0x8D}, R(RCX) << 2},
	{"addw $3,(%rsp)", {0x66, 0x83, 0x04, 0x24, 0x03}, R(RSP)},
	{"mov %rax,%rbx", {0x48, 0x89, 0xC3}, 0},
	{"mov 0x100(%rip),%rax", {0x48, 0x8B, 0x05, 0x00, 0x01}, 0},
	{"push %rbp", {0x55}, 0},
	{"ret", {0xC3}, 0},
};

static uint64_t address_of(const unsigned char *code, size_t length)
{
	uint64_t registers[OPERAND_REGISTERS], address = 0;

	for (unsigned i = 0; i < OPERAND_REGISTERS; i++)
		registers[i] = R(i);
	return operand_address(code, length, registers, &address) ? address : 0;
}

static void the_address_is_reckoned_from_the_registers_that_it_names(void **state)
{
	for (size_t i = 0; i < sizeof(instructions) / sizeof(*instructions); i++) {
		const struct instruction *one = &instructions[i];
		uint64_t address = address_of(one->code, OPERAND_CODE_MAX);
		if (address != one->address)
			fail_msg("%s: %jx, expected %jx", one->words, (uintmax_t)address,
				(uintmax_t)one->address);
	}
}

static void of_two_operands_it_is_the_one_that_no_memory_can_have(void **state)
{
	const unsigned char move[] = {0xF3, 0xA4};
	uint64_t registers[OPERAND_REGISTERS] = {[RSI] = 0x1000, [RDI] = R(RDI)}, address;

	assert_true(operand_address(move, sizeof(move), registers, &address));
	assert_true(address == R(RDI));
}

static void without_its_index_it_is_where_an_array_begins(void **state)
{
	uint64_t registers[OPERAND_REGISTERS] = {[RBP] = 0x1000, [R9] = 3}, start = 0;

	assert_true(operand_start(instructions[3].code, OPERAND_CODE_MAX, registers, &start));
	assert_true(start == 0x1010);
	assert_false(operand_start(instructions[0].code, OPERAND_CODE_MAX, registers, &start));
}

static void an_instruction_that_is_cut_off_has_none(void **state)
{
	const unsigned char *add = instructions[13].code;

	for (size_t length = 0; length < 8; length++)
		assert_true(address_of(add, length) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_address_is_reckoned_from_the_registers_that_it_names),
		cmocka_unit_test(of_two_operands_it_is_the_one_that_no_memory_can_have),
		cmocka_unit_test(without_its_index_it_is_where_an_array_begins),
		cmocka_unit_test(an_instruction_that_is_cut_off_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
