/* Compiles a plug-in allocator into a shared object. */
#ifndef PLUGIN_COMPILER_H
#define PLUGIN_COMPILER_H

struct error;

/*
 * Compiles with $CC or cc; the source may include the malloc lab's headers and arenascope/plugin.h.
 * Returns a descriptor of the object, which is no longer in any folder; -1 and err, with the
 * compiler's first error.
 */
int compiler_run(const char *source, struct error *err);

#endif
