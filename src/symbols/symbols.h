/*
 * Names for the call sites of a trace: addresses into functions and lines of source, as far as the
 * files that were loaded are still there and still the same.
 *
 *	load_rows (svc.py:41)          a function of Python, whose name is in the trace
 *	parse_row (csv.c:88)           the module has debug information
 *	parse_row+0x1c in libcsv.so    it has a table of symbols
 *	libcsv.so+0x1234               it has neither, is gone, is another build, or this was built
 *	                               without libdw
 *	0x7f0012345678                 no module is known there
 *
 * Names in the trace itself come first. A file is opened when one of its addresses is looked up for
 * the first time; names are kept.
 */
#ifndef SYMBOLS_SYMBOLS_H
#define SYMBOLS_SYMBOLS_H

#include "trace/trace.h"

struct symbols;

/* The trace is borrowed. It may grow; after it was replaced, create new symbols. */
struct symbols *symbols_new(const struct trace *trace);
void symbols_free(struct symbols *symbols);

/* The name of a frame of a site, 0 being the innermost; "" when there is none.  Borrowed. */
const char *symbols_frame(struct symbols *symbols, uint32_t site, size_t frame);

/*
 * The functions that its code was inlined into, the innermost first, as names of frames; NULL after
 * the last. They are in no frame. Allocators and containers are left out. Borrowed.
 */
const char *const *symbols_around(struct symbols *symbols, uint32_t site, size_t frame);

/*
 * The frame is of no function of the program's own: of the C or C++ library, of an allocator or a
 * container, or where the process starts.
 */
bool symbols_is_foreign(struct symbols *symbols, uint32_t site, size_t frame);

/* True when that is a function's name, not only a place in a module. */
bool symbols_is_named(struct symbols *symbols, uint32_t site, size_t frame);

/*
 * The caller: the innermost frame of Python, or the innermost frame that is not of the C library,
 * an allocator (xmalloc, operator new) or a container of C++, and which of those it called:
 * "parse_row (csv.c:88) through strdup". "" for SITE_NONE. Borrowed.
 */
const char *symbols_site(struct symbols *symbols, uint32_t site);

/* The bytes of such a name that are the line of the source: without " through strdup". */
size_t symbols_line_length(const char *caller);

/*
 * Why the functions of a module have no names, of those that were looked up so far: "is not there
 * any more", "is another build than the one recorded"; NULL when nothing is wrong. number: in
 * trace_modules().
 */
const char *symbols_trouble(const struct symbols *symbols, size_t number);

#endif
