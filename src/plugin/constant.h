/* Constant expressions of C, as the headers of hand-outs have them: "(20*(1<<20))". */
#ifndef PLUGIN_CONSTANT_H
#define PLUGIN_CONSTANT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The value of the text's first line, up to a comment: numbers with suffixes, parentheses, * / + -
 * and <<. false: it is not such an expression, or has no value in 64 bits.
 */
bool constant_value(const char *text, uint64_t *ret_value);

#endif
