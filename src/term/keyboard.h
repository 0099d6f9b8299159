/* Keys and the mouse of the terminal, as names and clicks for the view. */
#ifndef TERM_KEYBOARD_H
#define TERM_KEYBOARD_H

#include "term/screen.h"

void keyboard_define_keys(void);
bool keyboard_take(struct screen *screen); /* what was typed; false: the person has quit */
/* An answer that is still on its way must not become keys of whoever has the terminal next. */
void keyboard_await_answer(struct screen *screen);
/* As the person wants it; what ncurses asks for leaves out dragging. */
void keyboard_set_mouse(struct screen *screen, bool on);
/* A script plays as long as the person lets it. */
void keyboard_note_script(struct screen *screen);

#endif
