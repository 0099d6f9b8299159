/* See decompression.h; grows with the bytes. */
#include "trace/decompression.h"

#include "base/xalloc.h"
#include "trace/packing/packing.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PACKING_ADDRESS(name) &packing_##name,

static const struct packing *const packings[] = {PACKINGS(PACKING_ADDRESS)};

struct decompression {
	const struct packing *packing;
	void *unpacker;
	enum unpacked state;
	bool has_more; /* to be written of what was taken */
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
	decompression->packing->end(decompression->unpacker);
	free(decompression);
}

size_t decompression_take(struct decompression *decompression, const unsigned char **at,
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

enum unpacked decompression_state(const struct decompression *decompression)
{
	return decompression->state;
}
