/* A cache of pages that are compressed by zlib; see pages.h. */
#include "workload/codec.h"
#include "workload/pages.h"
#include "workload/workload.h"

static int run_zlib(struct run *run, struct error *err)
{
	return pages_run(run, &codec_zlib, err);
}

const struct workload workload_zlib_cache = {
	.name = "zlib-cache",
	.group = "caches",
	.summary =
		"pages of text, compressed by zlib when they come, decompressed when they are asked for",
	.defaults =
		"--operations 600 --capacity 60 --page 1024 --keys zipf --zipf 0.9 --universe 200",
	.engine = "heap",
	.run = run_zlib,
};
