/*
 * The cost of the viewer: the real program on a pseudo-terminal that is read at once. For each kind
 * of move, frame by frame: its processor time, the bytes and writes that it sent, and the time from
 * the key to the end of the frame. After each frame the program reports the time it took to draw
 * it: that shows where the frame ends, and while playing it separates drawing from the events
 * applied between two frames.
 *
 * usage: measure-view ARENASCOPE WIDTH HEIGHT TRACE [OPTIONS of play...]
 *
 * With a WIDTH of 0 only the opening: what the first frame costs, of a file that is not in memory
 * and of one that is.
 */
#include "view/view.h"

#include <errno.h>
#include <fcntl.h>
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

#define FRAMES    400u
#define FASTEST   262144u         /* events per second */
#define DRAWN     "\033]2;drawn " /* followed by microseconds and DRAWN_END, after each frame */
#define DRAWN_END '\a'
#define QUESTION  "\033[5n" /* every terminal answers it; whoever does not is waited for */
#define ANSWER    "\033[0n"
#define PATIENCE  10000 /* milliseconds */
#define PLAYING   3e6   /* microseconds */

struct program {
	int master;
	pid_t pid;
	clockid_t clock;
	/* bytes of DRAWN seen at the end of the input; all of it: digits follow */
	size_t told;
	size_t digits;
	uint64_t microseconds; /* time to draw the last frame */
	size_t asked;          /* bytes of QUESTION seen at the end of the input */
};

struct frame {
	double cpu, waited, drawn; /* microseconds */
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
		setenv("ARENASCOPE_TEST_ACK", "drawn", 1);
		unsetenv("NO_COLOR");
		execvp(argv[0], argv);
		_exit(126);
	}
	if (program->pid < 0 || clock_getcpuclockid(program->pid, &program->clock) != 0) {
		perror("measure-view");
		exit(1);
	}
}

/* Takes one more byte; true: it ends the report of a frame. *ret_bytes does not count reports. */
static bool take_byte(struct program *program, char byte, uint64_t *ret_bytes)
{
	static const char begin[] = DRAWN;

	(*ret_bytes)++;
	if (program->told < sizeof(begin) - 1) {
		program->told = byte == begin[program->told] ? program->told + 1 : byte == begin[0];
		program->microseconds = 0;
		program->digits = 0;
		return false;
	}
	if (byte != DRAWN_END) {
		program->microseconds = program->microseconds * 10 + (uint64_t)(byte - '0');
		program->digits++;
		return false;
	}
	*ret_bytes -= program->told + program->digits + 1;
	program->told = 0;
	return true;
}

/* Takes one more byte, and answers as a terminal does. */
static void answer(struct program *program, char byte)
{
	static const char question[] = QUESTION;

	program->asked =
		byte == question[program->asked] ? program->asked + 1 : byte == question[0];
	if (program->asked < sizeof(question) - 1)
		return;
	program->asked = 0;
	if (write(program->master, ANSWER, sizeof(ANSWER) - 1) < 0)
		perror("measure-view");
}

/* Reads what is there, and counts it; true: something came. */
static bool read_some(struct program *program, uint64_t *ret_bytes, unsigned *ret_frames)
{
	char buffer[65536];
	ssize_t n = read(program->master, buffer, sizeof(buffer));

	for (ssize_t i = 0; i < n; i++) {
		answer(program, buffer[i]);
		*ret_frames += take_byte(program, buffer[i], ret_bytes);
	}
	return n > 0;
}

static bool wait_readable(const struct program *program, int milliseconds)
{
	struct pollfd fd = {.fd = program->master, .events = POLLIN};

	return poll(&fd, 1, milliseconds) > 0;
}

/* Reads until nothing comes for a while. */
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

/* Presses a key and waits for its frame. */
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
	settle(program, 20); /* it may have more to do before it sleeps */
	ret_frame->cpu = microseconds(program->clock) - cpu;
	ret_frame->bytes = (double)bytes;
	ret_frame->drawn = (double)program->microseconds;
	/* the last write of each frame is only the report */
	ret_frame->writes = (double)(writes_of(program) - writes - frames);
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
		part(frames, n, offsetof(struct frame, bytes), 95),
		part(frames, n, offsetof(struct frame, writes), 50),
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

/*
 * Measures playing, starting again at the end of the trace: the cost of each frame, counted from
 * the end of the one before. The first frame after the key and the last one, which pauses, do not
 * count.
 */
static void measure_playing(struct program *program, const char *what, const char *speed)
{
	struct frame frames[FRAMES];
	double began = microseconds(CLOCK_MONOTONIC);
	unsigned n = 0;
	bool has_ended = true; /* it pauses at the end of the trace */

	send_keys(program, speed);
	while (n < FRAMES && microseconds(CLOCK_MONOTONIC) - began < PLAYING) {
		uint64_t bytes = 0, writes = 0;
		unsigned ended = 0, before = n;
		double cpu = 0;
		bool is_first = true;
		send_keys(program, "1");
		settle(program, 100);
		send_keys(program, " ");
		has_ended = false;
		while (n < FRAMES && microseconds(CLOCK_MONOTONIC) - began < PLAYING) {
			has_ended = !wait_readable(program, 200);
			if (has_ended) {
				n -= n > before;
				break;
			}
			if (!read_some(program, &bytes, &ended) || ended == 0)
				continue;
			double spent = microseconds(program->clock);
			uint64_t written = writes_of(program);
			if (!is_first && ended == 1)
				frames[n++] = (struct frame){.cpu = spent - cpu,
					.drawn = (double)program->microseconds,
					.bytes = (double)bytes,
					.writes = (double)(written - writes - 1)};
			is_first = false;
			cpu = spent;
			writes = written;
			bytes = ended = 0;
		}
	}
	if (!has_ended)
		send_keys(program, " ");
	settle(program, 200);
	if (n == 0) {
		printf("  %-26s through before a second frame\n", what);
		return;
	}
	printf("  %-26s CPU %5.2f ms (95%% %5.2f)   bytes %6.0f (95%% %6.0f)   writes %2.0f (95%% %2.0f)"
	       "   of the CPU drawing %5.2f ms (95%% %5.2f)   %u frames\n",
		what, part(frames, n, offsetof(struct frame, cpu), 50) / 1e3,
		part(frames, n, offsetof(struct frame, cpu), 95) / 1e3,
		part(frames, n, offsetof(struct frame, bytes), 50),
		part(frames, n, offsetof(struct frame, bytes), 95),
		part(frames, n, offsetof(struct frame, writes), 50),
		part(frames, n, offsetof(struct frame, writes), 95),
		part(frames, n, offsetof(struct frame, drawn), 50) / 1e3,
		part(frames, n, offsetof(struct frame, drawn), 95) / 1e3, n);
}

static void measure_idle(struct program *program)
{
	double cpu = microseconds(program->clock);
	uint64_t writes = writes_of(program);

	settle(program, 1000);
	printf("  %-26s CPU %5.2f ms   writes %" PRIu64 " in a second\n", "idle",
		(microseconds(program->clock) - cpu) / 1e3, writes_of(program) - writes);
}

static void end(const struct program *program)
{
	kill(program->pid, SIGTERM);
	waitpid(program->pid, NULL, 0);
	close(program->master);
}

static void measure_opening(const char *what, char **words)
{
	double began = microseconds(CLOCK_MONOTONIC);
	struct program program;
	uint64_t bytes = 0;
	unsigned frames = 0;

	start(&program, 120, 40, words);
	while (frames == 0 && wait_readable(&program, PATIENCE) &&
		read_some(&program, &bytes, &frames))
		;
	printf("  %-26s CPU %6.1f ms   wall %6.1f ms\n", what, microseconds(program.clock) / 1e3,
		(microseconds(CLOCK_MONOTONIC) - began) / 1e3);
	end(&program);
}

/* What is in memory of a file is dropped, as far as the system lets go of it. */
static void forget(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	fdatasync(fd);
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	close(fd);
}

int main(int argc, char **argv)
{
	struct program program;
	char *words[32];
	int n = 0;

	if (argc < 5) {
		fprintf(stderr,
			"usage: measure-view ARENASCOPE WIDTH HEIGHT TRACE [OPTIONS of play...]\n");
		return 2;
	}
	words[n++] = argv[1];
	words[n++] = (char[]){"play"};
	for (int i = 4; i < argc && n < 31; i++)
		words[n++] = argv[i];
	words[n] = NULL;
	if (atoi(argv[2]) == 0) {
		forget(argv[4]);
		measure_opening("first frame, cold", words);
		measure_opening("first frame, warm", words);
		return 0;
	}
	start(&program, atoi(argv[2]), atoi(argv[3]), words);
	settle(&program, 500); /* it draws, and looks ahead to the end */
	printf("%s at %sx%s:\n", argv[4], argv[2], argv[3]);
	send_keys(&program, "5");
	settle(&program, 300);
	measure_key(&program, "a step", ".", 200);
	measure_key(&program, "a step back", ",", 100);
	measure_key(&program, "a structural event", "}", 60);
	measure_key(&program, "a theme (whole redraw)", "T", 12);
	send_keys(&program, "1");
	settle(&program, 300);
	measure_playing(&program, "playing, 1,000 events/s", ":speed 1000\r");
	char fastest[40];
	snprintf(fastest, sizeof(fastest), ":speed %u\r", FASTEST);
	measure_playing(&program, "playing, as fast as it can", fastest);
	measure_idle(&program);
	end(&program);
	return 0;
}
