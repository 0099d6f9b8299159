/* See sizes.h. */
#include "panels/bins/sizes.h"

#include "base/utf8.h"
#include "panels/highlight.h"
#include "panels/kinds.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAME_AT    1
#define CHUNKS_AT  11
#define NARROW     60
#define NARROW_AT  8
#define CHUNKS_MAX 9u /* of more, or of top alone, none is shown */
#define ROWS_MAX   2
#define WORDS_MAX  16u

struct chunk {
	struct span span; /* begins with the size word */
	char words[64];
};

struct sizes {
	const struct engine *engine;
	uint64_t base;
	bool is_narrow;
	struct chunk chunks[CHUNKS_MAX];
	size_t count; /* CHUNKS_MAX + 1: there are more */
};

static const struct memory_word *find_word(const struct memory_word *words, size_t n,
	const char *name, uint64_t address)
{
	for (size_t i = 0; i < n; i++)
		if (words[i].address == address && strcmp(words[i].name, name) == 0 &&
			words[i].is_known)
			return &words[i];
	return NULL;
}

/* "+430 d0 (prev_size d0)", where it is narrow without the offset; false: nothing is known of its size. */
static bool write_words(const struct sizes *sizes, struct chunk *chunk)
{
	struct memory_word words[WORDS_MAX];
	uint64_t at = chunk->span.base;
	size_t n = engine_words(sizes->engine, at, words, WORDS_MAX);
	const struct memory_word *own = find_word(words, n, "size", at),
				 *before = find_word(words, n, "prev_size", at - sizeof(uint64_t));
	char prev_size[32] = "", offset[24] = "";

	if (!own)
		return false;
	if (before)
		snprintf(prev_size, sizeof(prev_size), " (prev_size %" PRIx64 ")", before->value);
	if (!sizes->is_narrow)
		snprintf(offset, sizeof(offset), "+%" PRIx64 " ",
			at - sizeof(uint64_t) - sizes->base);
	snprintf(chunk->words, sizeof(chunk->words), "%s%" PRIx64 "%s", offset, own->value,
		prev_size);
	return true;
}

/* The library's own chunk is left out. */
static bool take_chunk(const struct span *span, void *user)
{
	struct sizes *sizes = user;

	if (span->state == SPAN_HEADER)
		return true;
	if (sizes->count < CHUNKS_MAX) {
		sizes->chunks[sizes->count].span = *span;
		if (!write_words(sizes, &sizes->chunks[sizes->count]))
			return true;
	}
	return ++sizes->count <= CHUNKS_MAX;
}

static enum role role_of(const struct sizes *sizes, const struct scene *scene,
	const struct chunk *chunk)
{
	const struct span *span = &chunk->span;
	enum role usual = ROLE_TEXT;

	if (span->kind)
		usual = (enum role)kind_cell(sizes->engine, span->kind, CHARSET_UTF8).role;
	return highlight_role(scene, span->base, span->size, usual);
}

/* Draws them in rows as wide as the area; gives how many rows they take. */
static int draw_chunks(const struct sizes *sizes, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	int start = sizes->is_narrow ? NARROW_AT : CHUNKS_AT, x = start, y = 0;

	for (size_t i = 0; i < sizes->count; i++) {
		const struct chunk *chunk = &sizes->chunks[i];
		int width = (int)utf8_cells(chunk->words);
		if (x > start && x + width > area.width) {
			x = start;
			y++;
		}
		area_text(canvas, area, x, y, role_of(sizes, scene, chunk), 0, chunk->words);
		x += width + 2;
	}
	return y + 1;
}

int sizes_draw(const struct engine *engine, uint64_t base, const struct scene *scene,
	struct canvas *canvas, struct area area)
{
	struct sizes sizes = {.engine = engine, .base = base, .is_narrow = area.width < NARROW};
	struct canvas nowhere = {.charset = canvas->charset};
	struct region region;
	size_t at;

	if (!engine_has_words(engine) || !engine_region_at(engine, base, &at, &region))
		return 0;
	engine_spans(engine, base, base + region.size, take_chunk, &sizes);
	if (sizes.count < 2 || sizes.count > CHUNKS_MAX ||
		draw_chunks(&sizes, scene, &nowhere, area) > ROWS_MAX)
		return 0;
	area_text(canvas, area, NAME_AT, 0, ROLE_TITLE, 0, "sizes");
	return draw_chunks(&sizes, scene, canvas, area);
}
