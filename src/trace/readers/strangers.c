/*
 * Files that people try, and no reader reads: what each is, and what to do instead.  A profile of
 * sums or samples does not say when a block was freed, so that no trace can be made of it.
 */
#include "trace/readers/reader.h"

#include <string.h>

#define RECORD "record every call with `arenascope record PROGRAM`"

static const struct stranger {
	const char *begin; /* the first bytes */
	size_t length;
	const char *within; /* and what is in the bytes that are looked at; or NULL */
	const char *words;
} strangers[] = {
#define BEGINS(begin) begin, sizeof(begin) - 1
	{BEGINS("\x7f"
		"ELF"),
		NULL, "is a program or a library, not a trace; to record it: arenascope record"},
	{BEGINS("{\"dhatFileVersion\""), NULL,
		"is a DHAT profile, which has sums instead of calls; " RECORD
		" or valgrind --trace-malloc=yes"},
	{BEGINS("desc: "), "\ntime_unit:",
		"is a massif profile, which has snapshots instead of calls; " RECORD
		" or valgrind --trace-malloc=yes"},
	{BEGINS("heap profile:"), NULL,
		"is a heap profile of gperftools, which has samples instead of calls; " RECORD},
	{BEGINS("heap_v2/"), NULL,
		"is a heap profile of jemalloc, which has samples instead of calls; " RECORD},
	{BEGINS("\x80"), "tracemalloc",
		"is a snapshot of tracemalloc, which has sums instead of calls; "
		"record every call with `arenascope record python3 PROGRAM.py`"},
	{BEGINS("\x0a"), "inuse_space",
		"is a pprof profile, which has samples instead of calls; " RECORD},
	{BEGINS("\x0a"), "alloc_space",
		"is a pprof profile, which has samples instead of calls; " RECORD},
	{BEGINS("\x0a"), "heapprofd",
		"is a trace of heapprofd, which has samples instead of calls; "
		"on Android, record for memory_replay"},
	{BEGINS("PERFILE2"), NULL,
		"is a profile of perf, which has samples instead of calls; " RECORD},
	{BEGINS("["), "] Using G1",
		"is a log of Java's G1 collector, whose regions change their kind; "
		"run java with -XX:+UseSerialGC or -XX:+UseParallelGC"},
	{BEGINS("\xff\xfe"), NULL,
		"begins as text in UTF-16, which some editors write; save it as UTF-8"},
	{BEGINS("\xfe\xff"), NULL,
		"begins as text in UTF-16, which some editors write; save it as UTF-8"},
	{BEGINS("%PDF"), NULL, "is a PDF document, not a trace"},
	{BEGINS("\x89PNG"), NULL, "is a picture, not a trace"},
	{BEGINS("<!DOCTYPE"), NULL, "is a web page, not a trace; was a link saved in its place?"},
	{BEGINS("<html"), NULL, "is a web page, not a trace; was a link saved in its place?"},
	{BEGINS("{"), "\"traceEvents\"",
		"is a trace of Chrome's viewer, which has no calls of malloc; " RECORD},
	{BEGINS("{"), NULL, "is JSON of an unknown format; " RECORD},
	{BEGINS("#include"), NULL, "is C source, not a trace; `arenascope lab` loads an allocator"},
#undef BEGINS
};

const char *stranger_words(const char *bytes, size_t length)
{
	for (size_t i = 0; i < sizeof(strangers) / sizeof(*strangers); i++) {
		const struct stranger *stranger = &strangers[i];
		if (length >= stranger->length &&
			memcmp(bytes, stranger->begin, stranger->length) == 0 &&
			(!stranger->within ||
				memmem(bytes, length, stranger->within, strlen(stranger->within))))
			return stranger->words;
	}
	return NULL;
}
