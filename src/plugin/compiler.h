/* Compiles a plug-in allocator into a shared object. */
#ifndef PLUGIN_COMPILER_H
#define PLUGIN_COMPILER_H

#include <stdbool.h>
#include <stdint.h>

struct error;

struct compiled {
	int object;         /* a descriptor of the object, which is no longer in any folder */
	bool init_is_bool;  /* mm_init() returns true or false */
	unsigned alignment; /* bytes that its own driver checks; 0: not known */
	uint64_t heap;      /* bytes that it may have there; 0: not known */
	bool has_32_bits;   /* it was compiled with -m32 */
	bool is_wider;      /* its Makefile has -m32, and that cannot be had here */
};

/*
 * Compiles with $CC or cc, and with flags of the Makefile beside the source; it may include the
 * malloc lab's headers and arenascope/plugin.h. more: sources that belong to it, with commas
 * between them, or "". -1 and err: the compiler's first error.
 */
int compiler_run(struct compiled *ret_compiled, const char *source, const char *more,
	struct error *err);

#endif
