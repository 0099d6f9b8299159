/*
 * The first file of a zip archive, read from start to end: folders before it are passed over, and
 * what follows it is left out.
 *
 *	head   30 bytes, then the name and more: which method packed the file, and how long it is
 *
 * A stored file whose head does not say how long it is, and an encrypted one, are refused as
 * damage.
 */
#include "trace/packing/packing.h"

#include "base/xalloc.h"
#include "trace/packing/deflate.h"
#include "trace/varint.h"

#include <stdlib.h>
#include <string.h>

#define HEAD_BYTES   30u
#define NAME_LENGTH  26u /* where it is in the head; two bytes, as are flags and method */
#define EXTRA_LENGTH 28u
#define FLAGS        6u
#define METHOD       8u
#define PACKED_BYTES 18u /* four bytes */
#define WHOLE_BYTES  22u
#define ENCRYPTED    1u /* flags */
#define SIZES_FOLLOW 8u

enum step { HEAD, NAME, STORED, DEFLATED, OVER };

struct zip {
	enum step step;
	unsigned char head[HEAD_BYTES];
	size_t have;        /* bytes of the head */
	uint64_t left;      /* bytes of the name and more, or of the stored file */
	unsigned char last; /* byte of the name: a folder's is a slash */
	unsigned name;      /* bytes of the name */
	z_stream stream;    /* has begun with DEFLATED */
};

static void *begin(void)
{
	return xcalloc(1, sizeof(struct zip));
}

static void end_archive(void *unpacker)
{
	struct zip *zip = unpacker;

	inflateEnd(&zip->stream);
	free(zip);
}

static unsigned get16(const unsigned char *at)
{
	return (unsigned)at[0] | (unsigned)at[1] << 8;
}

/* The head is whole: what comes next; false: it cannot be read. */
static bool take_head(struct zip *zip)
{
	const unsigned char *head = zip->head;
	unsigned flags = get16(head + FLAGS), method = get16(head + METHOD);

	zip->name = get16(head + NAME_LENGTH);
	zip->left = zip->name + get16(head + EXTRA_LENGTH);
	zip->step = NAME;
	if (memcmp(head, "PK\3\4", 4) != 0 || (flags & ENCRYPTED))
		return false;
	return method == 8 || (method == 0 && !(flags & SIZES_FOLLOW));
}

/* The name was passed: a folder is followed by the next head. */
static bool begin_file(struct zip *zip)
{
	bool is_deflated = get16(zip->head + METHOD) == 8;
	bool is_folder = zip->last == '/' && get32(zip->head + PACKED_BYTES) == 0;

	zip->have = 0;
	zip->left = get32(zip->head + WHOLE_BYTES);
	zip->step = is_folder ? HEAD : is_deflated ? DEFLATED : zip->left ? STORED : OVER;
	return zip->step != DEFLATED || inflateInit2(&zip->stream, -15) == Z_OK;
}

static size_t pass(struct zip *zip, const unsigned char **at, size_t most, void *copy)
{
	size_t n = zip->left < most ? (size_t)zip->left : most;

	if (copy)
		memcpy(copy, *at, n);
	*at += n;
	zip->left -= n;
	return n;
}

/* Heads and names before the file; false: they cannot be read. */
static bool take_heads(struct zip *zip, const unsigned char **at, const unsigned char *end)
{
	while ((zip->step == HEAD || zip->step == NAME) && *at < end) {
		if (zip->step == HEAD) {
			zip->head[zip->have++] = *(*at)++;
			if (zip->have == HEAD_BYTES && !take_head(zip))
				return false;
		} else if (zip->name > 0 && zip->left > 0) {
			zip->last = **at;
			zip->name--;
			pass(zip, at, 1, NULL);
		} else {
			pass(zip, at, (size_t)(end - *at), NULL);
		}
		if (zip->step == NAME && zip->left == 0 && !begin_file(zip))
			return false;
	}
	return true;
}

static size_t take(void *unpacker, const unsigned char **at, const unsigned char *end, void *out,
	size_t room, enum unpacked *state)
{
	struct zip *zip = unpacker;
	size_t n = 0;

	if (!take_heads(zip, at, end)) {
		*state = UNPACKED_DAMAGED;
		return 0;
	}
	if (zip->step == DEFLATED) {
		n = deflate_take(&zip->stream, at, end, out, room, state);
	} else if (zip->step == STORED) {
		size_t given = (size_t)(end - *at);
		n = pass(zip, at, given < room ? given : room, out);
		*state = zip->left == 0 ? UNPACKED_WHOLE : UNPACKED_CUT;
	} else if (zip->step == OVER) {
		*state = UNPACKED_WHOLE;
	}
	if (*state == UNPACKED_WHOLE) { /* the files and the list that follow */
		zip->step = OVER;
		*at = end;
	}
	return n;
}

const struct packing packing_zip = {"zip", "PK\3\4", 4, true, begin, end_archive, take};
