/* Where the plug-in's code is, and where in it the plug-in was. */
#ifndef PLUGIN_RUNNER_CODE_H
#define PLUGIN_RUNNER_CODE_H

#include <stdint.h>

/* The innermost return address into the plug-in's code, as one in its file; 0: there is none. */
uint64_t place_on_stack(void);

/* Where the plug-in was when a signal came; context: what its handler was given. */
uint64_t place_of(const void *context);

/* Of the plug-in, as dlopen() returned it; comes before the others. */
void note_code(void *library);

#endif
