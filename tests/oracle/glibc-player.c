/*
 * Plays a trace as text into the malloc with which it runs, and prints what `arenascope placements`
 * prints of the glibc engine; then, each after a line that begins with "==", the most bytes that
 * the library held from the system at once, the members of mallinfo2(), and malloc_info().
 *
 * Nothing else here allocates: the trace, the blocks and the output are in static memory.
 *
 * --only-play prints nothing and asks for no figures: they walk through lists, which after a double
 * free may have no end.
 * usage: glibc-player TRACE [--only-play]
 */
#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OBJECTS_MAX (1u << 20)

static char trace[32u << 20];
static char output[32u << 20];
static char stream_buffer[1u << 16];
static size_t printed;
static void *blocks[OBJECTS_MAX];

static _Noreturn void fail(const char *why)
{
	fprintf(stderr, "glibc-player: %s\n", why);
	exit(1);
}

static void read_trace(const char *path)
{
	int file = open(path, O_RDONLY);
	size_t length = 0;
	ssize_t n;

	if (file < 0)
		fail("the trace cannot be opened");
	while ((n = read(file, trace + length, sizeof(trace) - 1 - length)) > 0)
		length += (size_t)n;
	close(file);
	if (length == sizeof(trace) - 1)
		fail("the trace is too long");
}

static void print(const char *format, uint64_t a, uint64_t b, uint64_t c)
{
	int n = snprintf(output + printed, sizeof(output) - printed, format, a, b, c);

	printed += (size_t)n;
	if (printed >= sizeof(output))
		fail("too much to print");
}

static bool is_mapped(const void *block)
{
	return ((const uint64_t *)block)[-1] & 2;
}

/* " 672", " mmap" */
static void print_place(const void *block, uintptr_t base)
{
	if (!block)
		print(" oom\n", 0, 0, 0);
	else if (is_mapped(block))
		print(" mmap\n", 0, 0, 0);
	else
		print(" %" PRIu64 "\n", (uintptr_t)block - base, 0, 0);
}

/* A request: "a 4 24 call=calloc", "r 4 80". */
static void request(char kind, uint64_t number, const char *words, uintptr_t base)
{
	char *rest;
	uint64_t object = strtoull(words, &rest, 10), size = strtoull(rest, &rest, 10);
	const char *align = strstr(rest, "align=");
	void **block;

	if (object >= OBJECTS_MAX)
		fail("the trace has too many objects");
	block = &blocks[object];
	if (kind == 'r')
		*block = realloc(*block, size);
	else if (align)
		*block = memalign(strtoull(align + 6, NULL, 10), size);
	else if (strstr(rest, "call=calloc"))
		*block = calloc(1, size);
	else
		*block = malloc(size);
	print(kind == 'r' ? "%" PRIu64 " r %" PRIu64 " %" PRIu64
			  : "%" PRIu64 " a %" PRIu64 " %" PRIu64,
		number, object, size);
	if (kind == 'r' && size == 0)
		print(" freed\n", 0, 0, 0);
	else
		print_place(*block, base);
}

static uint64_t held_now(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.arena + info.hblkhd;
}

/* Plays every line; gives the most bytes held, where that is asked for. */
static uint64_t play(uintptr_t base, bool has_figures)
{
	uint64_t number = 0, most = 0;
	char *next = trace;

	for (char *line = strsep(&next, "\n"); line; line = strsep(&next, "\n")) {
		bool is_note = strncmp(line, "note ", 5) == 0 || strncmp(line, "mark ", 5) == 0;
		if (line[0] == 'f' && line[1] == ' ')
			free(blocks[strtoull(line + 2, NULL, 10)]);
		else if ((line[0] == 'a' || line[0] == 'r') && line[1] == ' ')
			request(line[0], number, line + 2, base);
		else if (!is_note)
			continue;
		number++;
		uint64_t held = is_note || !has_figures ? 0 : held_now();
		most = held > most ? held : most;
	}
	return most;
}

static void print_figures(const struct mallinfo2 *info)
{
	const struct {
		const char *name;
		uint64_t value;
	} members[] = {
		{"arena", info->arena},
		{"ordblks", info->ordblks},
		{"smblks", info->smblks},
		{"hblks", info->hblks},
		{"hblkhd", info->hblkhd},
		{"usmblks", info->usmblks},
		{"fsmblks", info->fsmblks},
		{"uordblks", info->uordblks},
		{"fordblks", info->fordblks},
		{"keepcost", info->keepcost},
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		printf("%-8s  %" PRIu64 "\n", members[i].name, members[i].value);
}

int main(int argc, char **argv)
{
	bool only_plays = argc == 3 && strcmp(argv[2], "--only-play") == 0;

	if (argc != 2 && !only_plays)
		return 2;
	uintptr_t base = (uintptr_t)sbrk(0);
	read_trace(argv[1]);
	uint64_t most = play(base, !only_plays);
	if (only_plays)
		_exit(0);
	struct mallinfo2 info = mallinfo2();
	setvbuf(stdout, stream_buffer, _IOFBF, sizeof(stream_buffer));
	fwrite(output, 1, printed, stdout);
	printf("== peak\n%" PRIu64 "\n== mallinfo\n", most);
	print_figures(&info);
	printf("== malloc-info\n");
	malloc_info(0, stdout);
	fflush(stdout);
	_exit(0);
}
