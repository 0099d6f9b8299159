/* Time for benches. */
#ifndef PROCESSOR_TIME_H
#define PROCESSOR_TIME_H

#include <time.h>

/* Milliseconds of processor time of this process: other load on the machine does not count. */
static inline double processor_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

#endif
