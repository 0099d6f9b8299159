/*
 * The call stacks of what is live at a position, with their sums: what the forms for profilers are
 * made of. Python's arenas are left out, since their blocks are events as well.
 */
#ifndef EXPORT_STACKS_H
#define EXPORT_STACKS_H

#include "export/exporter.h"
#include "symbols/site_sums.h"

struct stacks;

/*
 * Reads the events before the position of the job. -1 and err: the engine has no arenas that blocks
 * could pin.
 */
int stacks_new(struct stacks **ret_stacks, const struct export_job *job, struct error *err);
void stacks_free(struct stacks *stacks);

/* Sites with live blocks, or that had any; those with most live bytes first. Borrowed. */
size_t stacks_list(const struct stacks *stacks, const struct site_sum **ret_sums);

/* The frames of a site, 0 being the innermost: at least one. */
size_t stacks_depth(const struct stacks *stacks, uint32_t site);
/* "parse_row (csv.c:88)"; "caller not recorded". Borrowed until stacks_free(). */
const char *stacks_frame(const struct stacks *stacks, uint32_t site, size_t frame);

#endif
