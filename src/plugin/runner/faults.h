/* The ends that a plug-in may come to: signals, system calls that are not for it, and exits. */
#ifndef PLUGIN_RUNNER_FAULTS_H
#define PLUGIN_RUNNER_FAULTS_H

/* Installs the handlers of all of them, on a stack of their own. */
void watch(void);

#endif
