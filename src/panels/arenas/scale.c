/* See scale.h. */
#include "panels/arenas/scale.h"

#define CHOSEN_ROWS    5 /* a title, the numbers, two rows of bars, a blank */
#define HISTOGRAM_ROWS 5
#define TINY           4  /* rows up to which the legend may go */
#define WIDE           60 /* columns from which a map of two rows has a legend */
#define ROOMY          14 /* rows from which the chosen arena stands below groups */
#define SPACIOUS       18 /* rows from which there is a histogram as well */
#define FOLD_MAX       4u
#define GROUP_MAX      16u

/* Rows for the arenas, beside the ruler and the legend. */
static int rows_for(struct scale *scale, int width, int height)
{
	scale->has_ruler = height >= 4;
	scale->has_legend = height >= 4 || (height >= 2 && width >= WIDE);
	return height - scale->has_ruler - scale->has_legend;
}

int scale_pitch(const struct scale *scale)
{
	return scale->rows == 1 ? 1 : (int)scale->fold * (scale->rows + 1);
}

int scale_width(const struct scale *scale, uint32_t pools)
{
	switch (scale->kind) {
	case SCALE_BLOCKS:
		return scale->label + (int)(pools / scale->fold) * TILE_WIDTH;
	case SCALE_BARS:
	case SCALE_CELLS:
		return scale->label + (int)pools + SHARE;
	case SCALE_GROUPS:
		return scale->label + (int)((pools + scale->share - 1) / scale->share) +
		       SHARE_SHORT;
	case SCALE_ARENAS:
		break;
	}
	return scale->label + (int)scale->columns + SHARE;
}

/* A share of "100%" and the mark before the next arena do not touch. */
int scale_step(const struct scale *scale, uint32_t pools)
{
	return scale_width(scale, pools) + (scale->kind == SCALE_CELLS);
}

static bool fits(const struct scale *scale, size_t arenas, uint32_t pools, int width, int rows)
{
	/* the last tile of a row needs no gap, and the last arena no blank row */
	int gap = scale->kind == SCALE_BLOCKS, blank = scale->rows > 1;
	uint64_t lines = (arenas + scale->columns - 1) / scale->columns;
	uint64_t pitch = (uint64_t)scale_pitch(scale), most = (uint64_t)rows + (uint64_t)blank;

	return scale_width(scale, pools) - gap <= width && lines * pitch <= most;
}

static bool choose_blocks(struct scale *scale, size_t arenas, uint32_t pools, int width, int rows)
{
	static const int heights[] = {16, 8, 4};

	scale->kind = SCALE_BLOCKS;
	for (scale->fold = 1; scale->fold <= (arenas == 1 ? FOLD_MAX : 1); scale->fold *= 2)
		for (size_t i = 0; i < sizeof(heights) / sizeof(*heights); i++) {
			scale->rows = heights[i];
			if (pools % scale->fold == 0 && fits(scale, arenas, pools, width, rows))
				return true;
		}
	scale->fold = 1;
	return false;
}

static bool choose_bars(struct scale *scale, size_t arenas, uint32_t pools, int width, int rows)
{
	scale->kind = SCALE_BARS;
	for (scale->rows = 8; scale->rows >= 2; scale->rows--)
		if (fits(scale, arenas, pools, width, rows))
			return true;
	scale->rows = 1;
	return false;
}

/* A cell a pool is worth more than the numbers above it, and on a small map than the legend. */
static bool choose_cells(struct scale *scale, size_t arenas, uint32_t pools, int width, int height)
{
	scale->kind = SCALE_CELLS;
	scale->columns = 1;
	int gap = scale_step(scale, pools) - scale_width(scale, pools);
	int beside = (width + gap) / scale_step(scale, pools);
	scale->columns = beside > 1 ? (uint32_t)beside : 1;
	if (fits(scale, arenas, pools, width, rows_for(scale, width, height)))
		return true;
	scale->has_ruler = false;
	if (fits(scale, arenas, pools, width, height - scale->has_legend))
		return true;
	scale->has_legend &= height > TINY;
	return fits(scale, arenas, pools, width, height - scale->has_legend);
}

static bool choose_groups(struct scale *scale, size_t arenas, uint32_t pools, int width, int rows)
{
	scale->kind = SCALE_GROUPS;
	scale->label = LABEL_SHORT;
	for (scale->share = 2; scale->share <= GROUP_MAX; scale->share *= 2) {
		int beside = width / scale_width(scale, pools);
		scale->columns = beside > 1 ? (uint32_t)beside : 1;
		if (beside > 0 && fits(scale, arenas, pools, width, rows))
			return true;
	}
	return false;
}

static void choose_arenas(struct scale *scale, size_t arenas, int width, int height)
{
	scale->kind = SCALE_ARENAS;
	scale->label = LABEL_CELLS;
	scale->has_ruler = false;
	scale->chosen = height >= SPACIOUS ? CHOSEN_ROWS : 0;
	scale->histogram = height >= SPACIOUS ? HISTOGRAM_ROWS : 0;
	int rows = height - scale->has_legend - scale->chosen - scale->histogram;
	scale->columns = width >= 140 ? 128 : width >= 76 ? 64 : 32;
	while (scale->columns > 1 && scale_width(scale, 0) > width)
		scale->columns /= 2;
	for (scale->share = 1; rows > 0 && (arenas + (size_t)scale->share * scale->columns - 1) /
							   ((size_t)scale->share * scale->columns) >
						   (size_t)rows;)
		scale->share *= 2;
}

struct scale scale_for(size_t arenas, uint32_t pools, int width, int height)
{
	struct scale scale = {.rows = 1, .fold = 1, .share = 1, .columns = 1};
	int rows = rows_for(&scale, width, height);

	scale.label = width >= LABEL_LONG + (int)pools + SHARE ? LABEL_LONG : LABEL_SHORT;
	if ((pools > 1 && choose_blocks(&scale, arenas, pools, width, rows)) ||
		choose_bars(&scale, arenas, pools, width, rows) ||
		choose_cells(&scale, arenas, pools, width, height))
		return scale;
	rows_for(&scale, width, height);
	scale.chosen = height >= ROOMY ? CHOSEN_ROWS : 0;
	scale.has_ruler = false;
	rows = height - scale.has_legend - scale.chosen;
	if (!choose_groups(&scale, arenas, pools, width, rows))
		choose_arenas(&scale, arenas, width, height);
	return scale;
}

size_t scale_reserved(size_t arenas, size_t peak)
{
	size_t reserved = peak > arenas ? peak : arenas;

	while (reserved / 2 >= arenas && reserved > 1)
		reserved /= 2;
	return reserved;
}
