/*
 * See index.h. A file is a head, the packs, and a body: the metrics, the samples, and a table of
 * the packs. Numbers are the machine's own: the key is of this machine's program.
 */
#include "player/index.h"

#include "base/arrays.h"
#include "base/mapping.h"
#include "base/replacement.h"
#include "base/xalloc.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define MAGIC \
	"\x89" \
	"areidx\n"
#define VERSION 6u

struct head {
	char magic[8];
	uint32_t version;
	uint32_t checksum; /* CRC-32 of the rest of the head and of the body */
	uint64_t key;
	uint64_t events; /* of the trace */
	uint64_t body;   /* where it begins; it reaches to the end of the file */
	uint64_t samples, packs;
};

struct row { /* of the table of packs */
	uint64_t position, at, length, checksum;
};

struct index {
	const unsigned char *bytes;
	size_t length;
	struct head head;
	struct metrics metrics;
	ARRAY(struct sample) samples;
	ARRAY(struct stored_pack) packs;
};

static uint32_t checksum(const struct head *head, const void *body, size_t length)
{
	const unsigned char *rest = (const unsigned char *)&head->key;
	uLong crc = crc32(0, rest, (uInt)((const unsigned char *)(head + 1) - rest));

	return (uint32_t)crc32_z(crc, body, length);
}

/* ---- reading -------------------------------------------------------------------------------- */

/* Ours, and not another's who wants us to read it. */
static bool map(struct index *index, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat status;

	if (fd < 0)
		return false;
	bool is_ours = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
		       status.st_uid == geteuid() &&
		       (uint64_t)status.st_size >= sizeof(struct head);
	const void *at = is_ours ? mapping_new(fd, (size_t)status.st_size) : NULL;
	close(fd);
	if (!at)
		return false;
	index->bytes = at;
	index->length = (size_t)status.st_size;
	return true;
}

/* Whether the body is as long as the head says, and has its checksum. */
static bool is_whole(const struct index *index)
{
	const struct head *head = &index->head;

	if (head->body < sizeof(*head) || head->body > index->length)
		return false;
	size_t left = index->length - (size_t)head->body;
	if (left < sizeof(struct metrics))
		return false;
	size_t lists = left - sizeof(struct metrics);
	if (head->samples > lists / sizeof(struct sample) ||
		head->packs > lists / sizeof(struct row) ||
		head->samples * sizeof(struct sample) + head->packs * sizeof(struct row) != lists)
		return false;
	return checksum(head, index->bytes + head->body, left) == head->checksum;
}

/* Positions rise, up to the end of the trace. */
static bool take_samples(struct index *index, const unsigned char *at)
{
	uint64_t last = 0;

	for (uint64_t i = 0; i < index->head.samples; i++, at += sizeof(struct sample)) {
		struct sample *sample = array_push(&index->samples);
		memcpy(sample, at, sizeof(*sample));
		if (sample->position <= last)
			return false;
		last = sample->position;
	}
	return last == index->head.events;
}

static bool take_packs(struct index *index, const unsigned char *at)
{
	uint64_t last = 0;

	for (uint64_t i = 0; i < index->head.packs; i++, at += sizeof(struct row)) {
		struct row row;
		memcpy(&row, at, sizeof(row));
		if (row.position <= last || row.position > index->head.events ||
			row.at < sizeof(struct head) || row.at > index->head.body ||
			row.length > index->head.body - row.at)
			return false;
		last = row.position;
		*array_push(&index->packs) = (struct stored_pack){row.position,
			index->bytes + row.at, (size_t)row.length, (uint32_t)row.checksum};
	}
	return true;
}

static bool take(struct index *index, const struct index_place *place, uint64_t events)
{
	memcpy(&index->head, index->bytes, sizeof(index->head));
	const struct head *head = &index->head;
	if (memcmp(head->magic, MAGIC, sizeof(head->magic)) != 0 || head->version != VERSION ||
		head->key != place->key || head->events != events || !is_whole(index))
		return false;
	const unsigned char *at = index->bytes + head->body;
	memcpy(&index->metrics, at, sizeof(index->metrics));
	at += sizeof(index->metrics);
	return index->metrics.events == events && take_samples(index, at) &&
	       take_packs(index, at + head->samples * sizeof(struct sample));
}

struct index *index_open(const struct index_place *place, uint64_t events)
{
	struct index *index = xcalloc(1, sizeof(*index));

	if (map(index, place->path) && take(index, place, events))
		return index;
	index_close(index);
	return NULL;
}

void index_close(struct index *index)
{
	if (!index)
		return;
	if (index->bytes)
		mapping_free(index->bytes, index->length);
	array_finish(&index->samples);
	array_finish(&index->packs);
	free(index);
}

const struct metrics *index_metrics(const struct index *index)
{
	return &index->metrics;
}

size_t index_samples(const struct index *index, const struct sample **ret_samples)
{
	*ret_samples = index->samples.items;
	return index->samples.count;
}

size_t index_packs(const struct index *index, const struct stored_pack **ret_packs)
{
	*ret_packs = index->packs.items;
	return index->packs.count;
}

/* ---- writing -------------------------------------------------------------------------------- */

struct index_writer {
	struct replacement file;
	struct head head;
	uint64_t at, room;          /* bytes written; bytes that packs may take */
	const unsigned char *bytes; /* of the file, mapped with all its room */
	size_t length;
	bool has_failed;
	ARRAY(struct row) rows;
};

static void put(struct index_writer *writer, const void *bytes, size_t length)
{
	const char *from = bytes;

	while (length > 0 && !writer->has_failed) {
		ssize_t n = pwrite(writer->file.fd, from, length, (off_t)writer->at);
		writer->has_failed = n <= 0;
		if (n <= 0)
			return;
		from += n;
		length -= (size_t)n;
		writer->at += (uint64_t)n;
	}
}

/* Packs are lent from here as soon as they are written: nothing else of it is ever touched. */
static bool map_room(struct index_writer *writer)
{
	writer->length = sizeof(writer->head) + (size_t)writer->room;
	void *at = mmap(NULL, writer->length, PROT_READ, MAP_SHARED, writer->file.fd, 0);

	writer->bytes = at == MAP_FAILED ? NULL : at;
	return writer->bytes;
}

struct index_writer *index_writer_new(const struct index_place *place)
{
	struct index_writer *writer = xcalloc(1, sizeof(*writer));

	memcpy(writer->head.magic, MAGIC, sizeof(writer->head.magic));
	writer->head.version = VERSION;
	writer->head.key = place->key;
	writer->at = sizeof(writer->head);
	writer->room = place->room;
	if (replacement_open(&writer->file, place->path) == 0 && map_room(writer))
		return writer;
	index_writer_free(writer);
	return NULL;
}

bool index_writer_add(struct index_writer *writer, uint64_t position, const void *pack,
	size_t length, struct stored_pack *ret_stored)
{
	if (length > writer->room)
		return false;
	struct row row = {.position = position,
		.at = writer->at,
		.length = length,
		.checksum = (uint32_t)crc32_z(0, pack, length)};
	put(writer, pack, length);
	if (writer->has_failed)
		return false;
	*array_push(&writer->rows) = row;
	writer->room -= length;
	*ret_stored = (struct stored_pack){position, writer->bytes + row.at, length,
		(uint32_t)row.checksum};
	return true;
}

bool index_writer_has_failed(const struct index_writer *writer)
{
	return writer->has_failed;
}

/* One piece of memory, for its checksum. */
static unsigned char *body_of(const struct index_writer *writer, const struct metrics *metrics,
	const struct sample *samples, size_t *ret_length)
{
	size_t sampled = writer->head.samples * sizeof(*samples);
	size_t rows = writer->rows.count * sizeof(struct row);
	unsigned char *body = xcalloc(1, sizeof(*metrics) + sampled + rows + 1);

	memcpy(body, metrics, sizeof(*metrics));
	if (sampled)
		memcpy(body + sizeof(*metrics), samples, sampled);
	if (rows)
		memcpy(body + sizeof(*metrics) + sampled, writer->rows.items, rows);
	*ret_length = sizeof(*metrics) + sampled + rows;
	return body;
}

bool index_writer_finish(struct index_writer *writer, const struct metrics *metrics,
	const struct sample *samples, size_t count)
{
	size_t length;

	writer->head.events = metrics->events;
	writer->head.body = writer->at;
	writer->head.samples = count;
	writer->head.packs = writer->rows.count;
	unsigned char *body = body_of(writer, metrics, samples, &length);
	writer->head.checksum = checksum(&writer->head, body, length);
	put(writer, body, length);
	free(body);
	writer->at = 0;
	put(writer, &writer->head, sizeof(writer->head));
	return !writer->has_failed && replacement_finish(&writer->file) == 0;
}

void index_writer_free(struct index_writer *writer)
{
	if (!writer)
		return;
	if (writer->bytes)
		munmap((void *)(uintptr_t)writer->bytes, writer->length);
	replacement_close(&writer->file);
	array_finish(&writer->rows);
	free(writer);
}
