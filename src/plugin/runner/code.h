/* Where the plug-in's code is, and where in it the plug-in was. */
#ifndef PLUGIN_RUNNER_CODE_H
#define PLUGIN_RUNNER_CODE_H

#include "plugin/code_place.h"
#include "plugin/operand.h"

#include <stdbool.h>
#include <stdint.h>

/* The innermost return address into the plug-in's code, and those around it. */
struct code_place place_on_stack(void);

/* Where the plug-in was when a signal came; context: what its handler was given. */
struct code_place place_of(const void *context);

/* The same without what called it, which is much faster; 0: not known. */
uint64_t address_of_code(const void *context);

/* Whether it was in the plug-in's own code, not in a function that this had called. */
bool is_in_code(const void *context);

/*
 * What `read` (operand.h) answers about the instruction at which a signal came; false also on other
 * processors than x86-64.
 */
typedef bool read_operand(const unsigned char *code, size_t length,
	const uint64_t registers[OPERAND_REGISTERS], uint64_t *ret_address);
bool find_operand(const void *context, read_operand *read, uint64_t *ret_address);

/* Whether a variable of the plug-in is there, other than those that the loader has locked. */
bool is_variable(uint64_t address);

/* Its address in the file; 0: it is none. */
uint64_t variable_at(uint64_t address);

/* Of the pages with its variables. */
void protect_variables(int protection);

/* Addresses in the file, of those whose first values are kept; 0 and 0: there are none. */
void variables_of_code(uint64_t *ret_begin, uint64_t *ret_end);

/* Those of them that are at [begin, end) become what they were when the plug-in was loaded. */
void reset_variables(uint64_t begin, uint64_t end);

/* Of the plug-in, as dlopen() returned it; comes before the others. */
void note_code(void *library);

#endif
