#include "term/terminal.h"

#include "base/error.h"
#include "base/mapping.h"
#include "base/xalloc.h"
#include "term/term.h"

#include <curses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

/*
 * The state that a signal handler needs to restore the terminal: there is one terminal, so there is
 * one of these.
 */
static struct {
	volatile sig_atomic_t held;
	int fd;
	char restore[256];
	size_t length;
	struct termios modes;
} terminal;

static volatile sig_atomic_t hung_up;

void terminal_put(const char *bytes)
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

void terminal_release(void)
{
	terminal.held = 0;
}

bool terminal_has_hung_up(void)
{
	return hung_up;
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

/* From now on whatever ends the program restores the modes, and puts `terminal.restore` out. */
static void hold(int fd)
{
	static const int fatal[] = {SIGSEGV, SIGABRT, SIGFPE, SIGILL, SIGTERM, SIGQUIT, SIGINT};

	terminal.fd = fd;
	tcgetattr(fd, &terminal.modes);
	terminal.length = strlen(terminal.restore);
	terminal.held = 1;
	xalloc_on_failure(term_restore);
	for (size_t i = 0; i < sizeof(fatal) / sizeof(*fatal); i++) {
		struct sigaction action = {.sa_handler = on_fatal, .sa_flags = (int)SA_RESETHAND};
		sigaction(fatal[i], &action, NULL);
	}
	mapping_on_other_fault(on_fatal);
	struct sigaction leave = {.sa_handler = on_hangup};
	sigaction(SIGHUP, &leave, NULL);
}

void terminal_hold(int fd)
{
	snprintf(terminal.restore, sizeof(terminal.restore), "%s%s", DRAG_OFF, EXTRA_OFF);
	append_capability("cnorm");
	append_capability("sgr0");
	append_capability("rmkx");
	append_capability("rmcup");
	hold(fd);
}

void terminal_hold_keys(int fd)
{
	struct termios modes;

	hold(fd);
	modes = terminal.modes;
	modes.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
	modes.c_iflag &= ~(tcflag_t)(ICRNL | IXON);
	modes.c_cc[VMIN] = 0;
	modes.c_cc[VTIME] = 0;
	tcsetattr(fd, TCSANOW, &modes);
}

int terminal_check(struct error *err)
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
		return error_set(err, "TERM=%s cannot move the cursor; use play --print for text",
			term);
	return 0;
}
