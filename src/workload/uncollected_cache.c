/* The cache of documents that refer to each other, with its collector off; see collection.c. */
#include "workload/collection.h"

const struct workload workload_uncollected_cache = {
	.name = "uncollected-cache",
	.group = "caches",
	.summary = "the same with the collector off: what is evicted stays",
	.defaults =
		"--operations 1500 --capacity 60 --collect-every 0 --keys zipf --zipf 0.9 --universe 600 "
		"--sizes 16-200 --spread uniform --write-as blocks",
	.engine = "heap",
	.run = collecting_run,
};
