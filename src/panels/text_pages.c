/*
 * See text_pages.h. A page takes sentence after sentence while they fit. Then the pages are made as
 * low as they can be without there being more of them, or more that end in a sentence: so the last
 * one is not a few words alone.
 *
 *	place   a text and the offset in it; the end is in the text after the last
 */
#include "panels/text_pages.h"

#include "base/text.h"

#include <string.h>

/* Ends of what is kept together: of a sentence, of a part of it, of a word. */
static const char *const ends[] = {".?!", ",;:", ""};

#define LEVELS (sizeof(ends) / sizeof(*ends))

struct place {
	size_t text, at;
};

struct pages {
	const struct page_text *texts;
	size_t count;
	int width, height;
};

/* What pages of some height come to. */
struct tally {
	int pages;
	int torn; /* pages that end in a sentence */
};

/* Where what is kept together after `words` begins, or the end. */
static const char *next_after(const char *words, const char *end_signs)
{
	for (const char *at = words; *at; at++) {
		const char *sign = at;
		if (*at != ' ' && *at != '\n')
			continue;
		while (sign > words && strchr("\")'", sign[-1]))
			sign--;
		bool is_end =
			*at == '\n' || !*end_signs || (sign > words && strchr(end_signs, sign[-1]));
		at += strspn(at, " \n") - 1;
		if (is_end)
			return at + 1;
	}
	return words + strlen(words);
}

static struct place start_of(size_t text)
{
	return (struct place){text, 0};
}

static bool is_at(struct place place, struct place other)
{
	return place.text == other.text && place.at == other.at;
}

static struct place next_place(const struct pages *pages, struct place place, const char *end_signs)
{
	const char *words = pages->texts[place.text].text;
	const char *next = next_after(words + place.at, end_signs);

	return *next ? (struct place){place.text, (size_t)(next - words)}
		     : start_of(place.text + 1);
}

/* Draws the words of a text from one offset to another; returns the row after the last. */
static int draw_words(const struct page_text *text, size_t from, size_t to, struct canvas *canvas,
	struct area area, int y)
{
	struct text words = {0};
	int x = from > 0 ? text->indent : text->x;

	text_add_bytes(&words, text->text + from, to - from);
	if (text->badge && from == 0)
		area_text(canvas, area, 1, y, ROLE_CURSOR, CELL_BOLD, text->badge);
	y = text->is_caption
		    ? area_caption(canvas, area, text_of(&words))
		    : area_wrap(canvas, area, x, y, text->indent, text->role, text_of(&words));
	text_finish(&words);
	return y;
}

/* Draws what is between the places; returns the row after the last. */
static int draw_between(const struct pages *pages, struct place from, struct place to,
	struct canvas *canvas, struct area area)
{
	int y = 0;

	for (size_t i = from.text; i < pages->count && (i < to.text || (i == to.text && to.at));
		i++) {
		const struct page_text *text = &pages->texts[i];
		y += y > 0 ? text->above : 0;
		y = draw_words(text, i == from.text ? from.at : 0,
			i == to.text ? to.at : strlen(text->text), canvas, area, y);
	}
	return y;
}

static int rows_between(const struct pages *pages, struct place from, struct place to)
{
	struct canvas none = {0};

	return draw_between(pages, from, to, &none, (struct area){0, 0, pages->width, 0});
}

/* A page that ends in a sentence has more than half of its rows. */
static bool is_worth_it(const struct pages *pages, struct place from, struct place end,
	bool is_torn)
{
	if (is_at(end, from))
		return false;
	return !is_torn || rows_between(pages, from, end) * 2 > pages->height;
}

/* The end of the page that begins there; a page has a word at least. */
static struct place end_of_page(const struct pages *pages, struct place from, bool *ret_is_torn)
{
	struct place end = from, next = from;

	for (size_t level = 0; level < LEVELS; level++) {
		for (next = end = from; next.text < pages->count; end = next) {
			next = next_place(pages, next, ends[level]);
			if (rows_between(pages, from, next) > pages->height)
				break;
		}
		*ret_is_torn = level > 0;
		if (is_worth_it(pages, from, end, *ret_is_torn))
			break;
	}
	return is_at(end, from) ? next : end;
}

/* Grows with the words, each of which is laid out a few times. */
static struct tally count_pages(const struct pages *pages)
{
	struct tally tally = {0};

	for (struct place at = start_of(0); at.text < pages->count; tally.pages++) {
		bool is_torn;
		at = end_of_page(pages, at, &is_torn);
		tally.torn += is_torn;
	}
	return tally;
}

/* The pages with the least height that are no more, and end no worse. */
static struct pages level_out(struct pages pages)
{
	struct tally most = count_pages(&pages), tally = most;
	struct pages lower = pages;

	while (tally.pages <= most.pages && tally.torn <= most.torn && lower.height > 1) {
		pages = lower;
		lower.height--;
		tally = count_pages(&lower);
	}
	return pages;
}

int page_rows(const struct page_text *texts, size_t n, int width)
{
	const struct pages all = {texts, n, width, 0};

	return rows_between(&all, start_of(0), start_of(n));
}

int page_count(const struct page_text *texts, size_t n, int width, int height)
{
	const struct pages pages = {texts, n, width, height};

	return height > 0 && page_rows(texts, n, width) > height ? count_pages(&pages).pages : 1;
}

void page_draw(const struct page_text *texts, size_t n, struct canvas *canvas, struct area area,
	int page)
{
	struct pages pages = {texts, n, area.width, area.height};
	struct place from = start_of(0), end = start_of(n);
	bool is_torn;

	if (area.height > 0 && page_rows(texts, n, area.width) > area.height) {
		pages = level_out(pages);
		end = end_of_page(&pages, from, &is_torn);
		for (; page > 0 && end.text < n; page--) {
			from = end;
			end = end_of_page(&pages, from, &is_torn);
		}
	}
	draw_between(&pages, from, end, canvas, area);
}
