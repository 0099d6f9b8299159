/* The last message, in the footer. */
#ifndef VIEW_MESSAGE_H
#define VIEW_MESSAGE_H

#include <stdbool.h>

struct view;

struct message {
	char text[200];
	bool is_bad;
};

void view_say(struct view *view, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for an error. */
void view_complain(struct view *view, const char *words);
void view_clear_message(struct view *view);

#endif
