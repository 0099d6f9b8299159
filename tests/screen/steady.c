/*
 * A program for tests to watch while it runs: it only obeys letters from a pipe. usage: steady PIPE
 *	a	allocates a thousand blocks, of 1001 bytes the first time, then of 1002 ..., and the
 *		last of 5000 bytes more
 *	e	prints something and exits with status 3
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int pipe = open(argc > 1 ? argv[1] : "", O_RDONLY);
	size_t size = 1000;
	char letter;

	if (pipe < 0)
		return 2;
	while (read(pipe, &letter, 1) == 1) {
		if (letter == 'a') {
			size++;
			for (int i = 0; i < 1000; i++)
				if (!malloc(i < 999 ? size : size + 5000))
					return 2;
		}
		if (letter == 'e') {
			static const char words[] = "this is said by the program\n";
			return write(STDOUT_FILENO, words, sizeof(words) - 1) < 0 ? 2 : 3;
		}
	}
	return 0;
}
