/* See kernel.h. */
#include "report/kernel.h"

#include "trace/wire.h"

#include <inttypes.h>
#include <stdio.h>

bool kernel_read(const char *name, struct kernel_figures *ret_figures)
{
	struct kernel_figures figures;

	if (sscanf(name,
		    TRACE_MARK_KERNEL "private %" SCNu64 ", resident %" SCNu64 ", swapped %" SCNu64,
		    &figures.private, &figures.resident, &figures.swapped) != 3)
		return false;
	*ret_figures = figures;
	return true;
}
