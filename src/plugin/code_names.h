/* Names of functions and lines in a plug-in's file, for the place of a failure. */
#ifndef PLUGIN_CODE_NAMES_H
#define PLUGIN_CODE_NAMES_H

#include "base/text.h"
#include "plugin/code_place.h"

#include <stdbool.h>
#include <stdint.h>

struct lookup;

/* fd: of the file, taken over. NULL: its functions have no names that can be read. */
struct lookup *code_names_new(const char *path, int fd);
void code_names_free(struct lookup *names);

/*
 * Appends "in join (mm.c:88), called from mm_free (mm.c:120)": functions around that one, too, where
 * they are known; of many, the outermost is the last. false: it has no line.
 */
bool code_names_add(struct text *out, struct lookup *names, const struct code_place *place);

/*
 * Appends the variable at that address of the file: "lists[3]", "calls of mm_malloc()"; or the one whose end is not far
 * before it: "lists[10], past the end of that array of 10". false: there is none.
 */
bool code_names_add_variable(struct text *out, struct lookup *names, uint64_t address);

/* Of the variable at that address, or of the element of an array; the address where none is. */
uint64_t code_names_start_of(struct lookup *names, uint64_t address);

/* Whether the address is behind the end of a variable, and in no other. */
bool code_names_is_past_end(struct lookup *names, uint64_t address);

/* Whether an array ends just before the address, whatever is there. */
bool code_names_ends_at(struct lookup *names, uint64_t address);

/*
 * Appends "lists[12], past the end of that array of 12", of the one that begins at `array`; false:
 * none does, or the address is in it.
 */
bool code_names_add_element_past(struct text *out, struct lookup *names, uint64_t array,
	uint64_t address);

/* Appends "lists[10], past the end of that array of 10", of the one that ends there or before. */
bool code_names_add_past(struct text *out, struct lookup *names, uint64_t address);

#endif
