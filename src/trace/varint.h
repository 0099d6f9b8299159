/*
 * Numbers as the binary form has them (docs/trace-format.md): little-endian, or a varint, which is
 * seven bits a byte, the lowest first.  Zigzag maps small differences of either sign to small
 * numbers.
 */
#ifndef TRACE_VARINT_H
#define TRACE_VARINT_H

#include <stdbool.h>
#include <stdint.h>

#define VARINT_BYTES_MAX 10u

static inline void put16(unsigned char *at, uint16_t n)
{
	at[0] = (unsigned char)n;
	at[1] = (unsigned char)(n >> 8);
}

static inline void put32(unsigned char *at, uint32_t n)
{
	put16(at, (uint16_t)n);
	put16(at + 2, (uint16_t)(n >> 16));
}

static inline void put64(unsigned char *at, uint64_t n)
{
	put32(at, (uint32_t)n);
	put32(at + 4, (uint32_t)(n >> 32));
}

static inline uint32_t get32(const unsigned char *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

static inline uint64_t get64(const unsigned char *at)
{
	return get32(at) | (uint64_t)get32(at + 4) << 32;
}

static inline uint64_t zigzag(uint64_t delta)
{
	return delta << 1 ^ (0 - (delta >> 63));
}

static inline uint64_t unzigzag(uint64_t n)
{
	return n >> 1 ^ (0 - (n & 1));
}

static inline unsigned char *put_varint(unsigned char *at, uint64_t n)
{
	while (n >= 0x80) {
		*at++ = (unsigned char)(n | 0x80);
		n >>= 7;
	}
	*at++ = (unsigned char)n;
	return at;
}

/*
 * The same without a loop, for numbers whose lengths nobody can foresee: eight bytes are written,
 * of which those from the end that it gives on mean nothing.
 */
static inline unsigned char *put_number(unsigned char *at, uint64_t n)
{
	if (n >> 56)
		return put_varint(at, n);
	/* Seven bits a byte: what varint_of() does, backwards. */
	uint64_t word = (n & UINT64_C(0x000000000fffffff)) | (n & UINT64_C(0x00fffffff0000000))
								     << 4;
	word = (word & UINT64_C(0x00003fff00003fff)) | (word & UINT64_C(0x0fffc0000fffc000)) << 2;
	word = (word & UINT64_C(0x007f007f007f007f)) | (word & UINT64_C(0x3f803f803f803f80)) << 1;
	unsigned more = (63u - (unsigned)__builtin_clzll(n | 1)) / 7; /* bytes after the first */
	put64(at, word | (UINT64_C(0x0080808080808080) & ((UINT64_C(1) << 8 * more) - 1)));
	return at + more + 1;
}

/* Borrowed bytes, taken from the front. */
struct cursor {
	const unsigned char *at;
	const unsigned char *end;
	bool failed; /* read past the end: nothing read since is valid */
};

/* A number of up to eight bytes, of the eight in a word. *ret_bytes is 0 when it is longer. */
static inline uint64_t varint_of(uint64_t word, unsigned *ret_bytes)
{
	uint64_t ends =
		~word & UINT64_C(0x8080808080808080); /* the high bit of a number's last byte */

	if (ends == 0)
		return *ret_bytes = 0;
	*ret_bytes = ((unsigned)__builtin_ctzll(ends) >> 3) + 1;
	word &= ends ^ (ends - 1);
	/* Seven bits of each byte, put together in pairs, fours and eights. */
	word = (word & UINT64_C(0x007f007f007f007f)) | (word & UINT64_C(0x7f007f007f007f00)) >> 1;
	word = (word & UINT64_C(0x00003fff00003fff)) | (word & UINT64_C(0x3fff00003fff0000)) >> 2;
	return (word & UINT64_C(0x000000000fffffff)) | (word & UINT64_C(0x0fffffff00000000)) >> 4;
}

/* 0 and `failed` where the bytes end within the number, or it has more than 64 bits. */
static inline uint64_t take_varint(struct cursor *cursor)
{
	uint64_t n = 0;
	unsigned bytes;

	if (cursor->end - cursor->at >= 8) {
		n = varint_of(get64(cursor->at), &bytes);
		cursor->at += bytes;
		if (bytes > 0)
			return n;
	}

	n = 0;
	for (unsigned shift = 0; cursor->at < cursor->end && shift < 64; shift += 7) {
		unsigned char byte = *cursor->at++;
		n |= (uint64_t)(byte & 0x7F) << shift;
		if (!(byte & 0x80))
			return n;
	}
	cursor->failed = true;
	return 0;
}

#endif
