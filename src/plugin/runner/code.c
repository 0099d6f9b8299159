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
#include <sys/mman.h>

#define FRAMES_MAX 64

/* Addresses in memory. */
static struct {
	uint64_t begin, end;
	uint64_t base; /* an address minus that in its file */
	uint64_t data, data_end;
} code;

static bool is_code(uint64_t address)
{
	return address >= code.begin && address < code.end;
}

uint64_t place_on_stack(void)
{
	void *frames[FRAMES_MAX];
	int count = 0;

#ifdef HAS_BACKTRACE
	count = backtrace(frames, FRAMES_MAX);
#endif

	for (int i = 0; i < count; i++)
		if (is_code((uintptr_t)frames[i]))
			return (uintptr_t)frames[i] - code.base;
	return 0;
}

bool is_in_code(const void *context)
{
#ifdef HAS_REGISTERS
	return is_code(register_of(context, REGISTER_CODE));
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

uint64_t place_of(const void *context)
{
#ifdef HAS_REGISTERS
	uint64_t at = register_of(context, REGISTER_CODE);
	if (is_code(at))
		return at + 1 - code.base; /* as if it were returned to */
#endif
	return place_on_stack();
}

static uint64_t end_of_page(uint64_t address)
{
	return (address + PAGE - 1) / PAGE * PAGE;
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
}
