/*
 * A program that knows its own call sites: prints a trace with one call site, of parse_row() called
 * by read_table() called by main(), and one that passes through its own allocator. It is built with
 * debug information and without optimisation, whatever the rest is built with.
 */
#include <elf.h>
#include <limits.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HERE ((uintptr_t)__builtin_return_address(0))

static __attribute__((noinline)) uintptr_t where(void)
{
	return HERE;
}

static __attribute__((noinline)) uintptr_t parse_row(void)
{
	uintptr_t here = where(); /* line of parse_row */

	return here;
}

static __attribute__((noinline)) void parse_table(uintptr_t stack[2])
{
	stack[0] = parse_row();
	stack[1] = where(); /* line of parse_table */
}

static __attribute__((noinline)) void xmalloc(uintptr_t stack[2])
{
	stack[0] = where();
	stack[1] = HERE;
}

static __attribute__((noinline)) void load(uintptr_t stack[2])
{
	xmalloc(stack); /* line of load */
}

/* A name as C++ would make it: csv::Table<char>::row(void (*)(int), char const*) const. */
static uintptr_t cxx(void) __asm__("_ZNK3csv5TableIcE3rowEPFviEPKc");

static __attribute__((noinline)) uintptr_t cxx(void)
{
	uintptr_t here = where(); /* line of cxx */

	return here;
}

static void print_build_id(const unsigned char *note, size_t length)
{
	while (length >= sizeof(ElfW(Nhdr))) {
		ElfW(Nhdr) head;
		memcpy(&head, note, sizeof(head));
		size_t name = (head.n_namesz + 3) / 4 * 4,
		       all = sizeof(head) + name + (head.n_descsz + 3) / 4 * 4;
		if (all > length)
			break;
		if (head.n_type == NT_GNU_BUILD_ID && memcmp(note + sizeof(head), "GNU", 4) == 0) {
			for (size_t i = 0; i < head.n_descsz; i++)
				printf("%02x", note[sizeof(head) + name + i]);
			return;
		}
		note += all;
		length -= all;
	}
	printf("-");
}

/* The first object is the program itself. */
static int print_module(struct dl_phdr_info *info, size_t size, void *unused)
{
	uintptr_t start = UINTPTR_MAX, end = 0;
	const ElfW(Phdr) *notes = NULL;
	char path[PATH_MAX] = "";

	if (readlink("/proc/self/exe", path, sizeof(path) - 1) < 0)
		return 1;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		if (part->p_type == PT_NOTE && (!notes || part->p_memsz < notes->p_memsz))
			notes = part;
		if (part->p_type != PT_LOAD)
			continue;
		if (info->dlpi_addr + part->p_vaddr < start)
			start = info->dlpi_addr + part->p_vaddr;
		if (info->dlpi_addr + part->p_vaddr + part->p_memsz > end)
			end = info->dlpi_addr + part->p_vaddr + part->p_memsz;
	}
	printf("module 0x%zx 0x%zx 0x%zx ", (size_t)info->dlpi_addr, (size_t)start, (size_t)end);
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		const unsigned char *at = (const unsigned char *)(info->dlpi_addr + part->p_vaddr);
		if (part->p_type == PT_NOTE && memmem(at, part->p_memsz, "\3\0\0\0GNU", 8)) {
			print_build_id(at, part->p_memsz);
			break;
		}
	}
	printf(" %s\n", path);
	return 1;
}

int main(void)
{
	uintptr_t one[2], two[2];

	parse_table(one);
	load(two);
	dl_iterate_phdr(print_module, NULL);
	printf("site 1 0x%zx 0x%zx\n", (size_t)one[0], (size_t)one[1]);
	printf("site 2 0x%zx 0x%zx\n", (size_t)two[0], (size_t)two[1]);
	printf("site 3 0x10 0x20\n");
	printf("site 4 0x%zx\n", (size_t)cxx());
	printf("a 0 100 site=1\na 1 30 site=2\na 2 7 site=3\nf 0\na 3 100 site=1\na 4 1 site=4\n");
	return 0;
}
