/*
 * Runs a compiler on somebody else's source, for plugin/compiler.c: arenascope-runner in another
 * role. It owns the folder in which that happens, and removes it whatever happens.
 */
#ifndef PLUGIN_COMPILATION_H
#define PLUGIN_COMPILATION_H

/*
 * usage: arenascope-runner compile FOLDER SOURCE-FOLDERS COMPILER ARGUMENTS…, with the lifeline
 * as TALK_LIFELINE, a socket. SOURCE-FOLDERS are one a line. One struct compilation_end is sent
 * through the lifeline; when it is then closed, the folder is removed. What the compiler says goes
 * to standard output and error.
 */
int compilation_run(int argc, char **argv);

enum compilation {
	COMPILATION_DONE,
	COMPILATION_FAILED,
	COMPILATION_LATE,
	COMPILATION_NO_COMPILER
};

struct compilation_end {
	int how;   /* enum compilation */
	int error; /* NO_COMPILER: errno */
};

#define COMPILATION_SECONDS 60 /* that it may take */

#endif
