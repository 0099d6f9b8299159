/*
 * Puts the log of a recording (src/trace/wire.h) into order and writes the trace, as the recorder
 * does beside the program: how long does an event take?
 *
 * usage: order-log LOG [TRACE]
 */
#include "base/error.h"
#include "cmd/logs.h"
#include "processor_time.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	const char *output = argc > 2 ? argv[2] : "/dev/null";
	struct wire_log_summary summary = {0};
	struct error err;
	int log = argc > 1 ? open(argv[1], O_RDONLY) : -1;
	int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	double begin = processor_ms();

	if (log < 0 || fd < 0)
		return 2;
	if (logs_write(log, argv[1], fd, output, NULL, 0, &summary, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	double taken = processor_ms() - begin;
	printf("  %" PRIu64 " events  %6.1f ns an event  %5.2f M events/s\n", summary.events,
		taken * 1e6 / (double)summary.events, (double)summary.events / taken / 1e3);
	return 0;
}
