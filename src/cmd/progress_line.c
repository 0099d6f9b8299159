/* See progress_line.h. */
#include "cmd/progress_line.h"

#include "base/text.h"
#include "base/units.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define SECOND   UINT64_C(1000000000)
#define PATIENCE (SECOND / 2)  /* work that takes less is not shown */
#define INTERVAL (SECOND / 10) /* from one line to the next */

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

void progress_line_add(struct text *out, const struct progress_report *progress,
	uint64_t done_before, uint64_t elapsed)
{
	struct units units;

	text_add(out, "arenascope: %s", progress->about ? progress->about : "");
	text_add(out, "%s%s: ", progress->about ? ": " : "", progress->what);
	if (strcmp(progress->unit, "seconds") == 0) {
		text_add(out, "%s", units_wait(&units, progress->done * SECOND));
		return;
	}
	if (progress->all > 0)
		text_add(out, "%s", units_percent(&units, progress->done, progress->all));
	else
		text_add(out, "%s %s", units_count(&units, progress->done), progress->unit);
	if (elapsed == 0 || progress->done <= done_before)
		return;
	double of_one = (double)elapsed / (double)(progress->done - done_before);
	uint64_t rate = (uint64_t)(1e9 / of_one);
	if (strcmp(progress->unit, "bytes") == 0)
		text_add(out, ", %s/s", units_bytes(&units, rate));
	else if (rate > 0)
		text_add(out, ", %s %s/s", units_count(&units, rate), progress->unit);
	if (progress->all > progress->done)
		text_add(out, ", %s left",
			units_wait(&units,
				(uint64_t)(of_one * (double)(progress->all - progress->done))));
}

static void erase(struct progress_line *line)
{
	if (line->is_shown)
		fputs("\r\033[K", stderr);
	line->is_shown = false;
}

void progress_line_start(void)
{
	struct winsize size = {0};

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
		fprintf(stderr, "%*s", size.ws_col - 1, "");
}

static void show(struct progress_line *line, const struct progress_report *progress, uint64_t time)
{
	struct text text = {0};

	if (!line->is_shown)
		progress_line_start();
	progress_line_add(&text, progress, line->done_before, time - line->began);
	fprintf(stderr, "\r%s\033[K", text_of(&text));
	text_finish(&text);
	line->is_shown = true;
	line->last = time;
}

static void listen(const struct progress_report *progress, void *user)
{
	struct progress_line *line = user;

	if (!progress || (progress->all > 0 && progress->done >= progress->all)) {
		erase(line);
		line->what = NULL;
		return;
	}
	uint64_t time = now();
	if (line->what != progress->what) {
		erase(line);
		line->what = progress->what;
		line->began = line->last = time;
		line->done_before = progress->done;
	} else if (time - line->began >= PATIENCE && time - line->last >= INTERVAL) {
		show(line, progress, time);
	}
}

void progress_line_begin(struct progress_line *line)
{
	*line = (struct progress_line){0};
	if (isatty(STDERR_FILENO))
		progress_listen(listen, line);
}

void progress_line_end(struct progress_line *line)
{
	progress_listen(NULL, NULL);
	erase(line);
}
