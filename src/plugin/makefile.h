/* The variables of a Makefile, as far as they are written down in it. */
#ifndef PLUGIN_MAKEFILE_H
#define PLUGIN_MAKEFILE_H

#include "base/arrays.h"
#include "base/text.h"

struct makefile {
	ARRAY(struct makefile_variable) variables;
};

struct makefile_variable {
	char *name;
	struct text value; /* with references to others in it */
};

/*
 * Takes the text of one; conditions, included files, and variables beyond the first thousand are
 * not looked at. Grows with the text.
 */
void makefile_take(struct makefile *ret_makefile, const char *text);
void makefile_finish(struct makefile *makefile);

/*
 * Appends the variable's value, with the values of those that it refers to; nothing: none. One that
 * grows by its references, or refers to itself, ends after a bounded number of them.
 */
void makefile_add_value(const struct makefile *makefile, const char *name, struct text *out);

#endif
