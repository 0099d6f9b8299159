/*
 * See pack.h. A pack is the number of arrays, the count and width of each, and a frame of zstd with
 * their bytes, one array after the other.
 *
 *	stripes  the bytes of some elements, first the first byte of each, then the second, and so
 *	         on: most numbers are small, so that long runs of zeros follow one another
 */
#include "flat/pack.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define LEVEL   1
#define STRIPES 256u           /* elements whose bytes are mixed */
#define MOST    (SIZE_MAX / 4) /* bytes of a state */

struct packer {
	unsigned char *state; /* a copy, of which each block becomes stripes where it is */
	unsigned char *block; /* of elements, in their order */
	unsigned char *pack;
	size_t state_size, block_size, pack_size;
	size_t bytes, narrays; /* of the state that was taken */
	ZSTD_CCtx *compression;
	ZSTD_DCtx *decompression;
};

struct array_head {
	uint64_t count, width;
};

struct packer *packer_new(void)
{
	struct packer *packer = xcalloc(1, sizeof(*packer));

	packer->compression = ZSTD_createCCtx();
	packer->decompression = ZSTD_createDCtx();
	if (!packer->compression || !packer->decompression) {
		packer_free(packer);
		return NULL;
	}
	ZSTD_CCtx_setParameter(packer->compression, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(packer->compression, ZSTD_c_checksumFlag, 1);
	return packer;
}

void packer_free(struct packer *packer)
{
	if (!packer)
		return;
	ZSTD_freeCCtx(packer->compression);
	ZSTD_freeDCtx(packer->decompression);
	free(packer->state);
	free(packer->block);
	free(packer->pack);
	free(packer);
}

static void make_room(unsigned char **room, size_t *size, size_t needed)
{
	if (*size >= needed)
		return;
	free(*room);
	*size = needed + needed / 4;
	*room = xroom(*size, 1);
}

static size_t elements_of_block(size_t count, size_t first)
{
	return count - first < STRIPES ? count - first : STRIPES;
}

/* Splits elements that stand one after the other into stripes of their bytes. */
static void split(struct packer *packer, unsigned char *at, size_t count, size_t width)
{
	make_room(&packer->block, &packer->block_size, STRIPES * width);
	unsigned char *block = packer->block;
	for (size_t first = 0; first < count; first += STRIPES) {
		size_t n = elements_of_block(count, first);
		memcpy(block, at, n * width);
		for (size_t byte = 0; byte < width; byte++)
			for (size_t i = 0; i < n; i++)
				*at++ = block[i * width + byte];
	}
}

/* Puts elements together from their stripes. */
static void join(unsigned char *out, const unsigned char *stripes, size_t count, size_t width)
{
	for (size_t first = 0; first < count; first += STRIPES) {
		size_t n = elements_of_block(count, first);
		for (size_t byte = 0; byte < width; byte++)
			for (size_t i = 0; i < n; i++)
				out[i * width + byte] = *stripes++;
		out += n * width;
	}
}

/* Where the heads of the pack's arrays are; after them there is the frame. */
static struct array_head *heads_of(const struct packer *packer)
{
	return (void *)(packer->pack + sizeof(uint64_t));
}

void packer_take(struct packer *packer, struct flat *const *flats, size_t nflats)
{
	packer->bytes = packer->narrays = 0;
	for (size_t i = 0; i < nflats; i++) {
		packer->bytes += flat_bytes(flats[i]);
		packer->narrays += flats[i]->narrays;
	}
	size_t heads = sizeof(uint64_t) + packer->narrays * sizeof(struct array_head);
	make_room(&packer->state, &packer->state_size, packer->bytes + 1);
	make_room(&packer->pack, &packer->pack_size, heads + ZSTD_compressBound(packer->bytes));
	struct array_head *head = heads_of(packer);
	unsigned char *at = packer->state;
	for (size_t i = 0; i < nflats; i++)
		for (size_t j = 0; j < flats[i]->narrays; j++) {
			const struct flat_array *array = flats[i]->arrays[j];
			size_t length = array->count * array->width;
			*head++ = (struct array_head){array->count, array->width};
			if (length)
				memcpy(at, array->data, length);
			at += length;
		}
}

const void *packer_press(struct packer *packer, size_t *ret_length)
{
	size_t heads = sizeof(uint64_t) + packer->narrays * sizeof(struct array_head), at = 0;

	memcpy(packer->pack, &(uint64_t){packer->narrays}, sizeof(uint64_t));
	for (size_t i = 0; i < packer->narrays; i++) {
		const struct array_head *head = &heads_of(packer)[i];
		split(packer, packer->state + at, head->count, head->width);
		at += head->count * head->width;
	}
	size_t length = ZSTD_compress2(packer->compression, packer->pack + heads,
		packer->pack_size - heads, packer->state, packer->bytes);
	if (ZSTD_isError(length)) /* there is room for the largest: its own memory is short */
		xalloc_failed(ZSTD_sizeof_CCtx(packer->compression));
	*ret_length = heads + length;
	return packer->pack;
}

const void *packer_pack(struct packer *packer, struct flat *const *flats, size_t nflats,
	size_t *ret_length)
{
	packer_take(packer, flats, nflats);
	return packer_press(packer, ret_length);
}

/* Whether the heads are of these flats; *ret_bytes: of their state. */
static bool heads_match(const unsigned char *heads, struct flat *const *flats, size_t nflats,
	size_t *ret_bytes)
{
	*ret_bytes = 0;
	for (size_t i = 0; i < nflats; i++)
		for (size_t j = 0; j < flats[i]->narrays; j++) {
			struct array_head head;
			memcpy(&head, heads, sizeof(head));
			heads += sizeof(head);
			if (head.width != flats[i]->arrays[j]->width ||
				head.count > (MOST - *ret_bytes) / head.width)
				return false;
			*ret_bytes += head.count * head.width;
		}
	return true;
}

static void restore(const unsigned char *heads, const unsigned char *stripes,
	struct flat *const *flats, size_t nflats)
{
	for (size_t i = 0; i < nflats; i++)
		for (size_t j = 0; j < flats[i]->narrays; j++) {
			struct flat_array *array = flats[i]->arrays[j];
			struct array_head head;
			memcpy(&head, heads, sizeof(head));
			heads += sizeof(head);
			flat_set_count(array, head.count);
			join(array->data, stripes, head.count, head.width);
			stripes += head.count * head.width;
		}
}

bool packer_unpack(struct packer *packer, const void *pack, size_t length,
	struct flat *const *flats, size_t nflats)
{
	const unsigned char *heads = (const unsigned char *)pack + sizeof(uint64_t);
	uint64_t said, narrays = 0;
	size_t bytes;

	for (size_t i = 0; i < nflats; i++)
		narrays += flats[i]->narrays;
	size_t frame = sizeof(said) + narrays * sizeof(struct array_head);
	if (length < frame)
		return false;
	memcpy(&said, pack, sizeof(said));
	if (said != narrays || !heads_match(heads, flats, nflats, &bytes))
		return false;
	const unsigned char *packed = (const unsigned char *)pack + frame;
	if (ZSTD_getFrameContentSize(packed, length - frame) != bytes)
		return false;
	make_room(&packer->state, &packer->state_size, bytes + 1);
	size_t n = ZSTD_decompressDCtx(packer->decompression, packer->state, bytes, packed,
		length - frame);
	if (ZSTD_isError(n) || n != bytes)
		return false;
	restore(heads, packer->state, flats, nflats);
	return true;
}
