/* See runner_path.h. */
#include "plugin/runner_path.h"

#include "base/error.h"
#include "base/install_dir.h"

#define PLACES(name) \
	{ \
		"src/plugin/" name, "../src/plugin/" name, "../libexec/arenascope/" name, \
			"../lib/arenascope/" name, NULL \
	}

bool runner_find_32(char *ret_path, size_t size)
{
	static const char *const places[] = PLACES(RUNNER_32_NAME);

	return install_dir_find(places, ret_path, size);
}

int runner_find(char *ret_path, size_t size, struct error *err)
{
	static const char *const places[] = PLACES(RUNNER_NAME);

	if (!install_dir_find(places, ret_path, size))
		return error_set(err,
			"cannot find %s, which plug-ins run in; `ninja -C build` without a target builds it, `meson install` installs it",
			RUNNER_NAME);
	return 0;
}
