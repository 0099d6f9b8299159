#include "cmd/gaps_note.h"

#include "base/text.h"
#include "plugin/history.h"

#include <stdio.h>

void print_gaps_note(void)
{
	struct text gaps = {0};

	if (plugin_gaps(&gaps))
		fprintf(stderr,
			"arenascope: plug-ins are confined only in part here: %s (see docs/plugins.md)\n",
			text_of(&gaps));
	text_finish(&gaps);
}
