/* Keys and the mouse of the terminal, as key names and clicks for the view. */
#ifndef TERM_KEYBOARD_H
#define TERM_KEYBOARD_H

#include "term/screen.h"

void keyboard_define_keys(void);
bool keyboard_take(struct screen *screen); /* handles what was typed; false: the person has quit */
/* Waits a moment for the answer about the background; a key that is typed ends the wait. */
void keyboard_await_background(struct screen *screen);
/*
 * Waits for an answer that is still on its way: it must not become keys of the program that has the
 * terminal next.
 */
void keyboard_await_answer(struct screen *screen);
/*
 * Gives the mouse to the view or to the terminal. The request of ncurses itself leaves out
 * dragging.
 */
void keyboard_set_mouse(struct screen *screen, bool on);
/* Shows in the view whether the script plays or is paused. */
void keyboard_note_script(struct screen *screen);

#endif
