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
	unsigned char *copy, *stripes, *pack;
	size_t copy_size, stripes_size, pack_size;
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
	free(packer->copy);
	free(packer->stripes);
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

/* Splits the elements into stripes of their bytes, or puts them together again. */
static void stripe(unsigned char *out, const unsigned char *in, size_t count, size_t width,
	bool splits)
{
	for (size_t first = 0; first < count; first += STRIPES) {
		size_t n = count - first < STRIPES ? count - first : STRIPES;
		for (size_t byte = 0; byte < width; byte++)
			for (size_t i = 0; i < n; i++)
				if (splits)
					out[byte * n + i] = in[i * width + byte];
				else
					out[i * width + byte] = in[byte * n + i];
		in += n * width;
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
	make_room(&packer->copy, &packer->copy_size, packer->bytes + 1);
	make_room(&packer->stripes, &packer->stripes_size, packer->bytes + 1);
	make_room(&packer->pack, &packer->pack_size, heads + ZSTD_compressBound(packer->bytes));
	struct array_head *head = heads_of(packer);
	unsigned char *at = packer->copy;
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
		stripe(packer->stripes + at, packer->copy + at, head->count, head->width, true);
		at += head->count * head->width;
	}
	size_t length = ZSTD_compress2(packer->compression, packer->pack + heads,
		packer->pack_size - heads, packer->stripes, packer->bytes);
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
			stripe(array->data, stripes, head.count, head.width, false);
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
	make_room(&packer->stripes, &packer->stripes_size, bytes + 1);
	size_t n = ZSTD_decompressDCtx(packer->decompression, packer->stripes, bytes, packed,
		length - frame);
	if (ZSTD_isError(n) || n != bytes)
		return false;
	restore(heads, packer->stripes, flats, nflats);
	return true;
}
