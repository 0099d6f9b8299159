/*
 * The terminal that the program holds: there is one, so there is one of these. Whatever ends the
 * program, a string prepared at the start and the saved modes put the terminal back.
 */
#ifndef TERM_TERMINAL_H
#define TERM_TERMINAL_H

#include <stdbool.h>

#define EXTRA_ON  "\033[?2004h" /* bracketed paste */
#define EXTRA_OFF "\033[?2026l\033[?2004l"
/* Dragging needs mode 1002, which ncurses does not ask for. */
#define DRAG_ON  "\033[?1002h\033[?1006h"
#define DRAG_OFF "\033[?1002l\033[?1000l\033[?1006l"

struct error;

/* Whether the screen can be drawn on it; -1: it cannot. */
int terminal_check(struct error *err);

void terminal_hold(int fd); /* from now on term_restore() (term.h) puts it back */
void terminal_let_go(void); /* there is nothing to put back */
void terminal_put(const char *bytes);
bool terminal_has_hung_up(void);

#endif
