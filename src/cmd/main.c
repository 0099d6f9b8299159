/* arenascope: see README.md.  Everything is in the commands. */
#include "cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <unistd.h>

/*
 * A standard descriptor that was closed is filled, so that no trace is opened in its place: with
 * one that cannot be used the way it is meant, so that its use still fails and is told.
 */
static void fill_descriptors(void)
{
	static const int modes[] = {
		[STDIN_FILENO] = O_WRONLY,
		[STDOUT_FILENO] = O_RDONLY,
		[STDERR_FILENO] = O_RDONLY,
	};

	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
			open("/dev/null", modes[fd] | O_CLOEXEC) != fd)
			return; /* no /dev/null: as it was */
}

int main(int argc, char **argv)
{
	fill_descriptors();
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C"); /* figures are for programs, too: a point, no comma */
	return cmd_main(argc, argv);
}
