/*
 * Says on standard error what is odd about the plug-ins that are open: how they began, and what
 * this system cannot keep them from.
 */
#ifndef CMD_PLUGIN_NOTES_H
#define CMD_PLUGIN_NOTES_H

void print_plugin_notes(void);

#endif
