/* See curve.h. */
#include "panels/curve.h"

size_t curve_samples(const struct scene *scene, int column, int columns,
	const struct sample **ret_samples)
{
	const struct sample *samples;
	size_t count = player_samples(scene->player, &samples);
	uint64_t length = player_length(scene->player);
	uint64_t from = length * (uint64_t)column / (uint64_t)columns;
	uint64_t to = length * ((uint64_t)column + 1) / (uint64_t)columns;
	size_t low = 0, high = count;

	*ret_samples = NULL;
	if (count == 0)
		return 0;
	while (low < high) { /* the first that ends after `from` */
		size_t middle = (low + high) / 2;
		if (samples[middle].position <= from)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_samples = samples + low;
	for (high = low; high < count;)
		if (samples[high++].position >= to)
			break;
	return high - low;
}

int curve_eighths(uint64_t bytes, uint64_t full, int rows)
{
	int eighths = full ? (int)((double)bytes / (double)full * rows * 8 + 0.5) : 0;

	return bytes > 0 && eighths == 0 ? 1 : eighths;
}

void curve_draw_cell(struct canvas *canvas, struct area area, int x, int y, int live, int held)
{
	enum charset charset = canvas->charset;

	unsigned marks = held > 4 ? CELL_HELD : 0;

	if (live >= 8)
		area_put(canvas, area, x, y, glyph_of(charset, GLYPH_BAR, 0), ROLE_CURVE, 0);
	else if (live > 0)
		area_put(canvas, area, x, y,
			charset == CHARSET_ASCII ? (live > 4 ? ':' : '.')
						 : glyph_of(charset, GLYPH_FILL, live),
			ROLE_CURVE, marks);
	else if (held >= 4)
		area_put(canvas, area, x, y, glyph_of(charset, GLYPH_FREE, 0), ROLE_CURVE_2, 0);
}
