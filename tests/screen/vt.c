/* See vt.h.  Everything that knows libvterm is here. */
#include "vt.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

/* milliseconds; generous, so that a timeout is a failure even under a sanitizer */
#define PATIENCE 30000

struct vt {
	VTerm *term;
	VTermScreen *screen;
	int master;
	pid_t child;
	int width, height;
	bool alternate, visible;
	char *written; /* everything the program wrote */
	size_t length, room;
	size_t shown; /* bytes that libvterm has taken */
	int status;
	bool ended;
	bool mute; /* it answers no question */
};

static int set_property(VTermProp property, VTermValue *value, void *user)
{
	struct vt *vt = user;

	if (property == VTERM_PROP_ALTSCREEN)
		vt->alternate = value->boolean;
	if (property == VTERM_PROP_CURSORVISIBLE)
		vt->visible = value->boolean;
	return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = set_property};

struct vt *vt_start(int width, int height, const char *const *argv, const char *const *env)
{
	static const char *const fixed[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8",
		"HOME=/nonexistent", "TZ=UTC", "PATH=/usr/local/bin:/usr/bin:/bin",
		"ARENASCOPE_TEST_ACK=1", NULL};
	struct vt *vt = calloc(1, sizeof(*vt));
	struct winsize size = {.ws_row = (unsigned short)height, .ws_col = (unsigned short)width};

	vt->width = width;
	vt->height = height;
	vt->visible = true;
	vt->term = vterm_new(height, width);
	vterm_set_utf8(vt->term, 1);
	vt->screen = vterm_obtain_screen(vt->term);
	vterm_screen_set_callbacks(vt->screen, &callbacks, vt);
	vterm_screen_enable_altscreen(vt->screen, 1);
	vterm_screen_reset(vt->screen, 1);
	vt->child = forkpty(&vt->master, NULL, NULL, &size);
	if (vt->child == 0) {
		static const char *const kept[] = {"ASAN_OPTIONS", "TERMINFO"};
		char *values[sizeof(kept) / sizeof(*kept)];
		for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
			values[i] = getenv(kept[i]) ? strdup(getenv(kept[i])) : NULL;
		clearenv();
		for (size_t i = 0; fixed[i]; i++)
			putenv((char *)(uintptr_t)fixed[i]);
		for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
			if (values[i])
				setenv(kept[i], values[i], 1);
		for (size_t i = 0; env && env[i]; i++)
			putenv((char *)(uintptr_t)env[i]);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(126);
	}
	return vt;
}

void vt_free(struct vt *vt)
{
	if (!vt->ended) {
		kill(vt->child, SIGKILL);
		waitpid(vt->child, NULL, 0);
	}
	if (vt->master >= 0)
		close(vt->master);
	vterm_free(vt->term);
	free(vt->written);
	free(vt);
}

void vt_send(struct vt *vt, const char *bytes)
{
	if (write(vt->master, bytes, strlen(bytes)) < 0)
		perror("vt_send");
}

void vt_mute(struct vt *vt)
{
	vt->mute = true;
}

void vt_resize(struct vt *vt, int width, int height)
{
	struct winsize size = {.ws_row = (unsigned short)height, .ws_col = (unsigned short)width};

	vt->width = width;
	vt->height = height;
	vterm_set_size(vt->term, height, width);
	ioctl(vt->master, TIOCSWINSZ, &size);
}

void vt_signal(struct vt *vt, int number)
{
	kill(vt->child, number);
}

void vt_hang_up(struct vt *vt)
{
	close(vt->master);
	vt->master = -1;
}

/* The bytes at the end that begin a character, and do not end it. */
static size_t begun_at_end(const char *bytes, size_t n)
{
	for (size_t back = 1; back <= 3 && back <= n; back++) {
		unsigned char byte = (unsigned char)bytes[n - back];
		size_t needs = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 0;
		if (needs > back)
			return back;
		if (byte < 0x80 || needs > 0)
			return 0;
	}
	return 0;
}

/* libvterm 0.1 loses a character whose bytes come in two pieces. */
static void show_whole_characters(struct vt *vt)
{
	size_t to = vt->length - begun_at_end(vt->written, vt->length);

	vterm_input_write(vt->term, vt->written + vt->shown, to - vt->shown);
	vt->shown = to;
}

/* Reads what comes within the time; false: nothing came, or the other side has closed. */
static bool take(struct vt *vt, int milliseconds)
{
	struct pollfd fd = {.fd = vt->master, .events = POLLIN};
	char bytes[65536];

	if (vt->master < 0 || poll(&fd, 1, milliseconds) <= 0)
		return false;
	ssize_t n = read(vt->master, bytes, sizeof(bytes));
	if (n <= 0)
		return false;
	if (vt->length + (size_t)n + 1 > vt->room) {
		vt->room = (vt->length + (size_t)n + 1) * 2;
		vt->written = realloc(vt->written, vt->room);
	}
	memcpy(vt->written + vt->length, bytes, (size_t)n);
	vt->length += (size_t)n;
	vt->written[vt->length] = '\0';
	show_whole_characters(vt);

	char answer[256]; /* the reply to a query of the program */
	size_t asked = vterm_output_read(vt->term, answer, sizeof(answer));
	if (asked > 0 && !vt->mute && write(vt->master, answer, asked) < 0)
		return false;
	return true;
}

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static bool is_shown(struct vt *vt, const char *text)
{
	for (int row = 0; row < vt->height; row++) {
		char *line = vt_row(vt, row);
		bool found = strstr(line, text);
		free(line);
		if (found)
			return true;
	}
	return false;
}

bool vt_wait_for(struct vt *vt, const char *text)
{
	long end = now() + PATIENCE;

	while (!is_shown(vt, text)) {
		if (now() > end || !take(vt, (int)(end - now()))) {
			fprintf(stderr, "never shown: '%s'; the screen is:\n", text);
			for (int row = 0; row < vt->height; row++) {
				char *line = vt_row(vt, row);
				fprintf(stderr, "|%s\n", line);
				free(line);
			}
			return false;
		}
	}
	return true;
}

size_t vt_read_for(struct vt *vt, int milliseconds)
{
	size_t before = vt->length;
	long end = now() + milliseconds;

	while (now() < end)
		take(vt, (int)(end - now()) + 1);
	return vt->length - before;
}

int vt_wait_end(struct vt *vt)
{
	long end = now() + PATIENCE;

	while (!vt->ended && now() < end) {
		take(vt, 20);
		vt->ended = waitpid(vt->child, &vt->status, WNOHANG) == vt->child;
	}
	while (take(vt, 20))
		;
	return vt->ended ? vt->status : -1;
}

static void put_utf8(char **at, uint32_t code)
{
	if (code < 0x80) {
		*(*at)++ = (char)code;
	} else if (code < 0x800) {
		*(*at)++ = (char)(0xC0 | code >> 6);
		*(*at)++ = (char)(0x80 | (code & 0x3F));
	} else {
		*(*at)++ = (char)(0xE0 | code >> 12);
		*(*at)++ = (char)(0x80 | (code >> 6 & 0x3F));
		*(*at)++ = (char)(0x80 | (code & 0x3F));
	}
}

/*
 * The last status that the program has put into the title of the window: "frame 3 keys 5 80x24
 * rests".
 */
static const char *said(const struct vt *vt)
{
	static const char begin[] = "\033]2;";
	const char *last = NULL, *at = vt->written;

	while (at && (at = strstr(at, begin))) {
		at += sizeof(begin) - 1;
		if (strchr(at, '\a'))
			last = at;
	}
	return last;
}

bool vt_wait_rest(struct vt *vt, unsigned long keys)
{
	char wanted[60];
	long end = now() + PATIENCE;

	snprintf(wanted, sizeof(wanted), "keys %lu %dx%d rests\a", keys, vt->width, vt->height);
	for (;;) {
		const char *is = said(vt);
		const char *found = is ? strstr(is, wanted) : NULL;
		if (found && found < strchr(is, '\a'))
			return true;
		if (now() > end || !take(vt, (int)(end - now()))) {
			fprintf(stderr, "never at rest with %s, but: %.60s\n", wanted,
				is ? is : "nothing was said");
			return false;
		}
	}
}

static VTermScreenCell cell_at(struct vt *vt, int row, int column)
{
	VTermScreenCell cell;

	vterm_screen_get_cell(vt->screen, (VTermPos){.row = row, .col = column}, &cell);
	return cell;
}

char *vt_row(struct vt *vt, int row)
{
	char *line = malloc((size_t)vt->width * 4 + 1);
	char *at = line, *end = line;

	for (int column = 0; column < vt->width; column++) {
		uint32_t code = cell_at(vt, row, column).chars[0];
		put_utf8(&at, code ? code : ' ');
		if (code && code != ' ')
			end = at;
	}
	*end = '\0';
	return line;
}

static int32_t color_of(const VTermColor *color, bool is_default)
{
	if (is_default)
		return -1;
	if (VTERM_COLOR_IS_INDEXED(color))
		return color->indexed.idx;
	return color->rgb.red << 16 | color->rgb.green << 8 | color->rgb.blue;
}

struct vt_cell vt_cell(struct vt *vt, int row, int column)
{
	VTermScreenCell seen = cell_at(vt, row, column);
	struct vt_cell cell = {
		.glyph = seen.chars[0] ? seen.chars[0] : ' ',
		.foreground = color_of(&seen.fg, VTERM_COLOR_IS_DEFAULT_FG(&seen.fg)),
		.background = color_of(&seen.bg, VTERM_COLOR_IS_DEFAULT_BG(&seen.bg)),
		.bold = seen.attrs.bold,
		.underline = seen.attrs.underline,
		.reverse = seen.attrs.reverse,
	};

	if (cell.glyph == ' ' && !cell.underline && !cell.reverse) {
		cell.foreground = -1;
		cell.bold = false;
	}
	return cell;
}

/* The number after a name in /proc/PID/FILE. */
static unsigned long number_of(const struct vt *vt, const char *name, const char *format)
{
	char path[64], line[200];
	unsigned long number = 0;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)vt->child, name);
	FILE *file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file) && sscanf(line, format, &number) != 1)
		;
	if (file)
		fclose(file);
	return number;
}

unsigned long vt_writes(const struct vt *vt)
{
	return number_of(vt, "io", "syscw: %lu");
}

unsigned long vt_acks(const struct vt *vt)
{
	unsigned long acks = 0;

	for (const char *at = vt->written; at && (at = strstr(at, "\033]2;")); at++)
		acks++;
	return acks;
}

unsigned long vt_switches(const struct vt *vt)
{
	return number_of(vt, "status", "voluntary_ctxt_switches: %lu");
}

size_t vt_bytes(const struct vt *vt)
{
	return vt->length;
}

int vt_coloured_cells(struct vt *vt)
{
	int count = 0;

	for (int row = 0; row < vt->height; row++)
		for (int column = 0; column < vt->width; column++) {
			VTermScreenCell cell = cell_at(vt, row, column);
			count += !VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) ||
				 !VTERM_COLOR_IS_DEFAULT_BG(&cell.bg);
		}
	return count;
}

int vt_wide_signs(struct vt *vt)
{
	int count = 0;

	for (int row = 0; row < vt->height; row++)
		for (int column = 0; column < vt->width; column++)
			count += cell_at(vt, row, column).chars[0] > 0x7E;
	return count;
}

bool vt_in_alternate_screen(const struct vt *vt)
{
	return vt->alternate;
}

bool vt_cursor_is_visible(const struct vt *vt)
{
	return vt->visible;
}

bool vt_is_cooked(const struct vt *vt)
{
	struct termios modes;

	return tcgetattr(vt->master, &modes) == 0 && (modes.c_lflag & ICANON) &&
	       (modes.c_lflag & ECHO);
}

bool vt_is_raw(const struct vt *vt)
{
	struct termios modes;

	return tcgetattr(vt->master, &modes) == 0 &&
	       (modes.c_lflag & (ICANON | ECHO | ISIG | IEXTEN)) == 0 &&
	       (modes.c_iflag & (ICRNL | IXON)) == 0 && modes.c_cc[VTIME] == 0;
}

bool vt_saw(const struct vt *vt, const char *bytes)
{
	return vt->written && memmem(vt->written, vt->length, bytes, strlen(bytes));
}
