/*
 * See lecture_sheet.h. Of a caption above a story that does not fit, only the question stays,
 * behind an ellipsis, and of an earlier one nothing: all of it was on the screen before the story.
 * Where that makes it one page, or many fewer, the reasons are one text instead of a line each.
 */
#include "panels/lecture_sheet.h"

#include "base/text.h"
#include "panels/text_pages.h"

#include <string.h>

#define INDENT     3
#define ASKED_AT   9 /* after its badge */
#define TEXTS_MAX  5 /* a caption, an event, its reasons, what has changed, its caller */
#define PAGES_MANY 3

/* The last sentence of a caption: its question. */
static const char *last_sentence(const char *caption)
{
	const char *last = caption;

	for (const char *at = caption; at[0] && at[1]; at++)
		if (strchr(".!?:", at[0]) && at[1] == ' ' && at[2])
			last = at + 2;
	return last;
}

/* How a sheet is fitted into a height. */
struct fitting {
	const char *caption; /* all of it, its last sentence, or nothing */
	bool is_cut;         /* it is the last of several sentences */
	bool is_airy;        /* with a blank row below the caption */
	bool runs_on;        /* reasons and what has changed are one text */
};

struct texts {
	struct page_text items[TEXTS_MAX];
	size_t count;
};

static void add(struct texts *texts, const struct page_text *text)
{
	if (text->text && *text->text)
		texts->items[texts->count++] = *text;
}

static void add_story(struct texts *texts, const struct lecture_sheet *sheet, bool runs_on,
	int above)
{
	enum role role = sheet->is_bad ? ROLE_BAD : ROLE_TITLE;
	const char *reasons[] = {runs_on ? sheet->run_on : sheet->why, runs_on ? NULL : sheet->so,
		sheet->who};

	add(texts, &(struct page_text){sheet->what, NULL, role, 1, INDENT, above, false});
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		add(texts,
			&(struct page_text){reasons[i], NULL, ROLE_TEXT, INDENT, INDENT, 0, false});
}

/* cut: takes the caption where it is cut, since what texts point to is borrowed. */
static struct texts texts_of(const struct lecture_sheet *sheet, const struct fitting *fitting,
	struct text *cut)
{
	struct texts texts = {.count = 0};
	int above = fitting->is_airy;

	text_clear(cut);
	text_add(cut, "%s%s", fitting->is_cut ? "… " : "", fitting->caption);
	add(&texts, &(struct page_text){.text = text_of(cut), .is_caption = true});
	if (sheet->asked)
		add(&texts, &(struct page_text){sheet->asked, " NEXT ", ROLE_TITLE, ASKED_AT,
				    INDENT, above, false});
	else
		add_story(&texts, sheet, fitting->runs_on, above);
	return texts;
}

static int count_rows(const struct lecture_sheet *sheet, const struct fitting *fitting, int width)
{
	struct text cut = {0};
	struct texts texts = texts_of(sheet, fitting, &cut);
	int rows = page_rows(texts.items, texts.count, width);

	text_finish(&cut);
	return rows;
}

static int count_pages(const struct lecture_sheet *sheet, const struct fitting *fitting, int width,
	int height)
{
	struct text cut = {0};
	struct texts texts = texts_of(sheet, fitting, &cut);
	int pages = page_count(texts.items, texts.count, width, height);

	text_finish(&cut);
	return pages;
}

static const char *caption_of(const struct lecture_sheet *sheet)
{
	return sheet->caption ? sheet->caption : "";
}

/*
 * Fewer pages are; as many are with less of the caption. One text is read with less ease: only
 * where there is one page, or many without it.
 */
static bool is_better(const struct fitting *fitting, int pages, const struct fitting *best,
	int least)
{
	if (fitting->runs_on && pages > 1 && least < PAGES_MANY)
		return false;
	return pages < least ||
	       (pages == least && strlen(fitting->caption) < strlen(best->caption));
}

/* The first that needs the fewest pages. */
static struct fitting fit(const struct lecture_sheet *sheet, int width, int height)
{
	const char *caption = caption_of(sheet);
	const char *rest = sheet->is_earlier ? "" : last_sentence(caption);
	bool is_cut = *rest && rest != caption;
	const struct fitting fittings[] = {{caption, false, true, false},
		{caption, false, false, false}, {rest, is_cut, false, false},
		{caption, false, false, true}, {rest, is_cut, false, true}};
	size_t n = !sheet->what ? 2 : !sheet->run_on ? 3 : 5;
	struct fitting best = {0};
	int least = 0;

	for (size_t i = 0; i < n && least != 1; i++) {
		struct fitting fitting = fittings[i];
		int pages = count_pages(sheet, &fitting, width, height);
		if (i == 0 || is_better(&fitting, pages, &best, least)) {
			best = fitting;
			least = pages;
		}
	}
	return best;
}

int lecture_sheet_rows(const struct lecture_sheet *sheet, int width)
{
	const struct fitting whole = {caption_of(sheet), false, true, false};

	return count_rows(sheet, &whole, width);
}

int lecture_sheet_rows_in(const struct lecture_sheet *sheet, int width, int height)
{
	struct fitting fitting = fit(sheet, width, height);

	return count_rows(sheet, &fitting, width);
}

int lecture_sheet_pages(const struct lecture_sheet *sheet, int width, int height)
{
	struct fitting fitting = fit(sheet, width, height);

	return count_pages(sheet, &fitting, width, height);
}

void lecture_sheet_draw(const struct lecture_sheet *sheet, struct canvas *canvas, struct area area,
	int page)
{
	struct fitting fitting = fit(sheet, area.width, area.height);
	struct text cut = {0};
	struct texts texts = texts_of(sheet, &fitting, &cut);

	page_draw(texts.items, texts.count, canvas, area, page);
	text_finish(&cut);
}
