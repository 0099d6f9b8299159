#include "base/progress.h"

#include <stddef.h>

/*
 * Work is done in libraries that know no command, so the listener is not passed down to them. It is
 * for one thread, so it needs no lock.
 */
static _Thread_local struct {
	progress_listener *listener;
	void *user;
	const char *about;
} audience;

void progress_listen(progress_listener *listener, void *user)
{
	progress_end();
	audience.listener = listener;
	audience.user = user;
}

void progress_about(const char *about)
{
	progress_end();
	audience.about = about;
}

void progress_say(const char *what, const char *unit, uint64_t done, uint64_t all)
{
	const struct progress_report progress = {what, unit, done, all, audience.about};

	if (audience.listener)
		audience.listener(&progress, audience.user);
}

void progress_end(void)
{
	if (audience.listener)
		audience.listener(NULL, audience.user);
}
