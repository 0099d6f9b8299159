/* A realloc that moves its block does not copy the content. */
#include <string.h>
#define memcpy(to, from, bytes) ((void)(to), (void)(from), (void)(bytes))
#include "correct.c"
