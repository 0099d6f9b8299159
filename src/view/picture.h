/* What is on the screen, as a picture in a file. */
#ifndef VIEW_PICTURE_H
#define VIEW_PICTURE_H

struct error;
struct view;

/*
 * Writes the screen to a file, whose name ends in .svg or .png. -1 and err: it ends in neither, or
 * the file cannot be written.
 */
int view_save(struct view *view, const char *path, struct error *err);

#endif
