/* See lookup.h: built without libdw. */
#include "symbols/lookup.h"

#include "base/error.h"

#include <unistd.h>

int lookup_open(struct lookup **ret_lookup, const struct trace_module *module, int fd,
	struct error *err)
{
	close(fd);
	return error_set(err, "cannot be read by this arenascope, which was built without libdw");
}

void lookup_close(struct lookup *lookup)
{
}

bool lookup_find(struct lookup *lookup, uint64_t address, unsigned level,
	struct lookup_place *ret_place)
{
	return false;
}

bool lookup_find_object(struct lookup *lookup, uint64_t address, struct lookup_object *ret_object)
{
	return false;
}
