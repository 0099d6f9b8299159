/*
 * A program that names its moments, with a header and nothing to link.
 *
 *	marks         100 blocks of 1,111 bytes, "loaded", frees them, "dropped"
 *	marks SIGNAL  the same, and sends its parent the signal in between
 */
#include "arenascope/mark.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	void *blocks[100];

	for (int i = 0; i < 100; i++)
		blocks[i] = malloc(1111);
	ARENASCOPE_MARK("loaded");
	if (argc > 1)
		kill(getppid(), atoi(argv[1]));
	for (int i = 0; i < 100; i++)
		free(blocks[i]);
	ARENASCOPE_MARK("dropped");
	return 0;
}
