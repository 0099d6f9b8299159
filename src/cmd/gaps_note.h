/* Says on standard error what this system cannot keep plug-ins from, once they are open. */
#ifndef CMD_GAPS_NOTE_H
#define CMD_GAPS_NOTE_H

void print_gaps_note(void);

#endif
