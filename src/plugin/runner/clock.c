/* See clock.h. */
#include "plugin/runner/clock.h"

#include "plugin/confinement.h"
#include "plugin/runner/answers.h"
#include "plugin/runner/code.h"
#include "plugin/runner/state.h"

#include <sys/syscall.h>
#include <sys/time.h>

void on_tick(int signal, siginfo_t *info, void *context)
{
	if (!self.is_inside)
		return;
	if ((unsigned)++self.ticks >= self.ticks_max)
		end_with(&(struct reply){.kind = REPLY_LOOPS, .other = place_of(context)});
}

void start_clock(void)
{
	const struct timeval tick = {self.tick_ms / 1000, self.tick_ms % 1000 * 1000};
	const struct itimerval clock = {tick, tick};

	gate_call(SYS_setitimer, ITIMER_PROF, (long)&clock, 0, 0, 0);
}
