/* A cache of pages that are compressed by LZ4; see pages.h. */
#include "workload/codec.h"
#include "workload/pages.h"
#include "workload/workload.h"

static int run_lz4(struct run *run, struct error *err)
{
	return pages_run(run, &codec_lz4, err);
}

const struct workload workload_lz4_cache = {
	.name = "lz4-cache",
	.group = "caches",
	.summary =
		"pages of text, compressed by LZ4 when they come, decompressed when they are asked for",
	.defaults =
		"--operations 600 --capacity 60 --page 1024 --keys zipf --zipf 0.9 --universe 200",
	.engine = "heap",
	.run = run_lz4,
};
