/* See clock.h. */
#include "plugin/runner/clock.h"

#include "plugin/confinement.h"
#include "plugin/runner/answers.h"
#include "plugin/runner/code.h"

#include <sys/syscall.h>
#include <sys/time.h>

#define TICKS    4u   /* in the time that a call may take, at least */
#define TICK_MAX 100u /* milliseconds */

struct run_clock run_clock;

static unsigned tick_ms;
static unsigned ticks_max; /* a call that saw so many does not come back */

void set_clock(unsigned milliseconds)
{
	tick_ms = milliseconds / TICKS < TICK_MAX ? milliseconds / TICKS : TICK_MAX;
	ticks_max = milliseconds / tick_ms;
}

void shorten_clock(void)
{
	ticks_max = ticks_max / 10 > 2 ? ticks_max / 10 : 2;
}

void limit_calls(uint64_t milliseconds)
{
	uint64_t ticks = (milliseconds + tick_ms - 1) / tick_ms;

	run_clock.left = ticks < SIG_ATOMIC_MAX ? (sig_atomic_t)ticks : SIG_ATOMIC_MAX;
}

void on_tick(int signal, siginfo_t *info, void *context)
{
	if (!run_clock.is_inside)
		return;
	if ((unsigned)++run_clock.ticks >= ticks_max)
		end_with(&(struct reply){.kind = REPLY_LOOPS, .place = place_of(context)});
	if (run_clock.left > 0 && --run_clock.left == 0)
		end_with(&(struct reply){.kind = REPLY_LATE});
}

void start_clock(void)
{
	const struct timeval tick = {tick_ms / 1000, tick_ms % 1000 * 1000};
	const struct itimerval clock = {tick, tick};

	gate_call(SYS_setitimer, ITIMER_PROF, (long)&clock, 0, 0, 0);
}
