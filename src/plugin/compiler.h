/* Compiles somebody's allocator into a shared object. */
#ifndef PLUGIN_COMPILER_H
#define PLUGIN_COMPILER_H

struct error;

/*
 * With $CC, else cc; the malloc lab's headers and arenascope/plugin.h are found by a source that
 * asks for them. Gives the object, open for reading, which is in no folder any more; -1 and err,
 * with the compiler's first error.
 */
int compiler_run(const char *source, struct error *err);

#endif
