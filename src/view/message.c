#include "view/view_state.h"

#include <stdarg.h>
#include <stdio.h>

void view_say(struct view *view, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(view->message.text, sizeof(view->message.text), format, args);
	va_end(args);
	view->message.is_bad = false;
	view_mark_stale(view);
}

void view_complain(struct view *view, const char *words)
{
	view_say(view, "%s", words);
	view->message.is_bad = true;
}

void view_clear_message(struct view *view)
{
	view->message.text[0] = '\0';
}

const char *view_message(const struct view *view)
{
	return view->message.text;
}
