/*
 * A view in a real terminal, by ncursesw.  What was measured and matters here:
 *
 *	- until the first refresh after an endwin(), ncurses flushes at every cursor move: so
 *	  endwin() is called once at the start
 *	- ncurses finds the differences between two screens by itself, but to give it every cell
 *	  costs twice what all of the rest does: only cells that have changed are given; clear() is
 *	  only for Ctrl-L
 *	- a change of colour is up to eleven bytes, and one blank between two blocks is two changes:
 *	  a blank alone is given in its neighbours' colour
 *	- a frame is bracketed by DEC mode 2026, so that a terminal that knows it never shows half
 *	  of one
 *	- dragging needs mode 1002, which ncurses does not ask for
 *	- whatever ends the program, a string prepared at the start and the saved terminal modes put
 *	  the terminal back
 */
#include "base/error.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "canvas/theme.h"
#include "term/pace.h"
#include "term/script.h"
#include "term/term.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define FRAME_BEGIN  "\033[?2026h"
#define FRAME_END    "\033[?2026l"
#define QUESTION     "\033[5n"     /* "how are you?": fine, when all before it was taken */
#define EXTRA_ON     "\033[?2004h" /* bracketed paste */
#define EXTRA_OFF    "\033[?2026l\033[?2004l"
#define DRAG_ON      "\033[?1002h\033[?1006h"
#define DRAG_OFF     "\033[?1002l\033[?1000l\033[?1006l"
#define SECOND       UINT64_C(1000000000)
#define MOUSE_EVENTS 8u /* as many as ncurses keeps */
#define DOUBLE_CLICK (SECOND * 2 / 5)
#define FIRST_ANSWER (SECOND / 20) /* at the end, for a terminal that may never answer */
#define LAST_ANSWER  (SECOND / 2)  /* for one that does */

enum { KEY_PASTE_BEGIN = KEY_MAX + 1, KEY_PASTE_END, KEY_CTRL_LEFT, KEY_CTRL_RIGHT, KEY_ANSWER };

/* What a signal handler needs to put the terminal back: there is one terminal, so one of these. */
static struct {
	volatile sig_atomic_t held;
	int fd;
	char restore[256];
	size_t length;
	struct termios modes;
} terminal;

static volatile sig_atomic_t hung_up;

static void put(const char *bytes)
{
	ssize_t ignored = write(terminal.fd, bytes, strlen(bytes));
	(void)ignored;
}

void term_restore(void)
{
	if (!terminal.held)
		return;
	terminal.held = 0;
	ssize_t ignored = write(terminal.fd, terminal.restore, terminal.length);
	(void)ignored;
	tcsetattr(terminal.fd, TCSANOW, &terminal.modes);
}

static void on_fatal(int number)
{
	term_restore();
	signal(number, SIG_DFL);
	raise(number);
}

static void on_hangup(int number)
{
	hung_up = 1;
}

static void append_capability(const char *name)
{
	const char *value = tigetstr(name);

	if (value && value != (const char *)-1)
		strncat(terminal.restore, value,
			sizeof(terminal.restore) - strlen(terminal.restore) - 1);
}

static void hold_terminal(int fd)
{
	static const int fatal[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTERM, SIGQUIT,
		SIGINT};

	terminal.fd = fd;
	tcgetattr(fd, &terminal.modes);
	snprintf(terminal.restore, sizeof(terminal.restore), "%s%s", DRAG_OFF, EXTRA_OFF);
	append_capability("cnorm");
	append_capability("sgr0");
	append_capability("rmkx");
	append_capability("rmcup");
	terminal.length = strlen(terminal.restore);
	terminal.held = 1;
	xalloc_on_failure(term_restore);
	for (size_t i = 0; i < sizeof(fatal) / sizeof(*fatal); i++) {
		struct sigaction action = {.sa_handler = on_fatal, .sa_flags = (int)SA_RESETHAND};
		sigaction(fatal[i], &action, NULL);
	}
	struct sigaction leave = {.sa_handler = on_hangup};
	sigaction(SIGHUP, &leave, NULL);
}

/* ---- looks --------------------------------------------------------------------------------- */

struct screen {
	struct view *view;
	const struct term_config *config;
	struct canvas canvas;
	struct canvas given;       /* what ncurses was given last; no cells: nothing */
	const struct theme *theme; /* whose pairs are set */
	int colors;                /* 0: none are used */
	attr_t attributes[ROLE_COUNT];
	bool blank_as_text[ROLE_COUNT]; /* a blank of this role looks like one of ROLE_TEXT */
	bool mouse;
	bool acks;       /* tests: the title tells frames and keys */
	char told[80];   /* the title that was told last */
	bool tells_cost; /* benchmarks: the title tells what a frame took to draw */
	/* nanoseconds of the processor since the last frame, for events and looking ahead */
	uint64_t ticked;
	unsigned long frames, keys;
	struct pace pace;
	int in; /* descriptor keys come from */
	/* of the last click, and where: a second one soon after is a double click */
	uint64_t click_time;
	int click_x, click_y;
	bool pasting;
	struct script *script; /* borrowed; NULL: none, or it has ended */
	bool laid_out;         /* for the script, since the last frame */
};

/* The next frame gives every cell. */
static void forget_cells(struct screen *screen)
{
	canvas_finish(&screen->given);
	screen->given = (struct canvas){0};
}

static void set_looks(struct screen *screen)
{
	forget_cells(screen);
	screen->theme = view_theme(screen->view);
	struct look text = theme_look(screen->theme, ROLE_TEXT, screen->colors);
	for (int role = 0; role < ROLE_COUNT; role++) {
		struct look look = theme_look(screen->theme, (enum role)role, screen->colors);
		attr_t attributes = A_NORMAL;
		if (look.marks & CELL_BOLD)
			attributes |= A_BOLD;
		if (look.marks & CELL_UNDERLINE)
			attributes |= A_UNDERLINE;
		if (look.marks & CELL_REVERSE)
			attributes |= A_REVERSE;
		screen->attributes[role] = attributes;
		screen->blank_as_text[role] = look.background == text.background &&
					      !(look.marks & (CELL_UNDERLINE | CELL_REVERSE));
		if (screen->colors)
			init_extended_pair(role + 1, look.foreground, look.background);
	}
	if (screen->colors)
		bkgdset(' ' | COLOR_PAIR(ROLE_TEXT + 1));
}

static void put_cell(struct screen *screen, int x, int y, const struct cell *cell)
{
	attr_t attributes = screen->attributes[cell->role];
	wchar_t text[2] = {(wchar_t)cell->glyph, L'\0'};
	cchar_t character;

	if (cell->marks & CELL_BOLD)
		attributes |= A_BOLD;
	if (cell->marks & CELL_UNDERLINE)
		attributes |= A_UNDERLINE;
	if (cell->marks & CELL_REVERSE)
		attributes ^= A_REVERSE;
	setcchar(&character, text, attributes, screen->colors ? (short)(cell->role + 1) : 0, NULL);
	mvadd_wch(y, x, &character);
}

static bool is_blank(const struct cell *cell)
{
	return cell->glyph == ' ' && cell->role == ROLE_TEXT && cell->marks == 0;
}

/*
 * A cell as it is given: one blank between two signs of a colour takes their colour, which cannot
 * be seen of it.
 */
static struct cell cell_to_give(const struct screen *screen, int x, const struct cell *cell)
{
	struct cell given = *cell;

	if (is_blank(cell) && x > 0 && x + 1 < screen->canvas.width &&
		cell[-1].role == cell[1].role && cell[-1].marks == 0 && cell[1].marks == 0 &&
		cell[-1].glyph != ' ' && cell[1].glyph != ' ' &&
		screen->blank_as_text[cell[1].role])
		given.role = cell[1].role;
	return given;
}

static bool is_same(const struct cell *one, const struct cell *other)
{
	return one->glyph == other->glyph && one->role == other->role && one->marks == other->marks;
}

/* Those that differ from the last frame; all of them where there is none of this size and theme. */
static void give_cells(struct screen *screen)
{
	const struct canvas *canvas = &screen->canvas;
	struct canvas *given = &screen->given;
	bool is_new = given->width != canvas->width || given->height != canvas->height;

	if (is_new) {
		canvas_finish(given);
		canvas_init(given, canvas->width, canvas->height, canvas->charset);
		erase();
	}
	for (int y = 0; y < canvas->height; y++)
		for (int x = 0; x < canvas->width; x++) {
			struct cell cell = cell_to_give(screen, x, canvas_at(canvas, x, y));
			struct cell *before =
				&given->cells[(size_t)y * (size_t)canvas->width + (size_t)x];
			if (!is_new && is_same(&cell, before))
				continue;
			*before = cell;
			put_cell(screen, x, y, &cell);
		}
}

static uint64_t now_of(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

static uint64_t now(void)
{
	return now_of(CLOCK_MONOTONIC);
}

/*
 * To the view, which applies no more events to a frame than there is time for, and to those who
 * measure.
 */
static void tell_cost(struct screen *screen, uint64_t began)
{
	uint64_t cost = now_of(CLOCK_PROCESS_CPUTIME_ID) - began;
	char title[60];

	view_tell_cost(screen->view, screen->ticked, cost);
	screen->ticked = 0;
	if (!screen->tells_cost)
		return;
	snprintf(title, sizeof(title), "\033]2;drawn %" PRIu64 "\007", cost / 1000);
	put(title);
}

static void draw_frame(struct screen *screen)
{
	bool asks = pace_draw(&screen->pace, now());
	uint64_t began = now_of(CLOCK_PROCESS_CPUTIME_ID);

	if (screen->theme != view_theme(screen->view))
		set_looks(screen);
	view_draw(screen->view, &screen->canvas);
	give_cells(screen);
	move(screen->canvas.height - 1, screen->canvas.width - 1);
	put(FRAME_BEGIN);
	refresh();
	put(asks ? FRAME_END QUESTION : FRAME_END);
	screen->laid_out = false;
	screen->frames++;
	tell_cost(screen, began);
}

/*
 * Before it waits: what it has shown and taken, and whether it will do anything more by itself;
 * once.
 */
static void tell_ack(struct screen *screen, bool rests)
{
	char title[sizeof(screen->told)];

	if (!screen->acks)
		return;
	snprintf(title, sizeof(title), "\033]2;frame %lu keys %lu %dx%d%s\007", screen->frames,
		screen->keys, screen->canvas.width, screen->canvas.height, rests ? " rests" : "");
	if (strcmp(title, screen->told) == 0)
		return;
	strcpy(screen->told, title);
	put(title);
}

/* ---- keys ---------------------------------------------------------------------------------- */

static const char *name_key(wint_t key, bool is_code, char buffer[8])
{
	static const struct {
		int code;
		const char *name;
	} codes[] = {
		{KEY_UP, "Up"},
		{KEY_DOWN, "Down"},
		{KEY_LEFT, "Left"},
		{KEY_RIGHT, "Right"},
		{KEY_SLEFT, "S-Left"},
		{KEY_SRIGHT, "S-Right"},
		{KEY_CTRL_LEFT, "C-Left"},
		{KEY_CTRL_RIGHT, "C-Right"},
		{KEY_PPAGE, "PgUp"},
		{KEY_NPAGE, "PgDn"},
		{KEY_HOME, "Home"},
		{KEY_END, "End"},
		{KEY_BTAB, "S-Tab"},
		{KEY_BACKSPACE, "Backspace"},
		{KEY_ENTER, "Enter"},
	};

	if (is_code && key > KEY_F0 && key <= (wint_t)KEY_F(12)) {
		snprintf(buffer, 8, "F%u", (unsigned)(key - KEY_F0));
		return buffer;
	}
	if (is_code) {
		for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
			if ((wint_t)codes[i].code == key)
				return codes[i].name;
		return NULL;
	}
	switch (key) {
	case ' ':
		return "Space";
	case '\t':
		return "Tab";
	case '\r':
	case '\n':
		return "Enter";
	case 27:
		return "Esc";
	case 8:
	case 127:
		return "Backspace";
	case 3:
		return "C-c";
	case 12:
		return "C-l";
	case 26:
		return "C-z";
	default:
		break;
	}
	if (key < ' ')
		return NULL;
	utf8_put(buffer, (uint32_t)key);
	return buffer;
}

/* A script plays as long as the person lets it. */
static void note_script(struct screen *screen)
{
	view_set_script(screen->view, !screen->script                    ? VIEW_SCRIPT_NONE
				      : script_is_paused(screen->script) ? VIEW_SCRIPT_PAUSED
									 : VIEW_SCRIPT_PLAYS);
}

/* ncurses could tell double clicks, but only by holding back every click for a while. */
static enum mouse_kind click_kind(struct screen *screen, int x, int y)
{
	uint64_t time = now();
	bool is_second = x == screen->click_x && y == screen->click_y &&
			 time - screen->click_time < DOUBLE_CLICK;

	screen->click_time = is_second ? 0 : time;
	screen->click_x = x;
	screen->click_y = y;
	return is_second ? MOUSE_DOUBLE : MOUSE_CLICK;
}

static bool take_mouse_event(struct screen *screen, const MEVENT *event)
{
	enum mouse_kind kind;

	if (event->bstate & BUTTON4_PRESSED)
		kind = MOUSE_WHEEL_UP;
	else if (event->bstate & BUTTON5_PRESSED)
		kind = MOUSE_WHEEL_DOWN;
	else if (event->bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED))
		kind = click_kind(screen, event->x, event->y);
	else if (event->bstate & REPORT_MOUSE_POSITION)
		kind = MOUSE_DRAG;
	else
		return true;
	return view_mouse(screen->view, kind, event->x, event->y);
}

/*
 * When a key, or an answer, comes right behind them ncurses has several, and gives the last one
 * first.
 */
static bool take_mouse(struct screen *screen)
{
	MEVENT events[MOUSE_EVENTS];
	size_t count = 0;

	while (count < MOUSE_EVENTS && getmouse(&events[count]) == OK)
		count++;
	if (count > 0 && screen->script)
		script_pause(screen->script, now());
	note_script(screen);
	while (count-- > 0)
		if (!take_mouse_event(screen, &events[count]))
			return false;
	return true;
}

/* As the person wants it; what ncurses asks for leaves out dragging. */
static void set_mouse(struct screen *screen, bool on)
{
	if (screen->mouse == on)
		return;
	screen->mouse = on;
	mousemask(on ? ALL_MOUSE_EVENTS | REPORT_MOUSE_POSITION : 0, NULL);
	put(on ? DRAG_ON : DRAG_OFF);
}

/* An answer that is still on its way must not become keys of whoever has the terminal next. */
static void await_answer(struct screen *screen)
{
	uint64_t until = now() + (screen->pace.answers ? LAST_ANSWER : FIRST_ANSWER);
	wint_t key;

	timeout(10);
	while (screen->pace.asked && !hung_up && now() < until)
		if (get_wch(&key) == KEY_CODE_YES && key == (wint_t)KEY_ANSWER)
			pace_answer(&screen->pace);
	nodelay(stdscr, TRUE);
}

/* Ctrl-Z: the terminal is given back, the whole job stops; afterwards everything is as it was. */
static void suspend(struct screen *screen)
{
	void (*before)(int) = signal(SIGTSTP, SIG_DFL);

	await_answer(screen);
	put(DRAG_OFF EXTRA_OFF);
	endwin();
	kill(0, SIGTSTP);
	signal(SIGTSTP, before);
	refresh();
	put(EXTRA_ON);
	if (screen->mouse)
		put(DRAG_ON);
	clearok(curscr, TRUE);
	if (screen->script)
		script_skip_to(screen->script, now());
	draw_frame(screen);
}

static bool take_key(struct screen *screen, const char *name)
{
	if (strcmp(name, "C-z") == 0) {
		suspend(screen);
		return true;
	}
	if (strcmp(name, "C-l") == 0)
		clearok(curscr, TRUE);
	bool is_taken = screen->script && script_take_key(screen->script, name, now());
	note_script(screen);
	return is_taken || view_key(screen->view, name);
}

/* Handles what was typed; false: the person has quit. */
static bool take_keys(struct screen *screen)
{
	wint_t key;
	int kind;

	while ((kind = get_wch(&key)) != ERR) {
		bool is_code = kind == KEY_CODE_YES;
		char buffer[8];

		if (is_code && key == KEY_RESIZE) {
			forget_cells(screen);
			canvas_resize(&screen->canvas, COLS, LINES);
			draw_frame(screen);
			continue;
		}
		if (is_code && (key == (wint_t)KEY_PASTE_BEGIN || key == (wint_t)KEY_PASTE_END)) {
			screen->pasting = key == (wint_t)KEY_PASTE_BEGIN;
			continue;
		}
		if (is_code && key == (wint_t)KEY_ANSWER) {
			pace_answer(&screen->pace);
			continue;
		}
		if (screen->pasting)
			continue; /* a slip of the mouse must not press two hundred keys */
		screen->keys++;
		if (is_code && key == KEY_MOUSE) {
			if (!take_mouse(screen))
				return false;
			continue;
		}
		const char *name = name_key(key, is_code, buffer);
		if (name && !take_key(screen, name))
			return false;
	}
	return true;
}

/* ---- the loop ------------------------------------------------------------------------------ */

/*
 * Draws what is stale, but not more often than frames are wanted; gives how long to wait for the
 * next, or UINT64_MAX.
 */
static uint64_t show(struct screen *screen)
{
	uint64_t wait = pace_wait(&screen->pace, now());

	if (!view_is_stale(screen->view) && !screen->laid_out)
		return UINT64_MAX;
	if (wait > 0)
		return wait;
	draw_frame(screen);
	return UINT64_MAX;
}

/* A script's keys find the screen laid out; they do not make a frame each. */
static void lay_out(void *user)
{
	struct screen *screen = user;

	if (!view_is_stale(screen->view))
		return;
	view_draw(screen->view, &screen->canvas);
	screen->laid_out = true;
}

/* Does what is due of the script; -1: a line is wrong. */
static int play_script(struct screen *screen, struct error *err)
{
	static const struct script_stage stage = {.show = lay_out};

	if (!screen->script)
		return 0;
	int result = script_run(screen->script, &stage, screen, now(), err);
	if (result == 0)
		screen->script = NULL;
	note_script(screen);
	return result;
}

static void tick(struct screen *screen)
{
	uint64_t began = now_of(CLOCK_PROCESS_CPUTIME_ID);

	view_tick(screen->view, now());
	screen->ticked += now_of(CLOCK_PROCESS_CPUTIME_ID) - began;
}

/*
 * A resize or a hang-up is let in only while waiting: one that came between looking at the keys and
 * waiting would else be noticed only with the next key.
 */
static int loop(struct screen *screen, struct error *err)
{
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
		set_mouse(screen, view_wants_mouse(screen->view));
		tick(screen);
		uint64_t frame = show(screen);
		uint64_t tick = view_next_tick(screen->view, now());
		uint64_t line = screen->script ? script_next(screen->script, now()) : UINT64_MAX;
		uint64_t wait = frame < tick ? frame : tick;
		wait = line < wait ? line : wait;
		struct timespec timeout = {(time_t)(wait / SECOND), (long)(wait % SECOND)};
		struct pollfd fd = {.fd = screen->in, .events = POLLIN};

		tell_ack(screen, wait == UINT64_MAX);
		int ready = ppoll(&fd, 1, wait == UINT64_MAX ? NULL : &timeout, &waiting);
		bool is_gone = ready > 0 && (fd.revents & (POLLHUP | POLLERR | POLLNVAL));
		if (hung_up || !take_keys(screen) || is_gone)
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
 * Some terminals say what their background is: "15;0", the last is the background. Who has chosen a
 * theme keeps it, and a projector has one of its own.
 */
static void choose_theme(struct view *view)
{
	const char *colors = getenv("COLORFGBG"), *last = colors ? strrchr(colors, ';') : NULL;
	char *end;

	if (!last || strcmp(theme_name(view_theme(view)), "neutral") != 0)
		return;
	unsigned long background = strtoul(last + 1, &end, 10);
	if (end == last + 1 || *end != '\0' || background > 15)
		return;
	bool is_light = background == 7 || background > 8;
	view_set_theme(view, theme_find(is_light ? "light" : "dark"));
}

static int check_terminal(struct error *err)
{
	const char *term = getenv("TERM");
	int status;

	if (!term || !*term)
		return error_set(err, "TERM is not set; try TERM=xterm-256color, or play --print");
	if (setupterm(NULL, STDOUT_FILENO, &status) != OK)
		return error_set(err,
			"TERM=%s is not known on this machine; try TERM=xterm-256color, or play --print",
			term);
	const char *cup = tigetstr("cup");
	if (!cup || cup == (const char *)-1)
		return error_set(err, "TERM=%s cannot move its cursor; play --print writes text",
			term);
	return 0;
}

static void define_keys(void)
{
	define_key("\033[200~", KEY_PASTE_BEGIN);
	define_key("\033[201~", KEY_PASTE_END);
	define_key("\033[0n", KEY_ANSWER);
	/* some terminals stay out of the keypad mode they are asked for */
	define_key("\033[A", KEY_UP);
	define_key("\033[B", KEY_DOWN);
	define_key("\033[C", KEY_RIGHT);
	define_key("\033[D", KEY_LEFT);
	define_key("\033[1;5C", KEY_CTRL_RIGHT);
	define_key("\033[1;5D", KEY_CTRL_LEFT);
}

int term_run_curses(struct view *view, const struct term_config *config, struct error *err)
{
	const char *test = getenv("ARENASCOPE_TEST_ACK");
	struct screen screen = {.view = view,
		.config = config,
		.script = config->script,
		.pace = {.interval = SECOND / (uint64_t)(config->fps > 0 ? config->fps : 60),
			.never_asks = config->script}};
	FILE *keys = isatty(STDIN_FILENO) ? stdin : fopen("/dev/tty", "r");

	screen.tells_cost = test && strcmp(test, "drawn") == 0;
	screen.acks = test && !screen.tells_cost;
	if (check_terminal(err) < 0)
		return -1;
	if (!keys)
		return error_set(err, "no terminal to read keys from: /dev/tty: %s",
			strerror(errno));
	hold_terminal(STDOUT_FILENO);
	del_curterm(cur_term); /* check_terminal()'s; newterm() reads its own */
	SCREEN *curses = newterm(NULL, stdout, keys);
	if (!curses) {
		terminal.held = 0;
		return error_set(err, "the terminal cannot be used");
	}
	endwin();
	refresh();
	screen.in = fileno(keys);
	screen.colors = choose_colors(config);
	if (!config->mouse)
		view_set_mouse(view, false);
	raw();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	typeahead(-1);
	curs_set(0);
	if (!getenv("ESCDELAY"))
		set_escdelay(getenv("SSH_CONNECTION") ? 100 : 50);
	define_keys();
	put(EXTRA_ON);
	mouseinterval(0);
	set_mouse(&screen, view_wants_mouse(view));
	canvas_init(&screen.canvas, COLS, LINES, choose_charset(config));
	if (config->theme && theme_find(config->theme))
		view_set_theme(view, theme_find(config->theme));
	else
		choose_theme(view);
	set_looks(&screen);

	int result = loop(&screen, err);

	await_answer(&screen);
	put(DRAG_OFF EXTRA_OFF);
	endwin();
	term_restore();
	delscreen(curses);
	canvas_finish(&screen.canvas);
	canvas_finish(&screen.given);
	if (keys != stdin)
		fclose(keys);
	return result;
}
