/*
 * The functions through which most blocks of some callers are made: of 8 lines of a logging module,
 * the line of the program that logs. Known where call sites have several frames (record --depth).
 */
#ifndef REPORT_COMMON_PATH_H
#define REPORT_COMMON_PATH_H

#include "report/lives.h"

#define PATH_MAX_FUNCTIONS (2u * SITE_FRAMES_MAX)

/*
 * The program's own functions that at least nine of ten blocks have in their stacks, also those
 * that were inlined, the outermost first.
 */
struct common_path {
	const char *functions[PATH_MAX_FUNCTIONS]; /* borrowed from the symbols */
	size_t count;
};

/*
 * Of the live blocks of the n callers. Grows with the live blocks, and with the call sites that
 * they come from.
 */
void common_path_find(struct common_path *ret_path, const struct trace *trace,
	struct symbols *symbols, const struct lives *lives, const uint32_t *callers, size_t n);

#endif
