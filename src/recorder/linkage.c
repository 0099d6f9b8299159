/*
 * The hooks of a program that ran before we came. Nothing was linked with us, so each place in
 * which a loaded object keeps the address of a function that we hook gets ours instead, and its own
 * again when the recording has ended.
 *
 *	slot     such a place: of an entry of DT_JMPREL or DT_RELA whose symbol has the name of a
 *	         hook. A slot that is resolved has the function's address; one that is lazy has an
 *	         address in its own object, which goes to the loader
 *	relro    the loader has made slots read-only in objects that are resolved at once
 *	due      a library may have been loaded since: dlopen() says so, and the next call of the
 *	         thread looks for its slots. What the library's constructor allocates before that is
 *	         not seen
 *
 * dlopen() and dlsym() look at who calls them (RUNPATH, RTLD_NEXT): their hooks end in a jump, so
 * that this is the program and not us. The loader's own allocations, and calls through addresses
 * that the program keeps itself, are not seen.
 */
#include "recorder/shim.h"
#include "recorder/symbols.h"

#include <dlfcn.h>
#include <link.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define TYPE_SLOT    R_X86_64_JUMP_SLOT
#define TYPE_GLOBAL  R_X86_64_GLOB_DAT
#define TYPE_POINTER R_X86_64_64
#else
#define TYPE_SLOT    UINT64_MAX
#define TYPE_GLOBAL  UINT64_MAX
#define TYPE_POINTER UINT64_MAX
#endif

#define PAGE 4096u

typedef void *dlopen_f(const char *file, int mode);
typedef void *dlsym_f(void *handle, const char *name);

static void *linked_dlopen(const char *file, int mode);
static void *linked_dlsym(void *handle, const char *name);

/* A function and the one that stands in for it. */
struct hook {
	const char *name;
	uintptr_t theirs, ours;
};

#define HOOK(name, result, parameters) +1
enum {
	HOOKS = 0
#include "recorder/hooks.def"
		+ 9
};
#undef HOOK

static struct {
	struct hook hooks[HOOKS];
	uint32_t count;
	_Atomic bool is_on; /* slots are to have ours */
} linkage;

static dlopen_f *next_dlopen;
static dlsym_f *next_dlsym;

/* What of a loaded object has its slots. */
struct object {
	uintptr_t bias, start, end; /* end: of its last segment */
	uintptr_t relro, relro_end;
	const ElfW(Sym) * symbols;
	const char *names;
	const ElfW(Rela) * tables[2]; /* DT_RELA, DT_JMPREL */
	size_t sizes[2];              /* bytes */
};

/* ---- objects --------------------------------------------------------------------------------- */

static void read_segments(struct object *object, const struct dl_phdr_info *info,
	const ElfW(Dyn) * *ret_dynamic)
{
	object->bias = info->dlpi_addr;
	object->start = UINTPTR_MAX;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		uintptr_t at = info->dlpi_addr + segment->p_vaddr, end = at + segment->p_memsz;
		if (segment->p_type == PT_LOAD) {
			object->start = at < object->start ? at : object->start;
			object->end = end > object->end ? end : object->end;
		} else if (segment->p_type == PT_DYNAMIC) {
			*ret_dynamic = (const ElfW(Dyn) *)at; /* NOLINT */
		} else if (segment->p_type == PT_GNU_RELRO) {
			object->relro = at & ~(uintptr_t)(PAGE - 1);
			object->relro_end = end;
		}
	}
}

/* Addresses of the dynamic section: the loader has added the bias, except in the vdso. */
static bool read_dynamic(struct object *object, const ElfW(Dyn) * entry)
{
	uintptr_t values[4] = {0};

	for (; entry && entry->d_tag != DT_NULL; entry++) {
		if (entry->d_tag == DT_SYMTAB)
			values[0] = entry->d_un.d_ptr;
		else if (entry->d_tag == DT_STRTAB)
			values[1] = entry->d_un.d_ptr;
		else if (entry->d_tag == DT_RELA)
			values[2] = entry->d_un.d_ptr;
		else if (entry->d_tag == DT_JMPREL)
			values[3] = entry->d_un.d_ptr;
		else if (entry->d_tag == DT_RELASZ)
			object->sizes[0] = entry->d_un.d_val;
		else if (entry->d_tag == DT_PLTRELSZ)
			object->sizes[1] = entry->d_un.d_val;
		else if (entry->d_tag == DT_PLTREL && entry->d_un.d_val != DT_RELA)
			return false;
	}
	for (int i = 0; i < 4; i++)
		if (values[i] && (values[i] < object->start || values[i] >= object->end))
			return false;
	object->symbols = (const ElfW(Sym) *)values[0];    /* NOLINT */
	object->names = (const char *)values[1];           /* NOLINT */
	object->tables[0] = (const ElfW(Rela) *)values[2]; /* NOLINT */
	object->tables[1] = (const ElfW(Rela) *)values[3]; /* NOLINT */
	return object->symbols && object->names;
}

/* ---- slots ----------------------------------------------------------------------------------- */

static bool write_slot(const struct object *object, uintptr_t *slot, uintptr_t value)
{
	uintptr_t at = (uintptr_t)slot, page = at & ~(uintptr_t)(PAGE - 1);
	bool is_sealed = at >= object->relro && at < object->relro_end;

	if (is_sealed && syscall(SYS_mprotect, page, PAGE, PROT_READ | PROT_WRITE) < 0)
		return false;
	__atomic_store_n(slot, value, __ATOMIC_RELEASE);
	if (is_sealed)
		syscall(SYS_mprotect, page, PAGE, PROT_READ);
	return true;
}

/*
 * A slot that another function has, as one of a library that was linked with its own malloc, stays
 * as it is. A lazy one of an object that does not define the symbol would become theirs.
 */
static bool is_for_us(const struct object *object, const ElfW(Sym) * symbol, uint64_t type,
	uintptr_t value, const struct hook *hook)
{
	return value == hook->theirs || (type == TYPE_SLOT && symbol->st_shndx == SHN_UNDEF &&
						value >= object->start && value < object->end);
}

static void link_slot(const struct object *object, const ElfW(Rela) * entry)
{
	bool is_on = atomic_load(&linkage.is_on);
	const ElfW(Sym) *symbol = &object->symbols[ELF64_R_SYM(entry->r_info)];
	uint64_t type = ELF64_R_TYPE(entry->r_info);
	const char *name = object->names + symbol->st_name;

	for (uint32_t i = 0; i < linkage.count; i++) {
		const struct hook *hook = &linkage.hooks[i];
		if (strcmp(name, hook->name) != 0)
			continue;
		uintptr_t *slot = (uintptr_t *)(object->bias + entry->r_offset); /* NOLINT */
		uintptr_t value = __atomic_load_n(slot, __ATOMIC_RELAXED);
		if (is_on && hook->theirs && is_for_us(object, symbol, type, value, hook))
			write_slot(object, slot, hook->ours);
		else if (!is_on && value == hook->ours)
			write_slot(object, slot, hook->theirs);
		return;
	}
}

static int link_object(struct dl_phdr_info *info, size_t size, void *context)
{
	struct object object = {0};
	const ElfW(Dyn) *dynamic = NULL;

	read_segments(&object, info, &dynamic);
	if (symbols_module_has(info, (uintptr_t)&link_object) || /* us */
		!read_dynamic(&object, dynamic))
		return 0;
	for (int table = 0; table < 2; table++) {
		size_t count = object.tables[table] ? object.sizes[table] / sizeof(ElfW(Rela)) : 0;
		for (size_t i = 0; i < count; i++) {
			uint64_t type = ELF64_R_TYPE(object.tables[table][i].r_info);
			if (type == TYPE_SLOT || type == TYPE_GLOBAL || type == TYPE_POINTER)
				link_slot(&object, &object.tables[table][i]);
		}
	}
	return 0;
}

/* Grows with the entries of all loaded objects. The loader lets one thread at a time do it. */
static void link_all(void)
{
	if (confinement.has_no_calls)
		return; /* those that are sealed stay as they are */
	INSIDE_OF(own_lane(), INSIDE_US, dl_iterate_phdr(link_object, NULL));
}

/* ---- when ------------------------------------------------------------------------------------ */

static void add_hook(const char *name, uintptr_t theirs, uintptr_t ours)
{
	linkage.hooks[linkage.count++] = (struct hook){name, theirs, ours};
}

static uintptr_t find(const char *name)
{
	return (uintptr_t)dlsym(RTLD_DEFAULT, name);
}

static void list_hooks(bool wants_maps)
{
	next_dlopen = (dlopen_f *)find("dlopen");
	next_dlsym = (dlsym_f *)find("dlsym");
	linkage.count = 0;
#define HOOK(name, result, parameters) \
	add_hook(#name, (uintptr_t)next.name, (uintptr_t)&hooked_##name);
#include "recorder/hooks.def"
#undef HOOK
	add_hook("dlopen", (uintptr_t)next_dlopen, (uintptr_t)&linked_dlopen);
	add_hook("dlsym", (uintptr_t)next_dlsym, (uintptr_t)&linked_dlsym);
	add_hook("exit", find("exit"), (uintptr_t)&hooked_exit);
	add_hook("prctl", find("prctl"), (uintptr_t)&hooked_prctl);
#if HAS_SYSTEM_CALL
	add_hook("syscall", find("syscall"), (uintptr_t)&hooked_syscall);
#endif
	if (!wants_maps)
		return;
	add_hook("mmap", find("mmap"), (uintptr_t)&hooked_mmap);
	add_hook("mmap64", find("mmap64"), (uintptr_t)&hooked_mmap);
	add_hook("munmap", find("munmap"), (uintptr_t)&hooked_munmap);
	add_hook("mremap", find("mremap"), (uintptr_t)&hooked_mremap);
}

HIDDEN void linkage_begin(bool wants_maps)
{
	if (find("malloc") == (uintptr_t)&hooked_malloc)
		return; /* preloaded: all are linked with us */
	list_hooks(wants_maps);
	atomic_store(&linkage.is_on, true);
	link_all();
}

HIDDEN void linkage_end(void)
{
	if (atomic_exchange(&linkage.is_on, false))
		link_all();
}

HIDDEN void linkage_catch_up(void)
{
	struct lane *lane = own_lane();

	if (RARELY(lane->is_due)) {
		lane->is_due = false;
		link_all();
	}
}

static void *linked_dlopen(const char *file, int mode)
{
	own_lane()->is_due = true;
	lane_look_again();
	return next_dlopen(file, mode);
}

static void *linked_dlsym(void *handle, const char *name)
{
	linkage_catch_up();
	return next_dlsym(handle, name);
}
