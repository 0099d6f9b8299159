#include "base/threads.h"

#include <signal.h>

bool thread_start(pthread_t *ret_thread, void *(*run)(void *user), void *user)
{
	static const int faults[] = {SIGBUS, SIGSEGV, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
	sigset_t held, before;

	sigfillset(&held);
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		sigdelset(&held, faults[i]);
	pthread_sigmask(SIG_SETMASK, &held, &before);
	bool is_there = pthread_create(ret_thread, NULL, run, user) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return is_there;
}
