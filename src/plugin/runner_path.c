/* See runner_path.h. */
#include "plugin/runner_path.h"

#include "base/error.h"
#include "base/install_dir.h"

int runner_find(char *ret_path, size_t size, struct error *err)
{
	static const char *const places[] = {"src/plugin/" RUNNER_NAME,
		"../src/plugin/" RUNNER_NAME, "../libexec/arenascope/" RUNNER_NAME,
		"../lib/arenascope/" RUNNER_NAME, NULL};

	if (!install_dir_find(places, ret_path, size))
		return error_set(err, "cannot find %s next to this program", RUNNER_NAME);
	return 0;
}
