/* See makefile.h. */
#include "plugin/makefile.h"

#include "base/xalloc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX     8u /* of references */
#define VARIABLES_MAX 1000u
#define WORK_MAX      (1u << 22) /* characters taken, and variables looked at for a reference */
#define BLANKS        " \t"

static struct makefile_variable *find(const struct makefile *makefile, const char *name,
	size_t length)
{
	for (size_t i = makefile->variables.count; i-- > 0;) {
		struct makefile_variable *variable = &makefile->variables.items[i];
		if (strlen(variable->name) == length && memcmp(variable->name, name, length) == 0)
			return variable;
	}
	return NULL;
}

static void set(struct makefile *makefile, const char *name, size_t length, const char *value,
	bool adds)
{
	struct makefile_variable *variable = find(makefile, name, length);

	if (!variable && makefile->variables.count >= VARIABLES_MAX)
		return;
	if (!variable) {
		variable = array_push(&makefile->variables);
		*variable = (struct makefile_variable){.name = xstrndup(name, length)};
		adds = false;
	}
	if (!adds)
		text_clear(&variable->value);
	text_add(&variable->value, "%s%s", adds ? " " : "", value);
}

/* "NAME = VALUE", also with :=, ?= and +=. A line of a recipe begins with a tab. */
static void take_line(struct makefile *makefile, char *line)
{
	char *hash = strchr(line, '#');

	if (hash)
		*hash = '\0';
	char *equals = strchr(line, '=');
	if (line[0] == '\t' || !equals)
		return;
	char *name = line + strspn(line, BLANKS), *end = equals;
	bool adds = end > name && end[-1] == '+';
	while (end > name && strchr("+?: \t", end[-1]))
		end--;
	if (end == name || memchr(name, ' ', (size_t)(end - name)))
		return;
	set(makefile, name, (size_t)(end - name), equals + 1 + strspn(equals + 1, BLANKS), adds);
}

void makefile_take(struct makefile *ret_makefile, const char *text)
{
	struct text line = {0};

	*ret_makefile = (struct makefile){0};
	while (*text) {
		size_t length = strcspn(text, "\n");
		bool goes_on = length > 0 && text[length - 1] == '\\';
		text_add_bytes(&line, text, length - goes_on);
		text += length + (text[length] == '\n');
		if (goes_on && *text)
			continue;
		char *copy = xstrdup(text_of(&line));
		take_line(ret_makefile, copy);
		free(copy);
		text_clear(&line);
	}
	text_finish(&line);
}

void makefile_finish(struct makefile *makefile)
{
	for (size_t i = 0; i < makefile->variables.count; i++) {
		free(makefile->variables.items[i].name);
		text_finish(&makefile->variables.items[i].value);
	}
	array_finish(&makefile->variables);
}

struct expansion {
	const struct makefile *makefile;
	struct text *out;
	size_t left; /* of WORK_MAX */
};

static void spend(struct expansion *expansion, size_t work)
{
	expansion->left -= work < expansion->left ? work : expansion->left;
}

static void add_value(struct expansion *expansion, const char *name, size_t length, unsigned depth)
{
	const struct makefile_variable *variable = find(expansion->makefile, name, length);

	for (const char *at = variable ? text_of(&variable->value) : ""; *at && expansion->left;) {
		char close = at[0] == '$' && at[1] == '('   ? ')'
			     : at[0] == '$' && at[1] == '{' ? '}'
							    : 0;
		const char *end = close ? strchr(at, close) : NULL;
		if (!end) {
			text_add_bytes(expansion->out, at++, 1);
			spend(expansion, 1);
			continue;
		}
		spend(expansion, (size_t)(end - at) + expansion->makefile->variables.count);
		if (depth < DEPTH_MAX)
			add_value(expansion, at + 2, (size_t)(end - at) - 2, depth + 1);
		at = end + 1;
	}
}

void makefile_add_value(const struct makefile *makefile, const char *name, struct text *out)
{
	struct expansion expansion = {makefile, out, WORK_MAX};

	add_value(&expansion, name, strlen(name), 0);
}
