/* Where the plug-in's code was, as return addresses in its file. */
#ifndef PLUGIN_CODE_PLACE_H
#define PLUGIN_CODE_PLACE_H

#include <stdint.h>

#define CALLERS_MAX 8u

struct code_place {
	uint64_t at;                   /* 0: not known */
	uint64_t callers[CALLERS_MAX]; /* what had called that, from the inside; 0: no more */
};

#endif
