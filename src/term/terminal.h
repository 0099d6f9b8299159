/*
 * The terminal held by the program: there is one, so there is one of these. Whatever ends the
 * program, a string prepared at the start and the saved modes restore the terminal.
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

/* Whether the screen can be drawn on the terminal; -1 and err: it cannot. */
int terminal_check(struct error *err);

void terminal_hold(int fd); /* from now on term_restore() (term.h) restores it */
/* The same for the keys alone: they come one by one and without echo. Nothing else is changed. */
void terminal_hold_keys(int fd);
void terminal_release(void); /* there is nothing left to restore */
void terminal_put(const char *bytes);
bool terminal_has_hung_up(void);

#endif
