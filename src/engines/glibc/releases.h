/* The releases that can be modelled, and the settings that options give them. */
#ifndef ENGINES_GLIBC_RELEASES_H
#define ENGINES_GLIBC_RELEASES_H

#include "base/options.h"
#include "engines/glibc/state.h"

extern const struct option_spec glibc_options[];

int settings_from(struct settings *ret_settings, const struct options *values, struct error *err);

/* The largest fast chunk, in units, when a fast bin serves requests of so many bytes; 0: none. */
uint32_t fast_max_for(uint64_t request);

/* A process begins with them. */
void settings_begin(const struct settings *settings, struct process *process);

#endif
