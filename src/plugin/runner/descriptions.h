/* What the plug-in says of its own free blocks and lists. */
#ifndef PLUGIN_RUNNER_DESCRIPTIONS_H
#define PLUGIN_RUNNER_DESCRIPTIONS_H

/* Answers with the number of pieces, then with them. */
void describe(void);

#endif
