/*
 * What the viewer costs: the real program on a pseudo-terminal that is read at once.  For each kind of move, a frame
 * at a time: the processor time it took, the bytes and the writes that it sent, and how long it was from the key to
 * the end of the frame.  A frame ends with the end of its synchronized update.
 *
 * usage: measure-view ARENASCOPE WIDTH HEIGHT TRACE [OPTIONS of play...]
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FRAMES	  400u
#define FRAME_END "\033[?2026l"
#define PATIENCE  10000	/* milliseconds */

struct program {
	int master;
	pid_t pid;
	clockid_t clock;
	size_t matched;	/* bytes of FRAME_END at the end of what was read */
};

struct frame {
	double cpu, waited;	/* microseconds */
	double bytes, writes;
};

static double microseconds(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static uint64_t writes_of(const struct program *program)
{
	char path[64], line[100];
	uint64_t writes = 0;

	snprintf(path, sizeof(path), "/proc/%d/io", (int)program->pid);
	FILE *file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "syscw: %" SCNu64, &writes) == 1)
			break;
	if (file)
		fclose(file);
	return writes;
}

static void start(struct program *program, int width, int height, char **argv)
{
	struct winsize size = {.ws_row = (unsigned short)height, .ws_col = (unsigned short)width};

	*program = (struct program){0};
	program->pid = forkpty(&program->master, NULL, NULL, &size);
	if (program->pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		unsetenv("NO_COLOR");
		execvp(argv[0], argv);
		_exit(126);
	}
	if (program->pid < 0 || clock_getcpuclockid(program->pid, &program->clock) != 0) {
		perror("measure-view");
		exit(1);
	}
}

/* Reads what there is, counting; whether a frame ended. */
static bool read_some(struct program *program, uint64_t *ret_bytes, unsigned *ret_frames)
{
	static const char end[] = FRAME_END;
	char buffer[65536];
	ssize_t n = read(program->master, buffer, sizeof(buffer));

	if (n <= 0)
		return false;
	*ret_bytes += (uint64_t)n;
	for (ssize_t i = 0; i < n; i++) {
		if (buffer[i] == end[program->matched])
			program->matched++;
		else
			program->matched = buffer[i] == end[0];
		if (program->matched == sizeof(end) - 1) {
			program->matched = 0;
			(*ret_frames)++;
		}
	}
	return true;
}

static bool wait_readable(const struct program *program, int milliseconds)
{
	struct pollfd fd = {.fd = program->master, .events = POLLIN};

	return poll(&fd, 1, milliseconds) > 0;
}

/* Until nothing comes for a while. */
static void settle(struct program *program, int milliseconds)
{
	uint64_t bytes = 0;
	unsigned frames = 0;

	while (wait_readable(program, milliseconds) && read_some(program, &bytes, &frames))
		;
}

static void send_keys(const struct program *program, const char *keys)
{
	if (write(program->master, keys, strlen(keys)) < 0)
		perror("measure-view");
}

/* One key, one frame. */
static bool press(struct program *program, const char *key, struct frame *ret_frame)
{
	double cpu = microseconds(program->clock), began = microseconds(CLOCK_MONOTONIC);
	uint64_t writes = writes_of(program), bytes = 0;
	unsigned frames = 0;

	send_keys(program, key);
	while (frames == 0)
		if (!wait_readable(program, PATIENCE) || !read_some(program, &bytes, &frames))
			return false;
	ret_frame->waited = microseconds(CLOCK_MONOTONIC) - began;
	settle(program, 20);	/* it may have more to do before it sleeps */
	ret_frame->cpu = microseconds(program->clock) - cpu;
	ret_frame->bytes = (double)bytes;
	ret_frame->writes = (double)(writes_of(program) - writes);
	return true;
}

static int compare(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;
	return (a > b) - (a < b);
}

static double part(const struct frame *frames, size_t n, size_t offset, unsigned percent)
{
	double values[FRAMES];

	for (size_t i = 0; i < n; i++)
		memcpy(&values[i], (const char *)&frames[i] + offset, sizeof(double));
	qsort(values, n, sizeof(*values), compare);
	return n ? values[(n - 1) * percent / 100] : 0;
}

static void report(const char *what, const struct frame *frames, size_t n)
{
	printf("  %-26s CPU %5.2f ms (95%% %5.2f)   bytes %6.0f (95%% %6.0f)   writes %2.0f (95%% %2.0f)"
	       "   key to screen 95%% %5.2f ms\n",
		what, part(frames, n, offsetof(struct frame, cpu), 50) / 1e3,
		part(frames, n, offsetof(struct frame, cpu), 95) / 1e3,
		part(frames, n, offsetof(struct frame, bytes), 50),
		part(frames, n, offsetof(struct frame, bytes), 95), part(frames, n, offsetof(struct frame, writes), 50),
		part(frames, n, offsetof(struct frame, writes), 95),
		part(frames, n, offsetof(struct frame, waited), 95) / 1e3);
}

static void measure_key(struct program *program, const char *what, const char *key, unsigned count)
{
	struct frame frames[FRAMES];
	unsigned n = 0;

	while (n < count && press(program, key, &frames[n]))
		n++;
	report(what, frames, n);
}

/* Two seconds of playing: what a frame costs on average. */
static void measure_playing(struct program *program, const char *what, const char *speed)
{
	uint64_t bytes = 0;
	unsigned frames = 0;

	send_keys(program, speed);
	settle(program, 200);
	send_keys(program, " ");
	double began = microseconds(CLOCK_MONOTONIC), cpu = microseconds(program->clock);
	uint64_t writes = writes_of(program);
	while (microseconds(CLOCK_MONOTONIC) - began < 2e6)
		if (wait_readable(program, 100))
			read_some(program, &bytes, &frames);
	cpu = microseconds(program->clock) - cpu;
	writes = writes_of(program) - writes;
	send_keys(program, " ");
	settle(program, 200);
	if (frames > 0)
		printf("  %-26s CPU %5.2f ms   bytes %6.0f   writes %4.1f   %u frames in 2 s\n", what,
			cpu / 1e3 / frames, (double)bytes / frames, (double)writes / frames, frames);
}

static void measure_idle(struct program *program)
{
	double cpu = microseconds(program->clock);
	uint64_t writes = writes_of(program);

	settle(program, 1000);
	printf("  %-26s CPU %5.2f ms   writes %" PRIu64 " in a second\n", "idle",
		(microseconds(program->clock) - cpu) / 1e3, writes_of(program) - writes);
}

int main(int argc, char **argv)
{
	struct program program;
	char *words[32];
	int n = 0;

	if (argc < 5) {
		fprintf(stderr, "usage: measure-view ARENASCOPE WIDTH HEIGHT TRACE [OPTIONS of play...]\n");
		return 2;
	}
	words[n++] = argv[1];
	words[n++] = (char[]){"play"};
	for (int i = 4; i < argc && n < 31; i++)
		words[n++] = argv[i];
	words[n] = NULL;
	start(&program, atoi(argv[2]), atoi(argv[3]), words);
	settle(&program, 500);	/* it draws, and looks ahead to the end */
	printf("%s at %sx%s:\n", argv[4], argv[2], argv[3]);
	send_keys(&program, "5");
	settle(&program, 300);
	measure_key(&program, "a step", ".", 300);
	measure_key(&program, "a step back", ",", 100);
	measure_key(&program, "a structural event", "}", 60);
	measure_key(&program, "a theme (whole redraw)", "T", 12);
	send_keys(&program, "1");
	settle(&program, 300);
	measure_playing(&program, "playing, 1,000 events/s", ":speed 1000\r");
	measure_playing(&program, "playing, as fast as it can", ":speed 1048576\r");
	measure_idle(&program);
	kill(program.pid, SIGTERM);
	waitpid(program.pid, NULL, 0);
	return 0;
}
