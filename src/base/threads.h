#ifndef ARENASCOPE_BASE_THREADS_H
#define ARENASCOPE_BASE_THREADS_H

#include <pthread.h>
#include <stdbool.h>

/*
 * Begins a thread to which no signal of the process comes, only those that a fault of its own
 * raises: who waits for one, as for a resize of the terminal, gets it. false: there is no thread.
 */
bool thread_start(pthread_t *ret_thread, void *(*run)(void *user), void *user);

#endif
