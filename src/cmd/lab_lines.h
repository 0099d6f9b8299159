/* Where in a trace of the text form, which people write by hand, something stands. */
#ifndef CMD_LAB_LINES_H
#define CMD_LAB_LINES_H

#include <stdint.h>

/*
 * The line of an event, and the first one that is left out because it is no event; from 1. 0: there
 * is none, or the file is not in the text form, or packed. Reads the file again as often as the
 * logarithm of its length.
 */
uint64_t line_of_event(const char *path, uint64_t number);
uint64_t line_left_out(const char *path);

#endif
