/*
 * Any bytes as the index of a trace. The head is made to fit the trace, and its checksum is
 * repaired, so that the rest is looked at.
 */
#include "base/error.h"
#include "player/player.h"
#include "target.h"
#include "trace/trace.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define KEY        7u
#define LENGTH_MAX (1u << 20)

static const char events[] = "a 0 96\na 1 96\na 2 500\na 3 90\nf 1\na 4 20\nr 2 30\nf 0\nf 0\n";

/* As in src/player/index.c. */
struct head {
	char magic[8];
	uint32_t version, checksum;
	uint64_t key, events, body, samples, packs;
};

static void repair(uint8_t *bytes, size_t length, uint64_t count)
{
	struct head head;

	memcpy(&head, bytes, sizeof(head));
	memcpy(head.magic,
		"\x89"
		"areidx\n",
		8);
	head.version = 2;
	head.key = KEY;
	head.events = count;
	if (head.body >= sizeof(head) && head.body <= length) {
		uLong crc = crc32(0, (const unsigned char *)&head.key, sizeof(head) - 16);
		head.checksum = (uint32_t)crc32_z(crc, bytes + head.body, length - head.body);
	}
	memcpy(bytes, &head, sizeof(head));
}

static void play(const char *path)
{
	const struct index_place place = {.path = path, .key = KEY, .room = 1u << 20};
	const struct player_config config = {.engine = "heap", .index = &place};
	struct trace *trace;
	struct player *player;
	struct error err;

	if (trace_open_memory(&trace, events, strlen(events), "fuzz", 0, &err) < 0 ||
		player_new(&player, trace, &config, &err) < 0)
		abort();
	while (player_survey(player, 100))
		;
	for (uint64_t at = player_length(player) + 1; at-- > 0;)
		player_seek(player, at);
	if (heap_check(player_heap(player), &err) < 0)
		abort();
	player_free(player);
	trace_close(trace);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char path[] = "/tmp/arenascope-fuzz-XXXXXX";
	uint8_t *copy;
	int fd;

	if (length < sizeof(struct head) || length > LENGTH_MAX)
		return 0;
	fd = mkstemp(path);
	copy = malloc(length);
	memcpy(copy, bytes, length);
	repair(copy, length, 9);
	if (fd < 0 || write(fd, copy, length) != (ssize_t)length)
		abort();
	close(fd);
	free(copy);
	play(path);
	unlink(path);
	return 0;
}
