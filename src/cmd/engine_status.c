/* See engine_status.h. */
#include "cmd/engine_status.h"

#include "cmd/cmd.h"
#include "heap/heap.h"
#include "heap/metrics.h"

int engine_status(const struct metrics *metrics)
{
	return metrics->faults[FAULT_BROKEN] || metrics->faults[FAULT_PLUGIN] ? EXIT_TROUBLE
									      : EXIT_FINE;
}
