#include "cmd/plugin_notes.h"

#include "base/text.h"
#include "plugin/history.h"

#include <stdio.h>

void print_plugin_notes(void)
{
	struct text gaps = {0}, starts = {0};

	if (plugin_starts_oddly(&starts))
		fprintf(stderr, "arenascope: %s\n", text_of(&starts));
	text_finish(&starts);
	if (plugin_gaps(&gaps))
		fprintf(stderr,
			"arenascope: plug-ins are confined only in part here: %s (see docs/plugins.md)\n",
			text_of(&gaps));
	text_finish(&gaps);
}
