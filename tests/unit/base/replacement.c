/* Files that take the place of others: what is left of those that are not finished. */
#include "base/replacement.h"

#include "base/xalloc.h"
#include "support.h"

#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/arenascope-replacement-XXXXXX";

static char *path_of(const char *name)
{
	return xasprintf("%s/%s", folder, name);
}

/* A fork begins a file, says its name and ends within: by a signal, or 0. */
static void fork_begins_and_ends(char *ret_name, size_t size, int number)
{
	struct replacement file;
	char *path = path_of("fork's");
	int status, words[2];

	assert_int_equal(pipe(words), 0);
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		if (replacement_open_named(&file, path) < 0 ||
			write(words[1], file.name, strlen(file.name) + 1) < 0)
			_exit(1);
		if (number)
			raise(number);
		exit(0);
	}
	close(words[1]);
	assert_true(read(words[0], ret_name, size) > 0);
	close(words[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, number);
	free(path);
}

static void who_ends_within_leaves_nothing(void **state)
{
	char name[256];

	fork_begins_and_ends(name, sizeof(name), 0);
	assert_int_not_equal(access(name, F_OK), 0);
	fork_begins_and_ends(name, sizeof(name), SIGTERM);
	assert_int_not_equal(access(name, F_OK), 0);
	fork_begins_and_ends(name, sizeof(name), SIGINT);
	assert_int_not_equal(access(name, F_OK), 0);
}

static void a_fork_does_not_end_what_its_parent_began(void **state)
{
	struct replacement file;
	char name[256], *path = path_of("parent's");

	assert_int_equal(replacement_open_named(&file, path), 0);
	fork_begins_and_ends(name, sizeof(name), 0);
	assert_int_not_equal(access(name, F_OK), 0);
	assert_int_equal(access(file.name, F_OK), 0);
	assert_int_equal(replacement_finish(&file), 0);
	replacement_close(&file);
	assert_int_equal(unlink(path), 0);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_ends_within_leaves_nothing),
		cmocka_unit_test(a_fork_does_not_end_what_its_parent_began),
	};
	if (!mkdtemp(folder))
		return 1;
	int result = cmocka_run_group_tests(tests, NULL, NULL);
	return rmdir(folder) < 0 ? 1 : result;
}
