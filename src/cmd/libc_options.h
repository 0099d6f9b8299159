/* What a trace says of the recorded program's C library, as options of the engine "glibc". */
#ifndef CMD_LIBC_OPTIONS_H
#define CMD_LIBC_OPTIONS_H

#include "base/options.h"

struct trace_info;

/*
 * Sets the options that were not given: the preset, what the program's tunables were, and where its
 * heap began. false: it was another library, or an older release than every preset; nothing is set.
 */
bool libc_options_take(struct options *options, const struct trace_info *info);

#endif
