/*
 * See operand.h.
 *
 *	prefixes  size, segment, repetition; REX, or VEX, which has its bits
 *	opcode    one byte, or more after 0F
 *	ModRM     which registers the address has; SIB, if it says so; then a displacement
 */
#include "plugin/operand.h"

#include <string.h>

enum { RSP = 4, RBP = 5, RSI = 6, RDI = 7 };

struct reading {
	const unsigned char *at, *end;
	const uint64_t *registers;
	unsigned base_bit, index_bit; /* 8: the register is one of r8 to r15 */
	unsigned opcode;              /* with 0x0F00 of those after 0F */
	bool has_failed, has_index;
	uint64_t indexed; /* what is added for it */
};

static unsigned take(struct reading *reading)
{
	reading->has_failed |= reading->at == reading->end;
	return reading->has_failed ? 0 : *reading->at++;
}

static uint64_t take_displacement(struct reading *reading, unsigned bytes)
{
	int32_t n = 0;

	if (bytes == 1)
		return (uint64_t)(int64_t)(int8_t)take(reading);
	for (unsigned shift = 0; shift < bytes * 8; shift += 8)
		n |= (int32_t)((uint32_t)take(reading) << shift);
	return (uint64_t)(int64_t)n;
}

static void take_vex(struct reading *reading, bool is_long)
{
	unsigned bits = take(reading);

	if (is_long) {
		reading->index_bit = bits & 0x40 ? 0 : 8;
		reading->base_bit = bits & 0x20 ? 0 : 8;
		take(reading);
	}
	reading->opcode = 0x0F00 | take(reading);
}

static void take_opcode(struct reading *reading)
{
	static const unsigned char prefixes[] = {0x66, 0x67, 0xF2, 0xF3, 0x2E, 0x36, 0x3E, 0x26,
		0x64, 0x65, 0xF0};
	unsigned byte = take(reading);

	while (memchr(prefixes, (int)byte, sizeof(prefixes)) && !reading->has_failed)
		byte = take(reading);
	if (byte == 0xC4 || byte == 0xC5) {
		take_vex(reading, byte == 0xC4);
		return;
	}
	if (byte >> 4 == 4) {
		reading->index_bit = byte & 2 ? 8 : 0;
		reading->base_bit = byte & 1 ? 8 : 0;
		byte = take(reading);
	}
	reading->opcode = byte;
	if (byte != 0x0F)
		return;
	byte = take(reading);
	reading->opcode = 0x0F00 | (byte == 0x38 || byte == 0x3A ? take(reading) : byte);
}

/* Of those of one byte; nearly all that follow 0F have one. */
static bool has_modrm(unsigned opcode)
{
	if (opcode < 0x40)
		return (opcode & 7) < 4;
	return opcode >= 0x0F00 || opcode == 0x63 || opcode == 0x69 || opcode == 0x6B ||
	       (opcode >= 0x80 && opcode <= 0x8F) || opcode == 0xC0 || opcode == 0xC1 ||
	       opcode == 0xC6 || opcode == 0xC7 || (opcode >= 0xD0 && opcode <= 0xD3) ||
	       (opcode >= 0xD8 && opcode <= 0xDF) || opcode == 0xF6 || opcode == 0xF7 ||
	       opcode >= 0xFE;
}

/* movs, cmps, stos, lods, scas: from rsi, to rdi, or both. false: it is none of them. */
static bool take_string(const struct reading *reading, uint64_t *ret_address)
{
	uint64_t from = reading->registers[RSI], to = reading->registers[RDI];

	switch (reading->opcode) {
	case 0xA4: /* movs */
	case 0xA5:
	case 0xA6: /* cmps */
	case 0xA7:
		*ret_address = is_canonical(from) ? to : from;
		return true;
	case 0xAC: /* lods */
	case 0xAD:
		*ret_address = from;
		return true;
	case 0xAA: /* stos */
	case 0xAB:
	case 0xAE: /* scas */
	case 0xAF:
		*ret_address = to;
		return true;
	default:
		return false;
	}
}

/* The registers and the displacement, which the ModRM byte names. */
static uint64_t take_address(struct reading *reading, unsigned modrm)
{
	unsigned mod = modrm >> 6, low = modrm & 7, displacement = mod == 1 ? 1 : mod == 2 ? 4 : 0;
	uint64_t address = 0;

	if (low == RSP) {
		unsigned sib = take(reading), index = (sib >> 3 & 7) | reading->index_bit;
		reading->has_index = index != RSP;
		if (reading->has_index)
			address = reading->registers[index] << (sib >> 6);
		reading->indexed = address;
		low = sib & 7;
		if (low == RBP && mod == 0)
			return address + take_displacement(reading, 4);
	}
	address += reading->registers[low | reading->base_bit];
	return displacement ? address + take_displacement(reading, displacement) : address;
}

static bool take_operand(struct reading *reading, uint64_t *ret_address)
{
	uint64_t address;

	take_opcode(reading);
	if (!reading->has_failed && take_string(reading, ret_address))
		return true;
	if (!has_modrm(reading->opcode))
		return false;
	unsigned modrm = take(reading), mod = modrm >> 6;
	bool is_jump = reading->opcode == 0xFF && (modrm >> 3 & 7) >= 2 && (modrm >> 3 & 7) <= 5;
	if (mod == 3 && is_jump)
		address = reading->registers[(modrm & 7) | reading->base_bit];
	else if (mod == 3 || (mod == 0 && (modrm & 7) == RBP)) /* no memory; or none of registers */
		return false;
	else
		address = take_address(reading, modrm);
	if (reading->has_failed)
		return false;
	*ret_address = address;
	return true;
}

bool operand_address(const unsigned char *code, size_t length,
	const uint64_t registers[OPERAND_REGISTERS], uint64_t *ret_address)
{
	struct reading reading = {.at = code, .end = code + length, .registers = registers};

	return take_operand(&reading, ret_address);
}

bool operand_start(const unsigned char *code, size_t length,
	const uint64_t registers[OPERAND_REGISTERS], uint64_t *ret_start)
{
	struct reading reading = {.at = code, .end = code + length, .registers = registers};
	uint64_t address;

	if (!take_operand(&reading, &address) || !reading.has_index)
		return false;
	*ret_start = address - reading.indexed;
	return true;
}
