/* arenascope: see README.md. All the work is in the commands. */
#include "cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <unistd.h>

/*
 * Fills a closed standard descriptor, so that no trace is opened in its place. The replacement
 * cannot be used in the expected direction, so that its use still fails and is reported.
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
			return; /* no /dev/null: nothing can be done */
}

int main(int argc, char **argv)
{
	fill_descriptors();
	setlocale(LC_ALL, "");
	/* figures are also for programs: a decimal point, not a comma */
	setlocale(LC_NUMERIC, "C");
	return cmd_main(argc, argv);
}
