/* What a trace says of the recorded program's C library, as options of the engine "glibc". */
#ifndef CMD_LIBC_OPTIONS_H
#define CMD_LIBC_OPTIONS_H

#include "base/options.h"

struct trace_info;

/* The trace says that its malloc() was no C library's, but that of another allocator. */
bool libc_options_is_foreign(const struct trace_info *info);

/*
 * Sets the options that were not given: the preset, what the program's tunables were, and where its
 * heap began. false: it was an older release than every preset, of which nothing is set, or another
 * allocator, whose blocks take no chunks.
 */
bool libc_options_take(struct options *options, const struct trace_info *info);

#endif
