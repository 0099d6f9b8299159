/*
 * Python's own statistics. sys._debugmallocstats() and PYTHONMALLOCSTATS print those of pymalloc
 * only where the object allocator is pymalloc's own, and not where it is wrapped. So the wrapper is
 * away while they are printed:
 *
 *	sys    the entry of sys._debugmallocstats in Python's table of methods has our function,
 *	       which takes the wrapper away around the call
 *	arena  PYTHONMALLOCSTATS prints before each new arena, within a call of the allocator: each
 *	       call is made without the wrapper
 *	end    and at the end of Python, when no call of ours is around it: the wrappers of objects
 *	       and arenas go for good where the interpreter begins to shut down
 *
 * The lock of the interpreter is held in all of these. The entry is found in Python's data, by the
 * name that it points to: to ask Python would allocate in it.
 *
 * Knowledge: CPython 3.8 to 3.13, its module sys and Objects/obmalloc.c.
 */
#include "recorder/shim.h"
#include "recorder/symbols.h"

#include <link.h>
#include <stdlib.h>

#define NAME "_debugmallocstats"

typedef void *method_f(void *module, void *unused);

struct method { /* PyMethodDef */
	const char *name;
	method_f *function;
	int flags;
	const char *words;
};

HIDDEN bool python_prints_stats;

static method_f *real_stats;

struct search {
	uintptr_t inside; /* an address of Python's code */
	const char *name; /* where the name is; NULL: not found yet */
	struct method *method;
};

static void *print_stats(void *module, void *unused)
{
	python_wrap_objects(false);
	void *result = real_stats(module, unused);
	python_wrap_objects(true);
	return result;
}

/* Names are in memory that is only read; whole, between two NULs. */
static void find_name(struct search *search, const char *bytes, size_t size)
{
	static const char name[] = "\0" NAME;
	const char *found = memmem(bytes, size, name, sizeof(name));

	if (found && !search->name)
		search->name = found + 1;
}

static void find_method(struct search *search, uintptr_t start, uintptr_t end)
{
	for (uintptr_t at = start; at + sizeof(struct method) <= end && !search->method;
		at += sizeof(void *)) {
		struct method *method = (struct method *)at; /* NOLINT */
		if (method->name == search->name && method->function)
			search->method = method;
	}
}

/* Grows with Python's constants and data. */
static int look_in(struct dl_phdr_info *module, size_t size, void *context)
{
	struct search *search = context;

	if (!symbols_module_has(module, search->inside))
		return 0;
	for (int pass = 0; pass < 2; pass++)
		for (unsigned i = 0; i < module->dlpi_phnum; i++) {
			const ElfW(Phdr) *segment = &module->dlpi_phdr[i];
			uintptr_t start = module->dlpi_addr + segment->p_vaddr;
			if (segment->p_type != PT_LOAD || segment->p_flags & PF_X)
				continue;
			if (pass == 0 && !(segment->p_flags & PF_W))
				find_name(search, (const char *)start, /* NOLINT */
					segment->p_filesz);
			else if (pass == 1 && segment->p_flags & PF_W && search->name)
				find_method(search, (start + 7) & ~(uintptr_t)7,
					start + segment->p_filesz);
		}
	return 1;
}

HIDDEN void python_stats_begin(const void *function)
{
	const char *wish = getenv("PYTHONMALLOCSTATS");
	struct search search = {.inside = (uintptr_t)function};

	python_prints_stats = wish && *wish;
	if (real_stats)
		return; /* of an earlier recording: it stays */
	dl_iterate_phdr(look_in, &search);
	if (!search.method)
		return;
	real_stats = search.method->function;
	search.method->function = print_stats;
}
