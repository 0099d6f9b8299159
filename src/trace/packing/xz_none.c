/* Stands in for xz.c where there is no liblzma: such a file is recognised, and refused. */
#include "trace/packing/packing.h"

const struct packing packing_xz = {.name = "xz",
	.magic = "\xFD"
		 "7zX",
	.magic_length = 4};
