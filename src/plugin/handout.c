/* See handout.h. */
#include "plugin/handout.h"

#include "base/text.h"
#include "base/xalloc.h"
#include "plugin/constant.h"
#include "plugin/makefile.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (4u << 20) /* bytes; no source of a lab is longer */

/* The text of a file; NULL: it cannot be read. */
static char *read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = file ? xmalloc(FILE_MAX + 1) : NULL;

	if (!file)
		return NULL;
	text[fread(text, 1, FILE_MAX, file)] = '\0';
	fclose(file);
	return text;
}

/* The text of a file in the source's folder; NULL: it cannot be read. */
static char *read_beside(const char *source, const char *name)
{
	const char *slash = strrchr(source, '/');
	char *path = xasprintf("%.*s%s", slash ? (int)(slash + 1 - source) : 0, source, name);
	char *text = read_file(path);

	free(path);
	return text;
}

static void add_flag(struct handout *handout, char *flag)
{
	*array_push(&handout->flags) = flag;
}

/* ---- the Makefile ---------------------------------------------------------------------------- */

static bool begins_with(const char *word, const char *begin)
{
	return strncmp(word, begin, strlen(begin)) == 0;
}

/* Folders are those of the Makefile. What a shell would have to look at is left out. */
static void take_flag(struct handout *handout, const char *folder, const char *word)
{
	static const char *const taken[] = {"-D", "-U", "-std=", "-f", "-O"};
	static const char *const left[] = {"-fsanitize", "-flto", "-fno-pic", "-fno-PIC", "-fpie"};

	if (strpbrk(word, "\"'`$\\"))
		return;
	if (strcmp(word, "-m32") == 0)
		handout->wants_32_bits = true;
	if (begins_with(word, "-I") && word[2])
		add_flag(handout,
			word[2] == '/' ? xstrdup(word) : xasprintf("-I%s%s", folder, word + 2));
	for (size_t i = 0; i < sizeof(left) / sizeof(*left); i++)
		if (begins_with(word, left[i]))
			return;
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		if (begins_with(word, taken[i]) && word[strlen(taken[i])])
			add_flag(handout, xstrdup(word));
}

static void take_makefile(struct handout *handout, const char *folder, const char *text)
{
	static const char *const variables[] = {"CC", "CPPFLAGS", "CFLAGS"};
	struct makefile makefile;
	struct text words = {0};

	makefile_take(&makefile, text);
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++) {
		makefile_add_value(&makefile, variables[i], &words);
		text_add(&words, " ");
	}
	char *copy = xstrdup(text_of(&words));
	for (char *word = strtok(copy, " \t"); word; word = strtok(NULL, " \t"))
		take_flag(handout, folder, word);
	free(copy);
	text_finish(&words);
	makefile_finish(&makefile);
}

static void read_makefile(struct handout *handout, const char *source)
{
	static const char *const names[] = {"GNUmakefile", "makefile", "Makefile"};
	const char *slash = strrchr(source, '/');
	char *folder = xstrndup(source, slash ? (size_t)(slash + 1 - source) : 0), *text = NULL;

	for (size_t i = 0; !text && i < sizeof(names) / sizeof(*names); i++)
		text = read_beside(source, names[i]);
	if (text)
		take_makefile(handout, folder, text);
	free(text);
	free(folder);
}

/* ---- what the driver checks ------------------------------------------------------------------ */

/* The value of the last "#define NAME VALUE" of a text; false: it has none that is a constant. */
static bool find_constant(const char *text, const char *name, uint64_t *ret_value)
{
	bool is_found = false;

	for (const char *at = text; (at = strstr(at, "#define")); at++) {
		const char *word = at + strlen("#define");
		word += strspn(word, " \t");
		if (begins_with(word, name) && strchr(" \t(", word[strlen(name)]))
			is_found = constant_value(word + strlen(name), ret_value);
	}
	return is_found;
}

static void take_heap(struct handout *handout, const char *text)
{
	uint64_t bytes;

	if (find_constant(text, "MAX_HEAP", &bytes) || find_constant(text, "MAX_HEAP_SIZE", &bytes))
		handout->heap = bytes;
}

/*
 * What the lab's own driver checks: "#define ALIGNMENT 8", "#define MAX_HEAP (20*(1<<20))". In a
 * few hand-outs the heap's limit is a matter of memlib alone.
 */
static void read_limits(struct handout *handout, const char *source)
{
	static const char *const with_heap[] = {"config.h", "memlib.h", "memlib.c"};
	char *text = read_beside(source, "config.h");
	uint64_t bytes;

	if (text && find_constant(text, "ALIGNMENT", &bytes) &&
		(bytes == 4 || bytes == 8 || bytes == 16))
		handout->alignment = (unsigned)bytes;
	free(text);
	for (size_t i = 0; handout->heap == 0 && i < sizeof(with_heap) / sizeof(*with_heap); i++) {
		text = read_beside(source, with_heap[i]);
		if (text)
			take_heap(handout, text);
		free(text);
	}
}

/* ---- the source ------------------------------------------------------------------------------ */

static bool is_name(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_';
}

/* After blanks and comments. */
static const char *skip_space(const char *at)
{
	for (;;) {
		at += strspn(at, " \t\r\n");
		const char *end = at[0] == '/' && at[1] == '*' ? strstr(at + 2, "*/") : NULL;
		if (!end)
			return at;
		at = end + 2;
	}
}

/* Where the function's definition begins, before its name, in the text from begin on. */
static const char *specifiers_before(const char *begin, const char *name)
{
	const char *at = name;

	while (at > begin && !strchr(";}/", at[-1]))
		at--;
	for (const char *line = at; (line = memchr(line, '\n', (size_t)(name - line)));)
		if (*++line == '#') /* a directive ends before the definition's own line */
			at = line + strcspn(line, "\n");
	return skip_space(at);
}

/* "TYPE NAME(ARGUMENTS)" of the function's definition, new, in one line; NULL: there is none. */
static char *prototype_of(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = text; (at = strstr(at, name)); at += length) {
		const char *open = skip_space(at + length);
		const char *close = *open == '(' ? strchr(open, ')') : NULL;
		if ((at > text && is_name(at[-1])) || !close || *skip_space(close + 1) != '{')
			continue;
		const char *begin = specifiers_before(text, at);
		if (begin >= at)
			return NULL;
		char *prototype = xstrndup(begin, (size_t)(close + 1 - begin));
		for (char *byte = prototype; *byte; byte++)
			*byte = isspace((unsigned char)*byte) ? ' ' : *byte;
		return prototype;
	}
	return NULL;
}

/* Our mm.h declares what the source defines, when the hand-out's own is not there. */
static void add_prototype(struct handout *handout, const char *macro, const char *prototype)
{
	if (prototype && !begins_with(prototype, "static") && !strpbrk(prototype, "\"'\\#"))
		add_flag(handout, xasprintf("-D%s=%s", macro, prototype));
}

static void read_source(struct handout *handout, const char *source)
{
	char *text = read_file(source);
	char *init = text ? prototype_of(text, "mm_init") : NULL;
	char *check = text ? prototype_of(text, "mm_checkheap") : NULL;

	handout->init_is_bool = init && (begins_with(init, "bool ") || begins_with(init, "_Bool "));
	add_prototype(handout, "ARENASCOPE_MM_INIT", init);
	add_prototype(handout, "ARENASCOPE_MM_CHECKHEAP", check);
	free(check);
	free(init);
	free(text);
}

void handout_read(struct handout *ret_handout, const char *source)
{
	*ret_handout = (struct handout){0};
	read_makefile(ret_handout, source);
	read_limits(ret_handout, source);
	read_source(ret_handout, source);
}

void handout_finish(struct handout *handout)
{
	for (size_t i = 0; i < handout->flags.count; i++)
		free(handout->flags.items[i]);
	array_finish(&handout->flags);
}
