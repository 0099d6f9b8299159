/* --format of what is also read as a page: text, JSON, HTML or CSV. */
#ifndef CMD_REPORT_FORM_H
#define CMD_REPORT_FORM_H

#include "base/emitter.h"

struct options;

extern const char *const report_forms[];

#define REPORT_FORM_OPTION(words) \
	{ \
		.name = "format", .type = OPTION_CHOICE, .value = "FORMAT", .fallback = "text", \
		.choices = report_forms, .help = words \
	}

/* The form that was chosen. */
enum emit_form report_form(const struct options *options);

#endif
