/*
 * See lookup.h: names by libdw and libdwfl (elfutils). Each module has a Dwfl of its own, so that
 * modules which were loaded at the same place one after the other do not meet. Separate debug
 * information is found where distributions put it.
 */
#include "symbols/lookup.h"

#include "base/error.h"
#include "base/xalloc.h"

#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <dwarf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct lookup {
	Dwfl *dwfl;
	Dwfl_Module *module;
};

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
};

/* Whether the file is the recorded one; without a build-id it is taken to be. */
static bool is_same_build(Dwfl_Module *module, const char *recorded)
{
	const unsigned char *id = NULL;
	GElf_Addr at;
	int length = dwfl_module_build_id(module, &id, &at);
	char found[2 * 64 + 1] = "";

	for (int i = 0; i < length && i < 64; i++)
		snprintf(found + 2 * i, 3, "%02x", id[i]);
	return !*recorded || strcmp(found, recorded) == 0;
}

int lookup_open(struct lookup **ret_lookup, const struct trace_module *module, int fd,
	struct error *err)
{
	struct lookup *lookup = xcalloc(1, sizeof(*lookup));
	GElf_Addr bias;

	lookup->dwfl = dwfl_begin(&callbacks);
	if (lookup->dwfl) {
		dwfl_report_begin(lookup->dwfl);
		lookup->module = dwfl_report_elf(lookup->dwfl, module->path, module->path, fd,
			module->base, true);
		dwfl_report_end(lookup->dwfl, NULL, NULL);
	}
	int result = 0;
	if (!lookup->module) {
		close(fd);
		result = error_set(err, "is not readable code");
	} else if (!dwfl_module_getelf(lookup->module, &bias)) {
		result = error_set(err, "is not readable code");
	} else if (!is_same_build(lookup->module, module->build_id)) {
		result = error_set(err, "is not the build that was recorded");
	}
	if (result < 0) {
		lookup_close(lookup);
		return -1;
	}
	*ret_lookup = lookup;
	return 0;
}

void lookup_close(struct lookup *lookup)
{
	if (!lookup)
		return;
	if (lookup->dwfl)
		dwfl_end(lookup->dwfl);
	free(lookup);
}

/* The compilation unit of the address, also where no index says which one it is. */
static Dwarf_Die *find_unit(struct lookup *lookup, GElf_Addr address, Dwarf_Addr *ret_bias)
{
	Dwarf_Die *unit = dwfl_module_addrdie(lookup->module, address, ret_bias);

	if (unit)
		return unit;
	while ((unit = dwfl_module_nextcu(lookup->module, unit, ret_bias)))
		if (dwarf_haspc(unit, address - *ret_bias) > 0)
			return unit;
	return NULL;
}

/* With its classes and namespaces, where it has any: those are in the mangled name only. */
static const char *name_of(Dwarf_Die *function)
{
	Dwarf_Attribute attribute;
	const char *mangled =
		dwarf_formstring(dwarf_attr_integrate(function, DW_AT_linkage_name, &attribute));

	return mangled && strncmp(mangled, "_Z", 2) == 0 ? mangled : dwarf_diename(function);
}

/* The innermost function there, also one that was inlined: the lines are its own. */
static const char *find_function(Dwarf_Die *unit, Dwarf_Addr address)
{
	Dwarf_Die *scopes = NULL;
	const char *name = NULL;
	int count = dwarf_getscopes(unit, address, &scopes);

	for (int i = 0; i < count && !name; i++) {
		int tag = dwarf_tag(&scopes[i]);
		if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine)
			name = name_of(&scopes[i]);
	}
	free(scopes);
	return name;
}

static const char *last_component(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path;
}

bool lookup_find(struct lookup *lookup, uint64_t address, struct lookup_place *ret_place)
{
	GElf_Addr call = address - 1; /* the call comes before the place it returns to */
	Dwarf_Addr bias = 0;
	Dwarf_Die *unit = find_unit(lookup, call, &bias);
	GElf_Off offset = 0;
	GElf_Sym symbol;
	int line = 0;

	*ret_place = (struct lookup_place){0};
	if (unit) {
		Dwarf_Line *found = dwarf_getsrc_die(unit, call - bias);
		ret_place->function = find_function(unit, call - bias);
		if (found && dwarf_lineno(found, &line) == 0 && line > 0) {
			ret_place->file = last_component(dwarf_linesrc(found, NULL, NULL));
			ret_place->line = (unsigned)line;
		}
	}
	if (ret_place->function && ret_place->file)
		return true;
	const char *name =
		dwfl_module_addrinfo(lookup->module, call, &offset, &symbol, NULL, NULL, NULL);
	if (!ret_place->function)
		ret_place->function = name;
	ret_place->offset = name ? offset + 1 : 0;
	return ret_place->function;
}
