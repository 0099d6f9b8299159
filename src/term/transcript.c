/*
 * See term.h. The terminal is used as a teletype: lines come one after the other, and the cursor is
 * after the last of them, which is what changed. Only the line that a person types is written over.
 */
#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "term/keys.h"
#include "term/screen.h"
#include "term/term.h"
#include "term/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define WIDTH      100 /* of the canvas on which panels are placed */
#define HEIGHT     40
#define CHANGES    (SECOND / 4) /* least time between two lines while it plays */
#define ESCAPE_GAP 50           /* milliseconds after which an ESC is a key of its own */

struct teletype {
	struct view *view;
	FILE *out;
	struct canvas canvas;
	size_t typed; /* cells of the typed line on the screen, with its sign; 0: there is none */
	uint64_t told;
	int in;
	char bytes[256]; /* from the terminal, not decoded yet */
	size_t length;
};

void term_tell(void *user, const struct canvas *canvas, uint64_t nanoseconds)
{
	struct term_teller *teller = user;
	struct text lines = {0};

	view_tell_changes(teller->view, canvas, &lines);
	fputs(text_of(&lines), teller->out);
	text_finish(&lines);
}

static void tell(struct teletype *teletype)
{
	struct term_teller teller = {teletype->view, teletype->out};

	view_draw(teletype->view, &teletype->canvas);
	term_tell(&teller, &teletype->canvas, 0);
	fflush(teletype->out);
	teletype->told = screen_now();
}

/* Shows the line that is typed in its place; a line that was entered or left ends. */
static void show_typed(struct teletype *teletype)
{
	char sign;
	const char *typed = view_typed(teletype->view, &sign);
	size_t cells = typed ? utf8_cells(typed) + 1 : 0;

	if (typed) {
		size_t over = teletype->typed > cells ? teletype->typed - cells : 0;
		fprintf(teletype->out, "\r%c%s%*s", sign, typed, (int)over, "");
		for (; over > 0; over--)
			fputc('\b', teletype->out);
	} else if (teletype->typed > 0) {
		fputc('\n', teletype->out);
	}
	fflush(teletype->out);
	teletype->typed = cells;
}

static void suspend(struct teletype *teletype)
{
	void (*before)(int) = signal(SIGTSTP, SIG_DFL);

	term_restore();
	kill(0, SIGTSTP);
	signal(SIGTSTP, before);
	terminal_hold_keys(teletype->in);
}

/* Handles what was typed; false: the person has quit. */
static bool take_keys(struct teletype *teletype, bool is_all)
{
	char name[KEY_NAME_MAX];
	size_t taken, at = 0;
	bool stays = true;

	while (stays && (taken = keys_next(teletype->bytes + at, teletype->length - at, is_all,
				 name)) > 0) {
		at += taken;
		if (strcmp(name, "C-z") == 0)
			suspend(teletype);
		else if (*name)
			stays = view_key(teletype->view, name);
		show_typed(teletype);
		tell(teletype);
	}
	teletype->length -= at;
	memmove(teletype->bytes, teletype->bytes + at, teletype->length);
	return stays;
}

/* Waits for a key, or until something is due; false: the terminal is gone, or the person is. */
static bool wait_for_keys(struct teletype *teletype)
{
	uint64_t due = view_next_tick(teletype->view, screen_now());
	int most = teletype->length > 0 ? ESCAPE_GAP : -1;
	struct pollfd fd = {.fd = teletype->in, .events = POLLIN};

	if (due != UINT64_MAX && (most < 0 || due / 1000000 < (uint64_t)most))
		most = (int)(due / 1000000);
	int ready = poll(&fd, 1, most);
	if (terminal_has_hung_up() || (ready > 0 && !(fd.revents & POLLIN)))
		return false;
	if (ready <= 0)
		return take_keys(teletype, true);
	ssize_t n = read(teletype->in, teletype->bytes + teletype->length,
		sizeof(teletype->bytes) - teletype->length);
	teletype->length += n > 0 ? (size_t)n : 0;
	return n > 0 && take_keys(teletype, teletype->length == sizeof(teletype->bytes));
}

static void converse(struct teletype *teletype)
{
	do {
		view_tick(teletype->view, screen_now());
		bool is_due = !view_is_playing(teletype->view) ||
			      screen_now() - teletype->told >= CHANGES;
		if (is_due && view_is_stale(teletype->view) && !view_is_busy(teletype->view))
			tell(teletype);
	} while (!view_has_quit(teletype->view) && wait_for_keys(teletype));
}

/* Without a person: every event, from the position to the end. */
static void step_to_end(struct teletype *teletype)
{
	tell(teletype);
	while (!view_is_at_end(teletype->view) && !ferror(teletype->out)) {
		view_key(teletype->view, ".");
		view_finish_work(teletype->view);
		tell(teletype);
	}
}

int term_run_transcript(struct view *view, FILE *out, struct error *err)
{
	struct teletype teletype = {.view = view, .out = out, .in = -1};

	if (isatty(fileno(out)))
		teletype.in = isatty(STDIN_FILENO) ? dup(STDIN_FILENO)
						   : open("/dev/tty", O_RDONLY | O_CLOEXEC);
	canvas_init(&teletype.canvas, WIDTH, HEIGHT, CHARSET_UTF8);
	if (teletype.in >= 0) {
		terminal_hold_keys(teletype.in);
		converse(&teletype);
		term_restore();
		close(teletype.in);
	} else {
		step_to_end(&teletype);
	}
	canvas_finish(&teletype.canvas);
	return ferror(out) || fflush(out) != 0
		       ? error_set(err, "standard output: %s", strerror(errno))
		       : 0;
}
