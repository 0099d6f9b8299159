/* See symbols.h. Knowledge: the ELF specification, and the GNU hash table as glibc reads it. */
#include "recorder/symbols.h"

#include <elf.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096u

struct table {
	const ElfW(Sym) * symbols;
	const char *names;
	const uint32_t *gnu_hash; /* or NULL */
	const uint32_t *hash;     /* of the System V kind, or NULL */
};

/* glibc has made addresses of offsets, but not in the kernel's own module. */
static const void *at_pointer(const struct dl_phdr_info *module, uintptr_t value)
{
	return (const void *)(value < module->dlpi_addr ? value + module->dlpi_addr
							: value); /* NOLINT */
}

static bool find_table(const struct dl_phdr_info *module, struct table *ret_table)
{
	const ElfW(Dyn) *entry = NULL;

	for (unsigned i = 0; i < module->dlpi_phnum && !entry; i++)
		if (module->dlpi_phdr[i].p_type == PT_DYNAMIC)
			entry = (const void *)(module->dlpi_addr + /* NOLINT */
					       module->dlpi_phdr[i].p_vaddr);
	*ret_table = (struct table){0};
	for (; entry && entry->d_tag != DT_NULL; entry++) {
		const void *pointer = at_pointer(module, entry->d_un.d_ptr);
		if (entry->d_tag == DT_SYMTAB)
			ret_table->symbols = pointer;
		else if (entry->d_tag == DT_STRTAB)
			ret_table->names = pointer;
		else if (entry->d_tag == DT_GNU_HASH)
			ret_table->gnu_hash = pointer;
		else if (entry->d_tag == DT_HASH)
			ret_table->hash = pointer;
	}
	return ret_table->symbols && ret_table->names && (ret_table->gnu_hash || ret_table->hash);
}

static bool is_wanted(const struct table *table, uint32_t at, const char *name)
{
	const ElfW(Sym) *symbol = &table->symbols[at];

	return symbol->st_shndx != SHN_UNDEF && symbol->st_value != 0 &&
	       ELF32_ST_BIND(symbol->st_info) != STB_LOCAL &&
	       strcmp(table->names + symbol->st_name, name) == 0;
}

static const ElfW(Sym) * find_by_gnu_hash(const struct table *table, const char *name)
{
	const uint32_t *words = table->gnu_hash;
	uint32_t nbuckets = words[0], first = words[1], nfilters = words[2], hash = 5381;
	const uint32_t *buckets = words + 4 + nfilters * (sizeof(ElfW(Addr)) / sizeof(*words)),
		       *chain = buckets + nbuckets;

	for (const unsigned char *at = (const unsigned char *)name; *at; at++)
		hash = hash * 33 + *at;
	uint32_t at = nbuckets ? buckets[hash % nbuckets] : 0;
	if (at < first || at == 0)
		return NULL;
	for (;; at++) {
		uint32_t here = chain[at - first];
		if ((here | 1) == (hash | 1) && is_wanted(table, at, name))
			return &table->symbols[at];
		if (here & 1)
			return NULL;
	}
}

const ElfW(Sym) * symbols_find(const struct dl_phdr_info *module, const char *name)
{
	struct table table;

	if (!find_table(module, &table))
		return NULL;
	if (table.gnu_hash)
		return find_by_gnu_hash(&table, name);
	for (uint32_t at = 0; at < table.hash[1]; at++) /* all that there are */
		if (is_wanted(&table, at, name))
			return &table.symbols[at];
	return NULL;
}

static const ElfW(Phdr) * segment_of(const struct dl_phdr_info *module, uintptr_t address)
{
	for (unsigned i = 0; i < module->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &module->dlpi_phdr[i];
		if (segment->p_type == PT_LOAD &&
			address - module->dlpi_addr - segment->p_vaddr < segment->p_memsz)
			return segment;
	}
	return NULL;
}

bool symbols_module_has(const struct dl_phdr_info *module, uintptr_t address)
{
	return segment_of(module, address) != NULL;
}

void symbols_hide(const struct dl_phdr_info *module, const ElfW(Sym) * symbol)
{
	const ElfW(Phdr) *segment = segment_of(module, (uintptr_t)symbol);
	uintptr_t start = (uintptr_t)symbol / PAGE * PAGE;
	size_t size = ((uintptr_t)(symbol + 1) - start + PAGE - 1) / PAGE * PAGE;

	if (!segment || segment->p_flags & PF_X ||
		syscall(SYS_mprotect, start, size, PROT_READ | PROT_WRITE) < 0)
		return;
	((ElfW(Sym) *)(uintptr_t)symbol)->st_value = 0;
	if (!(segment->p_flags & PF_W))
		syscall(SYS_mprotect, start, size, PROT_READ);
}
