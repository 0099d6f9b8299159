/* Targets of jumps: by name, number, percentage, time. */
#ifndef VIEW_JUMPS_H
#define VIEW_JUMPS_H

#include <stdbool.h>

struct error;
struct view;

#define SURVEY_EVENTS 12000u /* events in one slice of the survey */

void view_to_fault(struct view *view, bool back);
void view_to_peak(struct view *view);
void view_page(struct view *view, bool back);
void view_follow(struct view *view); /* follows the end of a trace that grows */
int view_seek(struct view *view, const char *where, struct error *err);

#endif
