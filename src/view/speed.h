/* How fast a trace plays: in events per second, or by the time for all of it. */
#ifndef VIEW_SPEED_H
#define VIEW_SPEED_H

#include "view/view.h"

#define SPEED_NORMAL 8.0 /* events per second, at which a person can follow each */

void speed_init(struct speed *speed, const struct view_config *config);
double view_speed(const struct view *view);                 /* events per second */
void view_set_speed(struct view *view, struct speed speed); /* and says so */
void view_scale_speed(struct view *view, double factor);    /* likewise */
void speed_add_words(double events, struct text *out);      /* "320 events/s" */

#endif
