/* arenascope: see README.md.  Everything is in the commands. */
#include "cmd/cmd.h"

#include <locale.h>
#include <signal.h>

int main(int argc, char **argv)
{
	setlocale(LC_ALL, "");
	signal(SIGPIPE, SIG_IGN);	/* a reader that goes away is a failed write, and is told as one */
	return cmd_main(argc, argv);
}
