/* See report_form.h. */
#include "cmd/report_form.h"

#include "base/options.h"

const char *const report_forms[] = {"text", "json", "html", "csv", NULL};

enum emit_form report_form(const struct options *options)
{
	static const enum emit_form emits[] = {EMIT_TABLE, EMIT_JSON, EMIT_HTML, EMIT_CSV};

	return emits[options_choice(options, "format")];
}
