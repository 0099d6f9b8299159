/*
 * See png.h. A row of cells is drawn at a time, and compressed before the next. The form is that of
 * the PNG specification, third edition: a signature, then chunks of a length, a name, data and a
 * checksum.
 */
#include "pictures/png.h"

#include "base/text.h"
#include "base/xalloc.h"
#include "pictures/font.h"
#include "pictures/ink.h"
#include "pictures/shapes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define DEFLATE_BYTES ((size_t)1 << 18) /* what zlib says that it allocates */

#define CHANNELS  3
#define UNDERLINE (FONT_HEIGHT - 4) /* the line of dots */

/* A row of cells as dots: lines of a filter byte and red, green and blue. */
struct band {
	unsigned char *bytes;
	size_t line; /* bytes of one */
};

static void put_dot(const struct band *band, size_t x, size_t y, uint32_t color)
{
	unsigned char *dot = band->bytes + y * band->line + 1 + x * CHANNELS;

	dot[0] = (unsigned char)(color >> 16);
	dot[1] = (unsigned char)(color >> 8);
	dot[2] = (unsigned char)color;
}

static uint32_t mix(uint32_t front, uint32_t back, unsigned quarters)
{
	uint32_t mixed = 0;

	for (unsigned shift = 0; shift < 24; shift += 8)
		mixed |= ((front >> shift & 255) * quarters +
				 (back >> shift & 255) * (SHAPE_OPAQUE - quarters)) /
				 SHAPE_OPAQUE
			 << shift;
	return mixed;
}

/* Dots that a shape touches: a line is never thinner than one. */
static void draw_shapes(const struct band *band, size_t left, const struct shapes *shapes,
	uint32_t color)
{
	for (size_t i = 0; i < shapes->count; i++) {
		const struct shape *shape = &shapes->items[i];
		size_t right = (shape->right * FONT_WIDTH + SHAPE_UNITS - 1u) / SHAPE_UNITS;
		size_t bottom = (shape->bottom * FONT_HEIGHT + SHAPE_UNITS - 1u) / SHAPE_UNITS;
		for (size_t y = shape->top * FONT_HEIGHT / SHAPE_UNITS; y < bottom; y++)
			for (size_t x = shape->left * FONT_WIDTH / SHAPE_UNITS; x < right; x++)
				put_dot(band, left + x, y, color);
	}
}

static void draw_sign(const struct band *band, size_t left, uint32_t glyph, const struct ink *ink)
{
	const uint16_t *rows = font_rows(glyph);

	for (size_t y = 0; y < FONT_HEIGHT; y++) {
		unsigned dots = rows[y];
		if (ink->is_bold)
			dots |= dots >> 1;
		for (size_t x = 0; x < FONT_WIDTH; x++)
			if (dots >> (FONT_WIDTH - 1 - x) & 1)
				put_dot(band, left + x, y, ink->front);
	}
}

static void draw_cell(const struct band *band, size_t left, const struct cell *cell,
	const struct theme *theme)
{
	struct ink ink = ink_of(theme, (enum role)cell->role, cell->marks);
	struct shapes shapes;

	for (size_t y = 0; y < FONT_HEIGHT; y++)
		for (size_t x = 0; x < FONT_WIDTH; x++)
			put_dot(band, left + x, y, ink.back);
	if (shapes_of(cell->glyph, &shapes))
		draw_shapes(band, left, &shapes, mix(ink.front, ink.back, shapes.quarters));
	else
		draw_sign(band, left, cell->glyph, &ink);
	for (size_t x = 0; ink.is_underlined && x < FONT_WIDTH; x++)
		put_dot(band, left + x, UNDERLINE, ink.front);
}

/* ---- the file ------------------------------------------------------------------------------ */

static void put_number(unsigned char *at, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		at[i] = (unsigned char)(number >> (24 - 8 * i));
}

static void add_chunk(struct text *out, const char *name, const void *data, size_t length)
{
	unsigned char number[4];
	uLong sum = crc32(crc32(0, NULL, 0), (const Bytef *)name, 4);

	put_number(number, (uint32_t)length);
	text_add_bytes(out, number, sizeof(number));
	text_add_bytes(out, name, 4);
	text_add_bytes(out, data, length);
	if (length > 0)
		sum = crc32(sum, data, (uInt)length);
	put_number(number, (uint32_t)sum);
	text_add_bytes(out, number, sizeof(number));
}

static void add_head(struct text *out, size_t width, size_t height)
{
	unsigned char head[13] = {[8] = 8 /* bits a channel */, [9] = 2 /* red, green, blue */};

	text_add_bytes(out, "\x89PNG\r\n\x1a\n", 8);
	put_number(head, (uint32_t)width);
	put_number(head + 4, (uint32_t)height);
	add_chunk(out, "IHDR", head, sizeof(head));
}

/* Compresses the bytes, and adds a chunk whenever the buffer is full or the data ends. */
static void compress_bytes(struct text *out, z_stream *stream, unsigned char *bytes, size_t length,
	bool is_last)
{
	unsigned char buffer[16384];
	int status;

	stream->next_in = bytes;
	stream->avail_in = (uInt)length;
	do {
		stream->next_out = buffer;
		stream->avail_out = sizeof(buffer);
		status = deflate(stream, is_last ? Z_FINISH : Z_NO_FLUSH);
		size_t n = sizeof(buffer) - stream->avail_out;
		if (n > 0)
			add_chunk(out, "IDAT", buffer, n);
	} while (stream->avail_out == 0 || (is_last && status != Z_STREAM_END));
}

void png_add(struct text *out, const struct canvas *canvas, struct area area,
	const struct theme *theme)
{
	size_t width = (size_t)area.width * FONT_WIDTH;
	struct band band = {.line = 1 + width * CHANNELS};
	z_stream stream = {0};

	band.bytes = xcalloc(FONT_HEIGHT, band.line);
	add_head(out, width, (size_t)area.height * FONT_HEIGHT);
	if (deflateInit(&stream, Z_DEFAULT_COMPRESSION) != Z_OK)
		xalloc_failed(DEFLATE_BYTES);
	for (int y = 0; y < area.height; y++) {
		for (int x = 0; x < area.width; x++)
			draw_cell(&band, (size_t)x * FONT_WIDTH,
				canvas_at(canvas, area.x + x, area.y + y), theme);
		compress_bytes(out, &stream, band.bytes, FONT_HEIGHT * band.line, false);
	}
	compress_bytes(out, &stream, NULL, 0, true);
	deflateEnd(&stream);
	add_chunk(out, "IEND", NULL, 0);
	free(band.bytes);
}
