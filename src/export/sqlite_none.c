/* Stands in for sqlite.c in a build without libsqlite3. */
#include "base/error.h"
#include "export/exporter.h"

static int write_sqlite(const struct export_job *job, struct sink *sink, struct error *err)
{
	return error_set(err,
		"--sqlite: this arenascope was built without libsqlite3; --csv has the same fields");
}

const struct exporter exporter_sqlite = {.name = "sqlite",
	.write = write_sqlite,
	.opens_file = true};
