/* See target_symbols.h. The file may be anything: nothing in it is believed before it is read. */
#include "cmd/target_symbols.h"

#include "base/xalloc.h"

#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TABLE_MAX (UINT64_C(256) << 20) /* bytes */

struct sign {
	const char *symbol;
	bool is_defined; /* in the program; otherwise also when a library has it */
	const char *words;
};

#define SANITIZER(name) \
	"is built with " name ", whose own allocator has to come first: record a build without it"

static const struct sign sanitizers[] = {
	{"__asan_init", false, SANITIZER("AddressSanitizer")},
	{"__hwasan_init", false, SANITIZER("HWAddressSanitizer")},
	{"__msan_init", false, SANITIZER("MemorySanitizer")},
	{"__tsan_init", false, SANITIZER("ThreadSanitizer")},
	{0},
};

static const struct sign allocators[] = {
	{"runtime.mallocgc", true, "the allocator of Go"},
	{"_rjem_malloc", true, "jemalloc"},
	{"je_malloc", true, "jemalloc"},
	{"mi_malloc", true, "mimalloc"},
	{"tc_malloc", true, "tcmalloc"},
	{"malloc", true, "an allocator of its own"},
	{0},
};

static bool read_at(int fd, void *to, size_t size, uint64_t at)
{
	return at <= INT64_MAX - size && pread(fd, to, size, (off_t)at) == (ssize_t)size;
}

/* The bytes of a section, to be freed. NULL: it is not there, or is larger than any such table. */
static char *read_section(int fd, const Elf64_Shdr *section)
{
	struct stat status;

	if (section->sh_size == 0 || section->sh_size > TABLE_MAX || fstat(fd, &status) < 0 ||
		section->sh_size > (uint64_t)status.st_size)
		return NULL;
	char *bytes = xmalloc((size_t)section->sh_size);
	if (read_at(fd, bytes, (size_t)section->sh_size, section->sh_offset))
		return bytes;
	free(bytes);
	return NULL;
}

/* The first sign that a table has, before `best`. */
static const struct sign *find_in_table(const Elf64_Sym *symbols, size_t count, const char *names,
	size_t size, const struct sign *signs, const struct sign *best)
{
	for (size_t i = 0; i < count; i++) {
		if (symbols[i].st_name == 0 || symbols[i].st_name >= size)
			continue;
		for (const struct sign *sign = signs; sign->symbol && sign != best; sign++)
			if (strcmp(sign->symbol, names + symbols[i].st_name) == 0 &&
				(!sign->is_defined || symbols[i].st_shndx != SHN_UNDEF))
				best = sign;
	}
	return best;
}

static const struct sign *find_in_section(int fd, const Elf64_Shdr *table, const Elf64_Shdr *texts,
	const struct sign *signs, const struct sign *best)
{
	char *symbols = read_section(fd, table), *names = read_section(fd, texts);

	if (symbols && names && names[texts->sh_size - 1] == '\0')
		best = find_in_table((const Elf64_Sym *)(const void *)symbols,
			(size_t)(table->sh_size / sizeof(Elf64_Sym)), names, (size_t)texts->sh_size,
			signs, best);
	free(symbols);
	free(names);
	return best;
}

static const char *words_of(const char *path, uint32_t type, const struct sign *signs)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const struct sign *found = NULL;
	Elf64_Ehdr elf;
	Elf64_Shdr table, texts;

	if (fd < 0)
		return NULL;
	bool is_elf = read_at(fd, &elf, sizeof(elf), 0) &&
		      memcmp(elf.e_ident, ELFMAG, SELFMAG) == 0 &&
		      elf.e_ident[EI_CLASS] == ELFCLASS64 && elf.e_shentsize == sizeof(table);
	for (unsigned i = 0; is_elf && i < elf.e_shnum; i++)
		if (read_at(fd, &table, sizeof(table), elf.e_shoff + i * sizeof(table)) &&
			table.sh_type == type && table.sh_link < elf.e_shnum &&
			read_at(fd, &texts, sizeof(texts),
				elf.e_shoff + table.sh_link * sizeof(texts)))
			found = find_in_section(fd, &table, &texts, signs, found);
	close(fd);
	return found ? found->words : NULL;
}

const char *target_symbols_sanitizer(const char *path)
{
	return words_of(path, SHT_DYNSYM, sanitizers);
}

const char *target_symbols_allocator(const char *path)
{
	const char *words = words_of(path, SHT_SYMTAB, allocators);

	return words ? words : words_of(path, SHT_DYNSYM, allocators);
}
