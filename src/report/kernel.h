/*
 * What the kernel said of the recorded process, at marks of the trace: "kernel: private 29089792,
 * resident 33554432, swapped 0", after the mark that it belongs to.
 */
#ifndef REPORT_KERNEL_H
#define REPORT_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

struct kernel_figures {
	uint64_t private, resident, swapped; /* bytes */
};

/* Reads the name of a mark; false: it is another one. */
bool kernel_read(const char *name, struct kernel_figures *ret_figures);

/* Those figures, and ours at the same moment. */
struct kernel_mark {
	const char *name;  /* of the mark before; borrowed from the trace */
	uint64_t position; /* events before it */
	uint64_t live, held;
	struct kernel_figures figures;
};

#endif
