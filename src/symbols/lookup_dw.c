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

static const char *last_component(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path;
}

/* The place where the code of an inlined function was put: in the function around it. */
static void find_call(Dwarf_Die *unit, Dwarf_Die *inlined, struct lookup_place *place)
{
	Dwarf_Attribute attribute;
	Dwarf_Word line, number;
	Dwarf_Files *files;
	size_t count;

	if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &line) == 0 &&
		dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &number) == 0 &&
		dwarf_getsrcfiles(unit, &files, &count) == 0 && number < count) {
		place->file = last_component(dwarf_filesrc(files, number, NULL, NULL));
		place->line = (unsigned)line;
	}
}

static bool is_of_system(Dwarf_Die *function)
{
	const char *path = dwarf_decl_file(function);

	return path && strncmp(path, "/usr/include/", strlen("/usr/include/")) == 0;
}

/*
 * The functions whose code is there: the innermost is first, also one that was inlined, and then
 * those that it was inlined into. false: there are not so many.
 */
static bool find_function(Dwarf_Die *unit, Dwarf_Addr address, unsigned level,
	struct lookup_place *place)
{
	Dwarf_Die *scopes = NULL, *around = NULL;
	int count = dwarf_getscopes(unit, address, &scopes);
	int naround = count > 0 ? dwarf_getscopes_die(&scopes[0], &around) : 0;
	unsigned found = 0;

	for (int i = 0; i < naround && found <= level; i++) {
		int tag = dwarf_tag(&around[i]);
		if (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine)
			continue;
		place->function = name_of(&around[i]);
		place->is_of_system = is_of_system(&around[i]);
		if (found < level)
			find_call(unit, &around[i], place);
		found++;
	}
	free(scopes);
	free(around);
	return found > level;
}

bool lookup_find(struct lookup *lookup, uint64_t address, unsigned level,
	struct lookup_place *ret_place)
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
		if (found && dwarf_lineno(found, &line) == 0 && line > 0) {
			ret_place->file = last_component(dwarf_linesrc(found, NULL, NULL));
			ret_place->line = (unsigned)line;
		}
		bool is_there = find_function(unit, call - bias, level, ret_place);
		if (level > 0)
			return is_there && ret_place->function;
	}
	if (level > 0)
		return false;
	if (ret_place->function && ret_place->file)
		return true;
	const char *name =
		dwfl_module_addrinfo(lookup->module, call, &offset, &symbol, NULL, NULL, NULL);
	if (!ret_place->function)
		ret_place->function = name;
	ret_place->offset = name ? offset + 1 : 0;
	return ret_place->function;
}

/* ---- variables ------------------------------------------------------------------------------- */

/* Bytes of an element of the array; 0: it is none. */
static uint64_t element_of(Dwarf_Die *variable)
{
	Dwarf_Attribute attribute;
	Dwarf_Die type;
	Dwarf_Word size;
	bool is_array =
		dwarf_formref_die(dwarf_attr_integrate(variable, DW_AT_type, &attribute), &type) &&
		dwarf_peel_type(&type, &type) == 0 && dwarf_tag(&type) == DW_TAG_array_type;

	if (!is_array ||
		!dwarf_formref_die(dwarf_attr_integrate(&type, DW_AT_type, &attribute), &type))
		return 0;
	return dwarf_aggregate_size(&type, &size) == 0 ? size : 0;
}

static bool is_at(Dwarf_Die *variable, Dwarf_Addr address)
{
	Dwarf_Attribute attribute;
	Dwarf_Op *operations;
	size_t count;

	return dwarf_attr_integrate(variable, DW_AT_location, &attribute) &&
	       dwarf_getlocation(&attribute, &operations, &count) == 0 && count == 1 &&
	       operations[0].atom == DW_OP_addr && operations[0].number == address;
}

/* Also those of functions, and of blocks in them; *ret_function: NULL, or which one. */
static bool find_variable_in(Dwarf_Die *scope, Dwarf_Addr address, Dwarf_Die *ret_variable,
	const char **ret_function)
{
	Dwarf_Die die;

	for (int end = dwarf_child(scope, &die); end == 0; end = dwarf_siblingof(&die, &die)) {
		int tag = dwarf_tag(&die);
		if (tag == DW_TAG_variable && is_at(&die, address)) {
			*ret_variable = die;
			return true;
		}
		bool is_function = tag == DW_TAG_subprogram;
		if (!is_function && tag != DW_TAG_lexical_block && tag != DW_TAG_namespace)
			continue;
		if (!find_variable_in(&die, address, ret_variable, ret_function))
			continue;
		if (is_function)
			*ret_function = dwarf_diename(&die);
		return true;
	}
	return false;
}

static bool find_variable(struct lookup *lookup, GElf_Addr address, Dwarf_Die *ret_variable,
	const char **ret_function)
{
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;

	while ((unit = dwfl_module_nextcu(lookup->module, unit, &bias)))
		if (find_variable_in(unit, address - bias, ret_variable, ret_function))
			return true;
	return false;
}

bool lookup_find_object(struct lookup *lookup, uint64_t address, struct lookup_object *ret_object)
{
	int count = dwfl_module_getsymtab(lookup->module);
	Dwarf_Die variable;
	GElf_Sym symbol;
	GElf_Addr at;

	*ret_object = (struct lookup_object){.offset = UINT64_MAX};
	for (int i = 0; i < count; i++) {
		const char *name =
			dwfl_module_getsym_info(lookup->module, i, &symbol, &at, NULL, NULL, NULL);
		if (!name || GELF_ST_TYPE(symbol.st_info) != STT_OBJECT || symbol.st_size == 0 ||
			at > address || address - at >= ret_object->offset)
			continue;
		*ret_object = (struct lookup_object){.name = name,
			.size = symbol.st_size,
			.offset = address - at};
	}
	/* without its names a file has symbols of some variables only: another may be there */
	if (!ret_object->name || !find_variable(lookup, address - ret_object->offset, &variable,
					 &ret_object->function))
		return false;
	if (dwarf_diename(&variable)) /* the symbol of a static one of a function has a number */
		ret_object->name = dwarf_diename(&variable);
	ret_object->element = element_of(&variable);
	return true;
}
