/*
 * See image.h. Functions are looked up in the table that the loader itself uses (DT_GNU_HASH):
 * buckets of symbols by the hash of their names, each a chain whose last entry has the lowest bit.
 */
#include "cmd/image.h"

#include "base/arrays.h"
#include "base/error.h"
#include "base/xalloc.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct image {
	int memory;
	ARRAY(struct object) objects;
};

/* Where an object has what a lookup needs. */
struct symbols {
	uint64_t bias, symbols, names, hash;
};

/* ---- memory ---------------------------------------------------------------------------------- */

bool image_read(const struct image *image, uint64_t at, void *ret_bytes, size_t size)
{
	return pread(image->memory, ret_bytes, size, (off_t)at) == (ssize_t)size;
}

bool image_write(const struct image *image, uint64_t at, const void *bytes, size_t size)
{
	return pwrite(image->memory, bytes, size, (off_t)at) == (ssize_t)size;
}

void image_read_text(const struct image *image, uint64_t at, char *ret_text, size_t size)
{
	size_t n = 0;

	while (n + 1 < size && image_read(image, at + n, ret_text + n, 1) && ret_text[n])
		n++;
	ret_text[n] = '\0';
}

/* ---- objects --------------------------------------------------------------------------------- */

/* The mappings of a file follow one another; its first page is mapped first. */
static void add_mapping(struct image *image, uint64_t start, uint64_t end, uint64_t offset,
	const char *path)
{
	size_t n = image->objects.count;
	struct object *last = n ? &image->objects.items[n - 1] : NULL;

	if (last && offset > 0 && strcmp(last->path, path) == 0)
		last->end = end;
	else
		*array_push(&image->objects) = (struct object){xstrdup(path), start, end};
}

int image_new(struct image **ret_image, pid_t process, struct error *err)
{
	char name[64], line[PATH_MAX + 128];

	snprintf(name, sizeof(name), "/proc/%d/maps", (int)process);
	FILE *maps = fopen(name, "re");
	snprintf(name, sizeof(name), "/proc/%d/mem", (int)process);
	int memory = open(name, O_RDWR | O_CLOEXEC);
	if (!maps || memory < 0) {
		error_set(err, "record: process %d: its memory cannot be read: %s", (int)process,
			strerror(errno));
		if (maps)
			fclose(maps);
		if (memory >= 0)
			close(memory);
		return -1;
	}
	struct image *image = xcalloc(1, sizeof(*image));
	image->memory = memory;
	while (fgets(line, sizeof(line), maps)) {
		uint64_t start, end, offset;
		int at = 0;
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %*s %*s %n", &start, &end,
			    &offset, &at) < 3 ||
			line[at] != '/')
			continue;
		line[at + (int)strcspn(line + at, "\n")] = '\0';
		add_mapping(image, start, end, offset, line + at);
	}
	fclose(maps);
	*ret_image = image;
	return 0;
}

void image_free(struct image *image)
{
	if (!image)
		return;
	for (size_t i = 0; i < image->objects.count; i++)
		free(image->objects.items[i].path);
	array_finish(&image->objects);
	close(image->memory);
	free(image);
}

size_t image_objects(const struct image *image, const struct object **ret_objects)
{
	*ret_objects = image->objects.items;
	return image->objects.count;
}

const struct object *image_object_at(const struct image *image, uint64_t address)
{
	for (size_t i = 0; i < image->objects.count; i++)
		if (address >= image->objects.items[i].start &&
			address < image->objects.items[i].end)
			return &image->objects.items[i];
	return NULL;
}

static bool has_name(const struct object *object, const char *prefix)
{
	const char *slash = strrchr(object->path, '/');

	return strncmp(slash + 1, prefix, strlen(prefix)) == 0;
}

const struct object *image_libc(const struct image *image)
{
	for (size_t i = 0; i < image->objects.count; i++)
		if (has_name(&image->objects.items[i], "libc.so.6") ||
			has_name(&image->objects.items[i], "libc-2."))
			return &image->objects.items[i];
	return NULL;
}

bool image_is_loader(const struct object *object)
{
	return has_name(object, "ld-");
}

/* ---- functions ------------------------------------------------------------------------------- */

static bool read_dynamic(const struct image *image, uint64_t at, struct symbols *ret_symbols)
{
	Elf64_Dyn entry;

	for (; image_read(image, at, &entry, sizeof(entry)) && entry.d_tag != DT_NULL;
		at += sizeof(entry))
		if (entry.d_tag == DT_SYMTAB)
			ret_symbols->symbols = entry.d_un.d_ptr;
		else if (entry.d_tag == DT_STRTAB)
			ret_symbols->names = entry.d_un.d_ptr;
		else if (entry.d_tag == DT_GNU_HASH)
			ret_symbols->hash = entry.d_un.d_ptr;
	return ret_symbols->symbols && ret_symbols->names && ret_symbols->hash;
}

/* By the headers that the object's first page has. */
static bool read_object(const struct image *image, const struct object *object,
	struct symbols *ret_symbols)
{
	Elf64_Ehdr head;
	Elf64_Phdr segment;
	uint64_t dynamic = 0;

	if (!image_read(image, object->start, &head, sizeof(head)) ||
		memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_ident[EI_CLASS] != ELFCLASS64)
		return false;
	for (unsigned i = 0; i < head.e_phnum; i++) {
		uint64_t at = object->start + head.e_phoff + i * sizeof(segment);
		if (!image_read(image, at, &segment, sizeof(segment)))
			return false;
		if (segment.p_type == PT_LOAD && segment.p_offset == 0)
			ret_symbols->bias = object->start - segment.p_vaddr;
		else if (segment.p_type == PT_DYNAMIC)
			dynamic = segment.p_vaddr;
	}
	return dynamic && read_dynamic(image, ret_symbols->bias + dynamic, ret_symbols);
}

static uint32_t hash_of(const char *name)
{
	uint32_t hash = 5381;

	for (; *name; name++)
		hash = hash * 33 + (uint8_t)*name;
	return hash;
}

static bool has_symbol(const struct image *image, const struct symbols *symbols, uint32_t index,
	const char *name, uint64_t *ret_address)
{
	Elf64_Sym symbol;
	char found[64];

	if (!image_read(image, symbols->symbols + index * sizeof(symbol), &symbol,
		    sizeof(symbol)) ||
		symbol.st_shndx == SHN_UNDEF)
		return false;
	image_read_text(image, symbols->names + symbol.st_name, found, sizeof(found));
	*ret_address = symbols->bias + symbol.st_value;
	return strcmp(found, name) == 0;
}

/* Grows with one chain of the table. */
static uint64_t find(const struct image *image, const struct symbols *symbols, const char *name)
{
	uint32_t head[4]; /* buckets, the first symbol, words of the filter, its shift */
	uint32_t hash = hash_of(name), index, entry;
	uint64_t address;

	if (!image_read(image, symbols->hash, head, sizeof(head)) || head[0] == 0)
		return 0;
	uint64_t buckets = symbols->hash + sizeof(head) + head[2] * sizeof(uint64_t);
	uint64_t chains = buckets + head[0] * sizeof(uint32_t);
	if (!image_read(image, buckets + hash % head[0] * sizeof(index), &index, sizeof(index)) ||
		index < head[1])
		return 0;
	do {
		if (!image_read(image, chains + (index - head[1]) * sizeof(entry), &entry,
			    sizeof(entry)))
			return 0;
		if ((entry | 1) == (hash | 1) && has_symbol(image, symbols, index, name, &address))
			return address;
		index++;
	} while (!(entry & 1));
	return 0;
}

uint64_t image_find(const struct image *image, const struct object *object, const char *name)
{
	struct symbols symbols = {0};

	return read_object(image, object, &symbols) ? find(image, &symbols, name) : 0;
}

uint64_t image_find_in_handle(const struct image *image, uint64_t handle, const char *name)
{
	uint64_t map[3]; /* struct link_map: l_addr, l_name, l_ld */
	struct symbols symbols = {0};

	if (!image_read(image, handle, map, sizeof(map)))
		return 0;
	symbols.bias = map[0];
	return read_dynamic(image, map[2], &symbols) ? find(image, &symbols, name) : 0;
}

/* The loader keeps a struct r_debug for debuggers; r_map is set when there is a first object. */
bool image_is_loaded(const struct image *image)
{
	for (size_t i = 0; i < image->objects.count; i++) {
		const struct object *object = &image->objects.items[i];
		struct r_debug state;
		uint64_t at = image_is_loader(object) ? image_find(image, object, "_r_debug") : 0;
		if (at && image_read(image, at, &state, sizeof(state)))
			return state.r_map && state.r_state == RT_CONSISTENT;
	}
	return true;
}
