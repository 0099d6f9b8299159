/*
 * Objects whose memory CPython keeps when they die, and hands on to the next of their kind without
 * asking its allocator: to the allocator the block lives on, and is that of the line that had it
 * first. Nothing in a trace says so, but a line that has freed two of three blocks that it made,
 * and is left with blocks of just these sizes, may keep few of them itself, or none.
 *
 * CPython's floats, lists and dictionaries, 3.8 to 3.13, have such lists. Tuples and frames
 * are handed on as well; they have so many sizes that a size tells nothing.
 */
#ifndef REPORT_HANDED_ON_H
#define REPORT_HANDED_ON_H

#include "report/lives.h"

/*
 * By caller, whether its live blocks may be objects of others; NULL: of none, or the trace is of no
 * such Python. To be freed. Grows with the live blocks.
 */
bool *handed_on_new(const struct trace *trace, const struct heap *heap, const struct lives *lives);

#endif
