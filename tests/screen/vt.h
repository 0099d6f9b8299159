/*
 * A real terminal for tests: the program runs on a pseudo-terminal, and libvterm is the screen.
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
/* From now on it answers no question, as where the line is slow: tests send what it would say. */
void vt_mute(struct vt *vt);

void vt_resize(struct vt *vt, int width, int height);
void vt_signal(struct vt *vt, int number);
void vt_hang_up(struct vt *vt);

/* Reads until the text is somewhere on the screen; false: it never came. */
bool vt_wait_for(struct vt *vt, const char *text);

/*
 * Reads until the program has taken that number of keys, has shown their effect at this size, and
 * will do nothing more without a key.
 */
bool vt_wait_rest(struct vt *vt, unsigned long keys);

/* Reads until the program has ended; returns its wait status. */
int vt_wait_end(struct vt *vt);

/* Reads for at most that number of milliseconds; returns the number of bytes that came. */
size_t vt_read_for(struct vt *vt, int milliseconds);

/* A row as UTF-8, without trailing blanks; the caller frees it. */
char *vt_row(struct vt *vt, int row);

/* A cell as it looks: for a blank only the properties that show. */
struct vt_cell {
	uint32_t glyph; /* a code point; ' ' for an empty cell */
	/* number in the palette, or red, green, blue; -1: the default of the terminal */
	int32_t foreground, background;
	bool bold, underline, reverse;
};
struct vt_cell vt_cell(struct vt *vt, int row, int column);

/*
 * Counts since the start: bytes read; write calls, and those that only wrote to the title for the
 * test; waits.
 */
size_t vt_bytes(const struct vt *vt);
unsigned long vt_writes(const struct vt *vt);
unsigned long vt_acks(const struct vt *vt);
unsigned long vt_switches(const struct vt *vt);

/* The number of cells with a colour that is not the default; of cells beyond ASCII. */
int vt_coloured_cells(struct vt *vt);
int vt_wide_signs(struct vt *vt);

bool vt_in_alternate_screen(const struct vt *vt);
bool vt_cursor_is_visible(const struct vt *vt);
bool vt_is_cooked(const struct vt *vt); /* line editing and echo are on */
/* Each key is a byte at once, without echo, signals, flow control or a translation. */
bool vt_is_raw(const struct vt *vt);
bool vt_saw(const struct vt *vt, const char *bytes); /* among the bytes written by the program */

#endif
