#include "term/keyboard.h"

#include "term/keys.h"
#include "term/terminal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOUSE_EVENTS 8u /* the number that ncurses keeps */
#define ESCAPE       27
#define SEQUENCE_MAX 32
#define DOUBLE_CLICK (SECOND * 2 / 5)
/* nanoseconds to wait at the end, for a terminal that may never answer */
#define FIRST_ANSWER (SECOND / 4)
#define LAST_ANSWER  SECOND /* for a terminal that has answered before */
/* the first frame waits that long for the answer about the background */
#define BACKGROUND_ANSWER_TIME (SECOND / 10)

enum {
	KEY_PASTE_BEGIN = KEY_MAX + 1,
	KEY_PASTE_END,
	KEY_CTRL_LEFT,
	KEY_CTRL_RIGHT,
	KEY_ANSWER,
	KEY_BACKGROUND
};

static const struct {
	int code;
	const char *name;
} special_keys[] = {
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

/* NULL: the view knows no such key. */
static const char *name_special_key(wint_t key, char buffer[KEY_NAME_MAX])
{
	if (key > KEY_F0 && key <= (wint_t)KEY_F(12)) {
		snprintf(buffer, KEY_NAME_MAX, "F%u", (unsigned)(key - KEY_F0));
		return buffer;
	}
	for (size_t i = 0; i < sizeof(special_keys) / sizeof(*special_keys); i++)
		if ((wint_t)special_keys[i].code == key)
			return special_keys[i].name;
	return NULL;
}

void keyboard_note_script(struct screen *screen)
{
	view_set_script(screen->view, !screen->script                    ? VIEW_SCRIPT_NONE
				      : script_is_paused(screen->script) ? VIEW_SCRIPT_PAUSED
									 : VIEW_SCRIPT_PLAYS);
}

/* ncurses could recognise double clicks, but only by holding back every click for a while. */
static enum mouse_kind click_kind(struct screen *screen, int x, int y)
{
	uint64_t time = screen_now();
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
 * ncurses has several mouse events at once if a key, or an answer, comes right after them, and
 * returns the last one first.
 */
static bool take_mouse(struct screen *screen)
{
	MEVENT events[MOUSE_EVENTS];
	size_t count = 0;

	while (count < MOUSE_EVENTS && getmouse(&events[count]) == OK)
		count++;
	if (count > 0 && screen->script)
		script_pause(screen->script, screen_now());
	keyboard_note_script(screen);
	while (count-- > 0)
		if (!take_mouse_event(screen, &events[count]))
			return false;
	return true;
}

void keyboard_set_mouse(struct screen *screen, bool on)
{
	if (screen->mouse == on)
		return;
	screen->mouse = on;
	mousemask(on ? ALL_MOUSE_EVENTS | REPORT_MOUSE_POSITION : 0, NULL);
	terminal_put(on ? DRAG_ON : DRAG_OFF);
}

/* Takes what the terminal answers; false: it is a key. */
static bool take_answer(struct screen *screen, bool is_code, wint_t key)
{
	if (is_code && key == (wint_t)KEY_ANSWER) {
		screen->background_asked = false;
		pace_answer(&screen->pace);
		return true;
	}
	if (is_code && key == (wint_t)KEY_BACKGROUND) {
		background_begin(&screen->background, screen_now());
		return true;
	}
	if (is_code || !background_goes_on(&screen->background, screen_now()))
		return false;
	if (background_take(&screen->background, (uint32_t)key)) {
		screen->background_asked = false;
		screen_suit_background(screen, background_of_answer(screen->background.text));
	}
	return true;
}

void keyboard_await_background(struct screen *screen)
{
	uint64_t until = screen_now() + BACKGROUND_ANSWER_TIME;
	wint_t key;

	timeout(10);
	while (screen->background_asked && !terminal_has_hung_up() && screen_now() < until) {
		int kind = get_wch(&key);
		if (kind == ERR || take_answer(screen, kind == KEY_CODE_YES, key))
			continue;
		if (kind == KEY_CODE_YES)
			ungetch((int)key);
		else
			unget_wch((wchar_t)key);
		break;
	}
	nodelay(stdscr, TRUE);
}

void keyboard_await_answer(struct screen *screen)
{
	uint64_t until = screen_now() + (screen->pace.answers ? LAST_ANSWER : FIRST_ANSWER);
	wint_t key;

	timeout(10);
	while ((screen->pace.open > 0 || screen->background_asked) && !terminal_has_hung_up() &&
		screen_now() < until) {
		int kind = get_wch(&key);
		if (kind != ERR)
			take_answer(screen, kind == KEY_CODE_YES, key);
	}
	nodelay(stdscr, TRUE);
}

/*
 * Ctrl-Z: restores the terminal and stops the whole job; after it continues, the screen is set up
 * again.
 */
static void suspend(struct screen *screen)
{
	void (*before)(int) = signal(SIGTSTP, SIG_DFL);

	keyboard_await_answer(screen);
	terminal_put(DRAG_OFF EXTRA_OFF);
	endwin();
	kill(0, SIGTSTP);
	signal(SIGTSTP, before);
	refresh();
	terminal_put(EXTRA_ON);
	if (screen->mouse)
		terminal_put(DRAG_ON);
	clearok(curscr, TRUE);
	if (screen->script)
		script_skip_to(screen->script, screen_now());
	screen_draw(screen);
}

static bool take_key(struct screen *screen, const char *name)
{
	if (strcmp(name, "C-z") == 0) {
		suspend(screen);
		return true;
	}
	if (strcmp(name, "C-l") == 0)
		clearok(curscr, TRUE);
	bool is_taken = screen->script && script_take_key(screen->script, name, screen_now());
	keyboard_note_script(screen);
	return is_taken || view_key(screen->view, name);
}

/*
 * What begins with an escape and is no key of this TERM may be one of another, such as Home of
 * tmux: then it is that one. Other sequences are no keys at all. Characters that belong to none are
 * taken next. NULL: no key.
 */
static const char *key_of_escape(char buffer[KEY_NAME_MAX])
{
	char bytes[SEQUENCE_MAX] = {ESCAPE};
	size_t length = 1, taken = keys_next(bytes, length, false, buffer);
	wint_t key;

	while (taken == 0 && length < SEQUENCE_MAX) {
		int kind = get_wch(&key);
		if (kind == OK && key < 128) {
			bytes[length++] = (char)key;
			taken = keys_next(bytes, length, false, buffer);
			continue;
		}
		if (kind == KEY_CODE_YES)
			ungetch((int)key);
		else if (kind == OK)
			unget_wch((wchar_t)key);
		break;
	}
	if (taken == 0)
		taken = keys_next(bytes, length, true, buffer);
	while (length > taken)
		unget_wch((wchar_t)bytes[--length]);
	return *buffer ? buffer : NULL;
}

static const char *name_key(bool is_code, wint_t key, char buffer[KEY_NAME_MAX])
{
	if (is_code)
		return name_special_key(key, buffer);
	return key == ESCAPE ? key_of_escape(buffer) : key_of_character(key, buffer);
}

bool keyboard_take(struct screen *screen)
{
	wint_t key;
	int kind;

	while ((kind = get_wch(&key)) != ERR) {
		bool is_code = kind == KEY_CODE_YES;
		char buffer[KEY_NAME_MAX];

		if (is_code && key == KEY_RESIZE) {
			screen_resize(screen);
			screen_draw(screen);
			continue;
		}
		if (is_code && (key == (wint_t)KEY_PASTE_BEGIN || key == (wint_t)KEY_PASTE_END)) {
			screen->pasting = key == (wint_t)KEY_PASTE_BEGIN;
			continue;
		}
		if (take_answer(screen, is_code, key))
			continue;
		if (screen->pasting)
			/* a slip of the mouse that pastes text must not press two hundred keys */
			continue;
		screen->keys++;
		if (is_code && key == KEY_MOUSE) {
			if (!take_mouse(screen))
				return false;
			continue;
		}
		const char *name = name_key(is_code, key, buffer);
		if (name && !take_key(screen, name))
			return false;
	}
	return true;
}

void keyboard_define_keys(void)
{
	define_key("\033[200~", KEY_PASTE_BEGIN);
	define_key("\033[201~", KEY_PASTE_END);
	define_key("\033[0n", KEY_ANSWER);
	define_key(BACKGROUND_ANSWER, KEY_BACKGROUND);
	/* some terminals ignore the request for keypad mode */
	define_key("\033[A", KEY_UP);
	define_key("\033[B", KEY_DOWN);
	define_key("\033[C", KEY_RIGHT);
	define_key("\033[D", KEY_LEFT);
	define_key("\033[1;5C", KEY_CTRL_RIGHT);
	define_key("\033[1;5D", KEY_CTRL_LEFT);
}
