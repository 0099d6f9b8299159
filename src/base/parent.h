#ifndef ARENASCOPE_BASE_PARENT_H
#define ARENASCOPE_BASE_PARENT_H

#include <sys/types.h>

/*
 * Called in a child: when the process that forked it ends, however that ends, the child gets the
 * signal. Where it has ended before this took effect, the child exits. In a process namespace of
 * its own, which hides the parent, only the first is so.
 */
void follow_parent(pid_t parent, int number);

#endif
