/* See named_panel.h. Titles are whole words: "Pool" is not named by "the panel Pools". */
#include "view/named_panel.h"

#include <ctype.h>
#include <string.h>

static bool is_title(const char *words, const char *title)
{
	size_t length = strlen(title);

	return strncmp(words, title, length) == 0 && !isalnum((unsigned char)words[length]);
}

static const struct panel_ops *named_in(const char *caption)
{
	static const char before[] = "panel ";
	const char *at = strstr(caption, before);
	size_t count;
	const struct panel_ops *const *panels = panel_list(&count);

	for (size_t i = 0; at && i < count; i++)
		if (is_title(at + strlen(before), panels[i]->title))
			return panels[i];
	return NULL;
}

/* Grows with the captions passed, by a comparison of two numbers for each. */
const struct panel_ops *named_panel(struct trace *trace, uint64_t position)
{
	const struct trace_mark *notes;
	size_t count = trace_notes(trace, &notes), passed = 0;

	while (passed < count && notes[passed].position < position)
		passed++;
	const struct panel_ops *named = passed > 0 ? named_in(notes[passed - 1].name) : NULL;
	return named || count == 0 ? named : named_in(notes[0].name);
}
