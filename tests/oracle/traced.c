/*
 * Makes a trace of the records of `hooked`: addresses become objects, as in a recorder.
 *
 * usage: traced VERSION RECORDS TRACE
 */
#include "base/error.h"
#include "trace/resolver.h"
#include "trace/trace.h"
#include "record.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const uint8_t kinds[] = {
	[RECORD_ALLOCATE] = EVENT_ALLOCATE,
	[RECORD_REALLOCATE] = EVENT_REALLOCATE,
	[RECORD_FREE] = EVENT_FREE,
	[RECORD_MAP] = EVENT_MAP,
	[RECORD_UNMAP] = EVENT_UNMAP,
};
static const uint8_t domains[] = {
	[RECORD_RAW] = DOMAIN_RAW,
	[RECORD_MEM] = DOMAIN_MEM,
	[RECORD_OBJECT] = DOMAIN_OBJ,
	[RECORD_ARENA] = DOMAIN_ARENA,
};

static int must(int result, const struct error *err)
{
	if (result < 0) {
		fprintf(stderr, "traced: %s\n", err->text);
		exit(1);
	}
	return result;
}

int main(int argc, char **argv)
{
	struct resolver *resolver = resolver_new();
	struct trace_writer *writer;
	struct record record;
	struct error err;

	if (argc < 4)
		return 2;
	const struct trace_info info = {.program = "",
		.python = argv[1],
		.recorder = "",
		.play = ""};
	FILE *records = fopen(argv[2], "rb");
	int fd = open(argv[3], O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (!records || fd < 0)
		return 1;
	must(trace_writer_new(&writer, fd, argv[3], TRACE_BINARY, &info, &err), &err);
	while (fread(&record, sizeof(record), 1, records) == 1) {
		struct event event = {
			.kind = kinds[record.kind],
			.domain = domains[record.domain],
			.address = record.address,
			.old_address = record.old,
			.size = record.kind == RECORD_FREE || record.kind == RECORD_UNMAP
					? 0
					: record.size,
			.thread = (uint32_t)record.thread,
			.text = TEXT_NONE,
		};
		resolver_take(resolver, &event);
		must(trace_writer_add(writer, &event, NULL, &err), &err);
	}
	must(trace_writer_finish(writer, &err), &err);
	resolver_free(resolver);
	fclose(records);
	return close(fd) < 0;
}
