/*
 * A view in a real terminal, with ncursesw: terminal.c holds and restores the terminal, screen.c
 * draws, keyboard.c reads keys and the mouse; this file has the set-up and the main loop.
 */
#include "base/error.h"
#include "canvas/theme.h"
#include "term/keyboard.h"
#include "term/screen.h"
#include "term/terminal.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

/* The keys of a script need a screen that is laid out, but not a frame each. */
static void lay_out(void *user)
{
	struct screen *screen = user;

	if (!view_is_stale(screen->view))
		return;
	view_draw(screen->view, &screen->canvas);
	screen->laid_out = true;
}

/* Runs what is due of the script; -1 and err: a line is wrong. */
static int play_script(struct screen *screen, struct error *err)
{
	static const struct script_stage stage = {.show = lay_out};

	if (!screen->script)
		return 0;
	int result = script_run(screen->script, &stage, screen, screen_now(), err);
	if (result == 0)
		screen->script = NULL;
	keyboard_note_script(screen);
	return result;
}

static void tick(struct screen *screen)
{
	uint64_t began = screen_spent();

	view_tick(screen->view, screen_now());
	screen->ticked += screen_spent() - began;
}

/*
 * A resize or a hang-up is let in only while waiting: one that came between looking for keys and
 * waiting would be noticed only with the next key.
 */
static int loop(struct screen *screen, struct error *err)
{
	bool shows_first = view_begins_slowly(screen->view);
	sigset_t held, waiting;

	sigemptyset(&held);
	sigaddset(&held, SIGWINCH);
	sigaddset(&held, SIGHUP);
	sigprocmask(SIG_BLOCK, &held, &waiting);
	sigdelset(&waiting, SIGWINCH);
	sigdelset(&waiting, SIGHUP);
	for (;;) {
		if (play_script(screen, err) < 0)
			return -1;
		if (view_has_quit(screen->view))
			return 0;
		keyboard_set_mouse(screen, view_wants_mouse(screen->view));
		if (!shows_first)
			tick(screen);
		uint64_t frame = screen_show(screen);
		uint64_t tick = shows_first ? 0 : view_next_tick(screen->view, screen_now());
		shows_first = false;
		uint64_t line =
			screen->script ? script_next(screen->script, screen_now()) : UINT64_MAX;
		uint64_t wait = frame < tick ? frame : tick;
		wait = line < wait ? line : wait;
		struct timespec timeout = {(time_t)(wait / SECOND), (long)(wait % SECOND)};
		struct pollfd fd = {.fd = screen->in, .events = POLLIN};

		screen_acknowledge(screen, wait == UINT64_MAX);
		int ready = ppoll(&fd, 1, wait == UINT64_MAX ? NULL : &timeout, &waiting);
		bool is_gone = ready > 0 && (fd.revents & (POLLHUP | POLLERR | POLLNVAL));
		if (terminal_has_hung_up() || !keyboard_take(screen) || is_gone)
			return 0;
	}
}

static bool is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static enum charset choose_charset(const struct term_config *config)
{
	const char *term = getenv("TERM");

	if (config->ascii || !is_utf8())
		return CHARSET_ASCII;
	return term && strcmp(term, "linux") == 0 ? CHARSET_CP437 : CHARSET_UTF8;
}

static int choose_colors(const struct term_config *config)
{
	const char *no_color = getenv("NO_COLOR");

	if (config->color == COLOR_NEVER || (config->color == COLOR_AUTO && no_color && *no_color))
		return 0;
	if (!has_colors() || start_color() == ERR)
		return 0;
	use_default_colors();
	return COLORS;
}

/*
 * A theme that a person has chosen stays. The Linux console is not asked, since some of its
 * versions show the question, and neither is a terminal whose output may be recorded.
 */
static void choose_theme(struct screen *screen)
{
	const char *name = screen->config->theme, *term = getenv("TERM");

	if (name && theme_find(name)) {
		view_set_theme(screen->view, theme_find(name));
		return;
	}
	screen->suited = view_theme(screen->view);
	screen_suit_background(screen, background_of_colorfgbg(getenv("COLORFGBG")));
	if (!screen->colors || screen->pace.never_asks || (term && strncmp(term, "linux", 5) == 0))
		return;
	screen->background_asked = true;
	terminal_put(BACKGROUND_QUESTION QUESTION);
	pace_ask(&screen->pace);
	keyboard_await_background(screen);
}

/*
 * Until the first refresh after an endwin(), ncurses flushes at every cursor move, so endwin() is
 * called once at the start.
 */
static void set_up(struct screen *screen)
{
	endwin();
	refresh();
	screen->colors = choose_colors(screen->config);
	view_set_colors(screen->view, screen->colors);
	if (!screen->config->mouse)
		view_set_mouse(screen->view, false);
	raw();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	typeahead(-1);
	curs_set(0);
	if (!getenv("ESCDELAY"))
		set_escdelay(getenv("SSH_CONNECTION") ? 100 : 50);
	keyboard_define_keys();
	terminal_put(EXTRA_ON);
	mouseinterval(0);
	keyboard_set_mouse(screen, view_wants_mouse(screen->view));
	canvas_init(&screen->canvas, COLS, LINES, choose_charset(screen->config));
	choose_theme(screen);
	screen_set_looks(screen);
}

int term_run_curses(struct view *view, const struct term_config *config, struct error *err)
{
	const char *test = getenv("ARENASCOPE_TEST_ACK");
	struct screen screen = {.view = view,
		.config = config,
		.script = config->script,
		.opened = screen_now(),
		.pace = {.interval = SECOND / (uint64_t)(config->fps > 0 ? config->fps : 60),
			.never_asks = config->script}};
	FILE *keys = isatty(STDIN_FILENO) ? stdin : fopen("/dev/tty", "r");

	screen.tells_cost = test && strcmp(test, "drawn") == 0;
	screen.acks = test && !screen.tells_cost;
	if (terminal_check(err) < 0)
		return -1;
	if (!keys)
		return error_set(err, "no terminal to read keys from: /dev/tty: %s",
			strerror(errno));
	terminal_hold(STDOUT_FILENO);
	del_curterm(cur_term); /* the one of terminal_check(); newterm() reads its own */
	SCREEN *curses = newterm(NULL, stdout, keys);
	if (!curses) {
		terminal_release();
		return error_set(err, "the terminal cannot be used");
	}
	screen.in = fileno(keys);
	set_up(&screen);

	int result = loop(&screen, err);

	keyboard_await_answer(&screen);
	terminal_put(DRAG_OFF EXTRA_OFF);
	endwin();
	term_restore();
	delscreen(curses);
	screen_finish(&screen);
	if (keys != stdin)
		fclose(keys);
	return result;
}
