/*
 * C++'s operator new and delete, by their mangled names, since this library is C.
 *
 *	own     of the module that has the allocator, as in jemalloc, tcmalloc and mimalloc: they
 *	        call their allocator directly, so a call is recorded here
 *	others  of the C++ library or of the program: they call malloc() and free(), whose hooks
 *	        record them. Theirs are taken out of our symbol table, so that who looks for them
 *	        later, as a library that is loaded with a C++ library of its own, does not find us
 *
 * An operator new that fails throws an exception through our frame: cleaning up is the compiler's
 * (-fexceptions), with functions that are there in any program that throws.
 */
#include "recorder/shim.h"
#include "recorder/symbols.h"

#include <link.h>
#include <stdlib.h>

__asm__(".weak __gcc_personality_v0");
__asm__(".weak _Unwind_Resume");

#if __SIZEOF_SIZE_T__ == 8
#define JOINED(before, after) before##m##after
#else
#define JOINED(before, after) before##j##after
#endif
#define SIZED(before, after) JOINED(before, after)
#define TEXT(name)           #name
#define NAME(name)           TEXT(name)

#define NEW(name, parameters, arguments, alignment) EXPORTED void *name parameters;
#define DELETE(name, parameters, arguments)         EXPORTED void name parameters;
#include "recorder/operators.def"
#undef NEW
#undef DELETE

static const char *const names[] = {
#define NEW(name, parameters, arguments, alignment) NAME(name),
#define DELETE(name, parameters, arguments)         NAME(name),
#include "recorder/operators.def"
#undef NEW
#undef DELETE
};

#define OPERATORS (sizeof(names) / sizeof(*names))

struct found {
	uintptr_t call;   /* what the program would have without us; 0: nothing */
	bool is_recorded; /* here */
};

static union {
	struct {
#define NEW(name, parameters, arguments, alignment) struct found name;
#define DELETE(name, parameters, arguments)         struct found name;
#include "recorder/operators.def"
#undef NEW
#undef DELETE
	};
	struct found all[OPERATORS];
} next_operators;

_Static_assert(sizeof(next_operators) == sizeof(next_operators.all), "names and members agree");

/* ---- looking them up ------------------------------------------------------------------------- */

/* The first module after us that has an operator is the one that the program would find. */
static int look_in(struct dl_phdr_info *module, size_t size, void *context)
{
	bool *is_after_us = context;

	if (!*is_after_us) {
		*is_after_us = symbols_module_has(module, (uintptr_t)names);
		return 0;
	}
	for (size_t i = 0; i < OPERATORS; i++) {
		struct found *found = &next_operators.all[i];
		const ElfW(Sym) *symbol = found->call ? NULL : symbols_find(module, names[i]);
		if (!symbol)
			continue;
		found->call = module->dlpi_addr + symbol->st_value;
		found->is_recorded = symbols_module_has(module, (uintptr_t)next.malloc);
	}
	return 0;
}

static int hide_others(struct dl_phdr_info *module, size_t size, void *context)
{
	if (!symbols_module_has(module, (uintptr_t)names))
		return 0;
	for (size_t i = 0; i < OPERATORS; i++) {
		const ElfW(Sym) *symbol = symbols_find(module, names[i]);
		if (symbol && !next_operators.all[i].is_recorded)
			symbols_hide(module, symbol);
	}
	return 1;
}

HIDDEN void operators_look_up(void)
{
	bool is_after_us = false;

	dl_iterate_phdr(look_in, &is_after_us);
	dl_iterate_phdr(hide_others, NULL);
}

/* ---- the hooks ------------------------------------------------------------------------------- */

struct request {
	struct lane *lane;
	uintptr_t around; /* of the lane */
	uint64_t size, alignment;
	void *block;
};

/* It has returned, or an exception leaves it. */
static inline void end_request(const struct request *request)
{
	struct lane *lane = request->lane;

	lane->inside = request->around;
	record(lane, request->alignment ? WIRE_ALIGNED_ALLOC : WIRE_MALLOC, stamp_now(lane),
		(uintptr_t)request->block, request->size, request->alignment);
}

/* Where there is no C++ library: by hooks, which record it. */
static void *instead(size_t size, size_t alignment)
{
	return alignment ? aligned_alloc(alignment, size) : malloc(size);
}

#define CALL(result, name, parameters, arguments) \
	((result(*) parameters)next_operators.name.call) arguments

/* As for the hooks of the C allocator; and there may be nothing to call. */
#define IS_MISSING(name) RARELY((!recording->head && !start_is_done()) || !next_operators.name.call)

#define NEW(name, parameters, arguments, aligned) \
	EXPORTED void *name parameters \
	{ \
		if (IS_MISSING(name)) \
			return instead(size, aligned); \
		struct lane *lane = next_operators.name.is_recorded ? LANE_OF_CALL() : NULL; \
		if (!lane) \
			return CALL(void *, name, parameters, arguments); \
		__attribute__((cleanup(end_request))) struct request request = {.lane = lane, \
			.around = lane->inside, \
			.size = size, \
			.alignment = (aligned)}; \
		lane->inside = HERE(INSIDE_ALLOCATOR); \
		request.block = CALL(void *, name, parameters, arguments); \
		return request.block; \
	}

#define DELETE(name, parameters, arguments) \
	EXPORTED void name parameters \
	{ \
		if (IS_MISSING(name)) { \
			free(block); \
			return; \
		} \
		struct lane *lane = next_operators.name.is_recorded ? LANE_OF_CALL() : NULL; \
		if (!lane) { \
			CALL(void, name, parameters, arguments); \
			return; \
		} \
		record(lane, WIRE_FREE, stamp_now(lane), (uintptr_t)block, 0, 0); \
		INSIDE(lane, CALL(void, name, parameters, arguments)); \
	}

#include "recorder/operators.def"
