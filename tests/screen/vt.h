/*
 * A real terminal for tests: the program runs on a pseudo-terminal, libvterm plays the screen.
 * Nothing sleeps: a test sends keys and waits for what must appear, half a minute at most.
 */
#ifndef VT_H
#define VT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct vt;

/* env: "NAME=VALUE" added to a small fixed environment, ended by NULL; may be NULL. */
struct vt *vt_start(int width, int height, const char *const *argv, const char *const *env);
void vt_free(struct vt *vt);

void vt_send(struct vt *vt, const char *bytes);
void vt_resize(struct vt *vt, int width, int height);
void vt_signal(struct vt *vt, int number);
void vt_hang_up(struct vt *vt);

/* Reads until the text stands somewhere on the screen; false: it never came. */
bool vt_wait_for(struct vt *vt, const char *text);

/*
 * Reads until the program has taken so many keys, has shown what they did at this size, and will do
 * nothing more by itself.
 */
bool vt_wait_rest(struct vt *vt, unsigned long keys);

/* Reads until the program has ended; gives its wait status. */
int vt_wait_end(struct vt *vt);

/* Reads for at most so many milliseconds; gives the bytes that came. */
size_t vt_read_for(struct vt *vt, int milliseconds);

/* A row as UTF-8, trailing blanks cut; the caller frees it. */
char *vt_row(struct vt *vt, int row);

/* A cell as it is seen: of a blank only what shows. */
struct vt_cell {
	uint32_t glyph; /* a code point, ' ' where nothing stands */
	/* of the palette, or red, green, blue; -1: the terminal's own */
	int32_t foreground, background;
	bool bold, underline, reverse;
};
struct vt_cell vt_cell(struct vt *vt, int row, int column);

/*
 * So far: bytes that were read; calls that wrote, and those of them that only told the test
 * something; times that it waited.
 */
size_t vt_bytes(const struct vt *vt);
unsigned long vt_writes(const struct vt *vt);
unsigned long vt_acks(const struct vt *vt);
unsigned long vt_switches(const struct vt *vt);

/* Cells with a foreground or background of their own; cells beyond ASCII. */
int vt_coloured_cells(struct vt *vt);
int vt_wide_signs(struct vt *vt);

bool vt_in_alternate_screen(const struct vt *vt);
bool vt_cursor_is_visible(const struct vt *vt);
bool vt_is_cooked(const struct vt *vt);              /* line editing and echo are on */
bool vt_saw(const struct vt *vt, const char *bytes); /* in what the program has written */

#endif
