/* See decompression.h; grows with the bytes. */
#include "trace/decompression.h"

#include "base/xalloc.h"
#include "trace/packing/packing.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PACKING_ADDRESS(name) &packing_##name,

static const struct packing *const packings[] = {PACKINGS(PACKING_ADDRESS)};

#define DEPTH_MAX     3u /* of packings within each other */
#define BETWEEN_BYTES (64u << 10)

struct decompression {
	const struct packing *packing;
	void *unpacker;
	enum unpacked state; /* of what this one takes */
	bool has_more;       /* to be written of what was taken */
	bool has_begun;      /* the first unpacked bytes were looked at */
	/* what was packed is packed as well; the bytes between the two, of which some wait */
	struct decompression *inner;
	unsigned char *between;
	const unsigned char *waiting, *waiting_end;
	unsigned depth;
};

static bool begins_one(const struct packing *packing, const unsigned char *bytes, size_t length)
{
	return length >= packing->magic_length &&
	       memcmp(bytes, packing->magic, packing->magic_length) == 0;
}

static const struct packing *packing_of(const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < sizeof(packings) / sizeof(*packings); i++)
		if (begins_one(packings[i], bytes, length))
			return packings[i];
	return NULL;
}

const char *packed_by(const unsigned char *bytes, size_t length)
{
	const struct packing *packing = packing_of(bytes, length);

	return packing ? packing->name : NULL;
}

struct decompression *decompression_new(const unsigned char *bytes, size_t length)
{
	const struct packing *packing = packing_of(bytes, length);
	void *unpacker = packing && packing->begin ? packing->begin() : NULL;

	if (!unpacker)
		return NULL;
	struct decompression *decompression = xcalloc(1, sizeof(*decompression));
	decompression->packing = packing;
	decompression->unpacker = unpacker;
	decompression->state = UNPACKED_CUT;
	return decompression;
}

void decompression_free(struct decompression *decompression)
{
	if (!decompression)
		return;
	decompression_free(decompression->inner);
	decompression->packing->end(decompression->unpacker);
	free(decompression->between);
	free(decompression);
}

/* As decompression_take(), of this packing alone. */
static size_t take_own(struct decompression *decompression, const unsigned char **at,
	const unsigned char *end, void *out, size_t room)
{
	const struct packing *packing = decompression->packing;
	size_t n = 0;

	while (n == 0 && (*at < end || decompression->has_more) &&
		decompression->state != UNPACKED_DAMAGED) {
		if (decompression->state == UNPACKED_WHOLE && packing->has_tail) {
			if ((size_t)(end - *at) < packing->magic_length)
				break;
			if (!begins_one(packing, *at, packing->magic_length)) {
				*at = end;
				break;
			}
		}
		n = packing->take(decompression->unpacker, at, end, out, room,
			&decompression->state);
		decompression->has_more = n == room && decompression->state == UNPACKED_CUT;
	}
	return n;
}

/* The first bytes, enough of them to tell whether they are packed, if there are as many. */
static size_t take_first(struct decompression *decompression, const unsigned char **at,
	const unsigned char *end, unsigned char *out, size_t room)
{
	size_t length = 0, n;

	do {
		n = take_own(decompression, at, end, out + length, room - length);
		length += n;
	} while (n > 0 && length < PACKING_MAGIC_BYTES && length < room);
	return length;
}

/* Whether what was unpacked, of which these are the first bytes, is unpacked again. */
static bool begin_inner(struct decompression *decompression, const unsigned char *bytes,
	size_t length)
{
	decompression->has_begun = true;
	if (decompression->depth < DEPTH_MAX)
		decompression->inner = decompression_new(bytes, length);
	if (!decompression->inner)
		return false;
	size_t size = length > BETWEEN_BYTES ? length : BETWEEN_BYTES;
	decompression->inner->depth = decompression->depth + 1;
	decompression->between = xmalloc(size);
	memcpy(decompression->between, bytes, length);
	decompression->waiting = decompression->between;
	decompression->waiting_end = decompression->between + length;
	return true;
}

/* Moves what waits to the front, and adds to it; false: there is no more. */
static bool add_between(struct decompression *decompression, const unsigned char **at,
	const unsigned char *end)
{
	size_t left = (size_t)(decompression->waiting_end - decompression->waiting);

	memmove(decompression->between, decompression->waiting, left);
	size_t more = take_own(decompression, at, end, decompression->between + left,
		BETWEEN_BYTES - left);
	decompression->waiting = decompression->between;
	decompression->waiting_end = decompression->between + left + more;
	return more > 0;
}

size_t decompression_take(struct decompression *decompression, const unsigned char **at,
	const unsigned char *end, void *out, size_t room)
{
	if (!decompression->has_begun) {
		size_t n = take_first(decompression, at, end, out, room);
		if (n == 0 || !begin_inner(decompression, out, n))
			return n;
	}
	if (!decompression->inner)
		return take_own(decompression, at, end, out, room);
	for (;;) {
		size_t n = decompression_take(decompression->inner, &decompression->waiting,
			decompression->waiting_end, out, room);
		if (n > 0 || decompression_state(decompression->inner) == UNPACKED_DAMAGED ||
			!add_between(decompression, at, end))
			return n;
	}
}

enum unpacked decompression_state(const struct decompression *decompression)
{
	if (decompression->inner && decompression->state == UNPACKED_WHOLE)
		return decompression_state(decompression->inner);
	if (decompression->inner && decompression_state(decompression->inner) == UNPACKED_DAMAGED)
		return UNPACKED_DAMAGED;
	return decompression->state;
}
