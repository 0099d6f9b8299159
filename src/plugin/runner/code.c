/* See code.h. */
#include "plugin/runner/code.h"

#if __has_include(<execinfo.h>)
#include <execinfo.h>
#define HAS_BACKTRACE /* of glibc, not of musl */
#endif

#include "plugin/runner/registers.h"
#include "plugin/runner/state.h"

#include <dlfcn.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#define FRAMES_MAX    64
#define VARIABLES_MAX (1u << 20) /* bytes of which the first values are kept */

/* Addresses in memory. */
static struct {
	uint64_t begin, end;
	uint64_t base; /* an address minus that in its file */
	uint64_t data, data_end;
	char *first; /* what was at `data`; NULL: it is not kept */
} code;

static bool is_code(uint64_t address)
{
	return address >= code.begin && address < code.end;
}

/*
 * One that calls itself counts once, and of many the outermost is kept. Where a signal came in the
 * plug-in's code, the first frame is the instruction, not what it returns to.
 */
struct code_place place_on_stack(void)
{
	struct code_place place = {0};
	void *frames[FRAMES_MAX];
	int count = 0;
	unsigned n = 0;

#ifdef HAS_BACKTRACE
	count = backtrace(frames, FRAMES_MAX);
#endif
	for (int i = 0; i < count; i++) {
		uint64_t address = (uintptr_t)frames[i] - code.base;
		if (!is_code((uintptr_t)frames[i]))
			continue;
		if (!place.at)
			place.at = address;
		else if (n == 0 || place.callers[n - 1] != address)
			place.callers[n < CALLERS_MAX ? n++ : CALLERS_MAX - 1] = address;
	}
	return place;
}

bool is_in_code(const void *context)
{
#ifdef HAS_REGISTERS
	return is_code(register_of(context, REGISTER_CODE));
#else
	return false;
#endif
}

bool find_operand(const void *context, read_operand *read, uint64_t *ret_address)
{
#ifdef __x86_64__
	static const int order[OPERAND_REGISTERS] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP,
		REG_RBP, REG_RSI, REG_RDI, REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13,
		REG_R14, REG_R15};
	uint64_t registers[OPERAND_REGISTERS], instruction = register_of(context, REG_RIP);
	uint64_t to_page_end = PAGE - instruction % PAGE;

	for (unsigned i = 0; i < OPERAND_REGISTERS; i++)
		registers[i] = register_of(context, order[i]);
	return is_canonical(instruction) &&
	       read(at(instruction),
		       to_page_end < OPERAND_CODE_MAX ? to_page_end : OPERAND_CODE_MAX, registers,
		       ret_address);
#else
	return false;
#endif
}

bool is_variable(uint64_t address)
{
	return address >= code.data && address < code.data_end;
}

uint64_t variable_at(uint64_t address)
{
	return is_variable(address) ? address - code.base : 0;
}

void protect_variables(int protection)
{
	if (code.data < code.data_end)
		mprotect((void *)(uintptr_t)code.data, code.data_end - code.data, /* NOLINT */
			protection);
}

/* As if it were returned to; 0: it is elsewhere. */
static uint64_t instruction_in_code(const void *context)
{
#ifdef HAS_REGISTERS
	uint64_t at = register_of(context, REGISTER_CODE);
	if (is_code(at))
		return at + 1 - code.base;
#endif
	return 0;
}

struct code_place place_of(const void *context)
{
	uint64_t instruction = instruction_in_code(context);
	struct code_place place = place_on_stack();

	if (instruction)
		place.at = instruction;
	return place;
}

uint64_t address_of_code(const void *context)
{
	uint64_t instruction = instruction_in_code(context);

	return instruction ? instruction : place_on_stack().at;
}

static uint64_t end_of_page(uint64_t address)
{
	return (address + PAGE - 1) / PAGE * PAGE;
}

void variables_of_code(uint64_t *ret_begin, uint64_t *ret_end)
{
	*ret_begin = code.first ? code.data - code.base : 0;
	*ret_end = code.first ? code.data_end - code.base : 0;
}

void reset_variables(uint64_t begin, uint64_t end)
{
	uint64_t data = code.data - code.base, data_end = code.data_end - code.base;

	begin = begin > data ? begin : data;
	end = end < data_end ? end : data_end;
	if (code.first && begin < end)
		memcpy(at(begin + code.base), code.first + (begin - data), end - begin);
}

static void keep_variables(void)
{
	uint64_t bytes = code.data_end - code.data;

	if (code.data >= code.data_end || bytes > VARIABLES_MAX)
		return;
	char *first = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (first == MAP_FAILED)
		return;
	memcpy(first, at(code.data), bytes);
	code.first = first;
}

static int find_segments(struct dl_phdr_info *info, size_t size, void *base)
{
	uint64_t locked = 0;

	if (info->dlpi_addr != *(const uint64_t *)base)
		return 0;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		uint64_t begin = info->dlpi_addr + segment->p_vaddr, end = begin + segment->p_memsz;
		if (segment->p_type == PT_GNU_RELRO)
			locked = end_of_page(end);
		if (segment->p_type != PT_LOAD)
			continue;
		if (segment->p_flags & PF_X)
			code.begin = begin, code.end = end;
		if (segment->p_flags & PF_W)
			code.data = begin / PAGE * PAGE, code.data_end = end_of_page(end);
	}
	code.data = locked > code.data ? locked : code.data;
	return 1;
}

void note_code(void *library)
{
	struct link_map *map;

	if (dlinfo(library, RTLD_DI_LINKMAP, &map) != 0)
		return;
	code.base = map->l_addr;
	place_on_stack(); /* what it loads is loaded before anything is wrong */
	dl_iterate_phdr(find_segments, &code.base);
	keep_variables();
}
