/*
 * Whatever bytes a file holds, opening it is safe, and so is playing what it says.  Linked with
 * libFuzzer by `./dev fuzz`; without it a program that takes files, to look at what the fuzzer has
 * found.
 */
#include "arenascope/heap.h"
#include "arenascope/trace.h"
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define EVENTS_MAX 3000u

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void play(struct trace *trace, const char *engine, const char *arenas)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;
	struct event event;

	options_add_table(options, engine_find("pymalloc")->options);
	if (options_set(options, "arenas", arenas, &err) < 0 || heap_new(&heap, engine, options, &err) < 0)
		abort();
	options_free(options);
	for (uint64_t i = 0; i < EVENTS_MAX && trace_get(trace, i, &event); i++) {
		struct effect effect;
		heap_apply(heap, i, &event, NULL, &effect);
	}
	if (heap_check(heap, &err) < 0) {
		fprintf(stderr, "%s: %s\n", engine, err.text);
		abort();
	}
	heap_free(heap);
}

/* What was read can be written and read again. */
static void write_again(struct trace *trace)
{
	int fd = open("/dev/null", O_WRONLY);
	struct error err;

	trace_copy(trace, fd, "null", TRACE_TEXT, &err);
	trace_copy(trace, fd, "null", TRACE_BINARY, &err);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct trace *trace;
	struct error err;

	if (trace_open_memory(&trace, bytes, length, "fuzz", TRACE_SALVAGE, &err) < 0)
		return 0;
	play(trace, "pymalloc", "mmap");
	play(trace, "pymalloc", "recorded");
	play(trace, "heap", "mmap");
	write_again(trace);
	trace_close(trace);
	return 0;
}

#ifndef FUZZING
int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct text text = {0};
		FILE *file = fopen(argv[i], "rb");
		char piece[4096];
		size_t n;

		if (!file) {
			perror(argv[i]);
			return 1;
		}
		while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
			text_add_bytes(&text, piece, n);
		fclose(file);
		LLVMFuzzerTestOneInput((const uint8_t *)text_of(&text), text.length);
		text_finish(&text);
	}
	return 0;
}
#endif
