/* See makefile.h. */
#include "plugin/makefile.h"

#include "base/xalloc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 8u /* of references */
#define BLANKS    " \t"

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

	if (!variable) {
		variable = array_push(&makefile->variables);
		variable->name = xstrndup(name, length);
	}
	char *old = variable->value;
	variable->value = adds && old ? xasprintf("%s %s", old, value) : xstrdup(value);
	free(old);
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
		free(makefile->variables.items[i].value);
	}
	array_finish(&makefile->variables);
}

static void add_value(const struct makefile *makefile, const char *name, size_t length,
	unsigned depth, struct text *out)
{
	const struct makefile_variable *variable = find(makefile, name, length);

	for (const char *at = variable ? variable->value : ""; *at;) {
		char close = at[0] == '$' && at[1] == '('   ? ')'
			     : at[0] == '$' && at[1] == '{' ? '}'
							    : 0;
		const char *end = close ? strchr(at, close) : NULL;
		if (!end) {
			text_add_bytes(out, at++, 1);
			continue;
		}
		if (depth < DEPTH_MAX)
			add_value(makefile, at + 2, (size_t)(end - at) - 2, depth + 1, out);
		at = end + 1;
	}
}

void makefile_add_value(const struct makefile *makefile, const char *name, struct text *out)
{
	add_value(makefile, name, strlen(name), 0, out);
}
