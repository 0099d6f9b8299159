/*
 * `arenascope lessons`: the lessons by name, each with the first line of its file; or where the
 * concept that words name is seen, and which lessons speak of it.
 */
#include "cmd/lessons.h"

#include "base/error.h"
#include "base/install_dir.h"
#include "base/lines.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "story/concepts.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENDING ".rep"

static const struct option_spec options[] = {
	{.name = "names", .type = OPTION_FLAG, .help = "print the names only"},
	{0},
};

static int find_folder(char *ret_path, size_t size, struct error *err)
{
	static const char *const places[] = {"../traces/lessons", "../share/arenascope/lessons",
		NULL};

	return install_dir_find(places, ret_path, size)
		       ? 0
		       : error_set(err,
				 "the lessons are not there: neither beside this program nor "
				 "in ../share/arenascope/lessons");
}

static int is_lesson(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name), end = strlen(ENDING);

	return length > end && strcmp(entry->d_name + length - end, ENDING) == 0;
}

/* The lessons of the folder in the order of their names; gives how many, or -1 and err. */
static int list_lessons(const char *folder, struct dirent ***ret_list, struct error *err)
{
	int count = scandir(folder, ret_list, is_lesson, alphasort);

	return count < 0 ? error_set(err, "%s: %s", folder, strerror(errno)) : count;
}

static void free_list(struct dirent **list, int count)
{
	for (int i = 0; i < count; i++)
		free(list[i]);
	free(list);
}

static int name_length(const struct dirent *entry)
{
	return (int)(strlen(entry->d_name) - strlen(ENDING));
}

static int no_such_lesson(const char *folder, const char *name, struct error *err)
{
	struct suggestion nearest = {.word = name, .length = strlen(name)};
	struct dirent **list;
	int count = list_lessons(folder, &list, err);

	if (count < 0)
		return -1;
	for (int i = 0; i < count; i++) {
		list[i]->d_name[name_length(list[i])] = '\0';
		suggestion_offer(&nearest, list[i]->d_name);
	}
	if (suggestion_name(&nearest))
		error_set(err, "unknown lesson '%s'; did you mean '%s'?", name,
			suggestion_name(&nearest));
	else
		error_set(err, "unknown lesson '%s'; `arenascope lessons` lists them", name);
	free_list(list, count);
	return -1;
}

int lesson_find(const char *name, char *ret_path, size_t size, struct error *err)
{
	char folder[PATH_MAX];

	if (find_folder(folder, sizeof(folder), err) < 0)
		return -1;
	snprintf(ret_path, size, "%s/%s" ENDING, folder, name);
	FILE *file = strchr(name, '/') ? NULL : fopen(ret_path, "r");
	if (!file && !strchr(name, '/') && errno != ENOENT)
		return error_set(err, "%s: %s", ret_path, strerror(errno));
	if (!file)
		return no_such_lesson(folder, name, err);
	fclose(file);
	return 0;
}

/* The comment at the top of a lesson says what it shows. */
static int add_title(struct text *out, const char *folder, const char *name, struct error *err)
{
	char path[PATH_MAX], line[200] = "";
	int result = 0;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "r");
	if (!file)
		return error_set(err, "%s: %s", path, strerror(errno));
	if (fgets(line, sizeof(line), file) && line[0] == '#') {
		line[strcspn(line, "\n")] = '\0';
		text_add_wrapped(out, 25, 25, line + 1 + strspn(line + 1, " "));
	} else {
		text_add(out, "\n");
	}
	if (ferror(file))
		result = error_set(err, "%s: %s", path, strerror(errno));
	fclose(file);
	return result;
}

static int add_lesson(struct text *out, const char *folder, const struct dirent *lesson,
	bool has_title, struct error *err)
{
	if (!has_title) {
		text_add(out, "%.*s\n", name_length(lesson), lesson->d_name);
		return 0;
	}
	text_add(out, "%-24.*s ", name_length(lesson), lesson->d_name);
	return add_title(out, folder, lesson->d_name, err);
}

static int list_all(const struct cmd_call *call, struct error *err)
{
	char folder[PATH_MAX];
	struct dirent **list;
	struct text out = {0};
	int count, result = 0;

	if (find_folder(folder, sizeof(folder), err) < 0 ||
		(count = list_lessons(folder, &list, err)) < 0)
		return EXIT_TROUBLE;
	for (int i = 0; i < count && result == 0; i++)
		result = add_lesson(&out, folder, list[i], !options_flag(call->options, "names"),
			err);
	free_list(list, count);
	if (result == 0)
		return cmd_print_text(&out);
	text_finish(&out);
	return EXIT_TROUBLE;
}

/* ---- by words ------------------------------------------------------------------------------- */

static void add_concept(struct text *out, const struct concept *concept)
{
	text_add_wrapped(out, 0, 0, concept->words);
	text_add(out, "    ");
	struct text where = {0};
	text_add(&where, "%s: %s", concept->command, concept->screen);
	text_add_wrapped(out, 4, 4, text_of(&where));
	text_finish(&where);
}

/* Whether the title of the lesson, its name or one of its captions has the words, side by side. */
static bool speaks_of(const char *folder, const char *name, const char *words)
{
	char path[PATH_MAX];
	struct lines lines = {0};
	struct error err;
	bool is_title = true, is_said = concept_phrase_is_in(name, words);

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	lines.file = fopen(path, "r");
	while (!is_said && lines.file && lines_next(&lines, &err) == 1) {
		bool is_read = is_title || strncmp(lines.text, "note ", 5) == 0;
		is_said = is_read && concept_phrase_is_in(lines.text, words);
		is_title = false;
	}
	if (lines.file)
		fclose(lines.file);
	return is_said;
}

/* Those that speak of it; gives how many, or -1 and err. */
static int add_lessons_about(struct text *out, const char *words, struct error *err)
{
	char folder[PATH_MAX];
	struct dirent **list;
	int count, found = 0, result = 0;

	if (find_folder(folder, sizeof(folder), err) < 0 ||
		(count = list_lessons(folder, &list, err)) < 0)
		return -1;
	for (int i = 0; i < count && result == 0; i++) {
		if (!speaks_of(folder, list[i]->d_name, words))
			continue;
		if (found++ == 0)
			text_add(out, "lessons that speak of it\n");
		result = add_lesson(out, folder, list[i], true, err);
	}
	free_list(list, count);
	return result < 0 ? -1 : found;
}

static void add_found(struct text *out, const struct concept_search *search)
{
	if (search->note)
		text_add_wrapped(out, 0, 0, search->note);
	if (search->is_near)
		text_add(out, "No concept is called that; the nearest:\n");
	for (size_t i = 0; i < search->count; i++)
		add_concept(out, search->found[i]);
}

static int nothing_found(const char *words, struct error *err)
{
	char nearest[64];
	const char *meant = concept_suggestion(words, nearest, sizeof(nearest));

	if (meant)
		error_set(err, "nothing here is called '%s'; did you mean '%s'?", words, meant);
	else
		error_set(err,
			"nothing here is called '%s'; `arenascope lessons` lists the lessons, "
			"docs/lessons.md the concepts",
			words);
	return EXIT_TROUBLE;
}

/* Concepts that have only some of the words give way to lessons that have all. */
static int find(const char *words, struct error *err)
{
	struct text out = {0}, spoken = {0};
	struct concept_search search;

	concept_search(&search, words);
	int lessons = add_lessons_about(&spoken, words, err);
	if (lessons == 0 || (lessons > 0 && !search.is_near))
		add_found(&out, &search);
	if (lessons > 0)
		text_add(&out, "%s%s", out.length ? "\n" : "", text_of(&spoken));
	text_finish(&spoken);
	if (lessons >= 0 && out.length > 0)
		return cmd_print_text(&out);
	text_finish(&out);
	return lessons < 0 ? EXIT_TROUBLE : nothing_found(words, err);
}

static int run(const struct cmd_call *call, struct error *err)
{
	struct text words = {0};

	if (call->nwords == 0)
		return list_all(call, err);
	for (int i = 0; i < call->nwords; i++)
		text_join(&words, " ", call->words[i]);
	int result = find(text_of(&words), err);
	text_finish(&words);
	return result;
}

const struct cmd cmd_lessons = {
	.name = "lessons",
	.summary = "list the lessons that play --lesson takes, or where a concept is seen",
	.usage = "[OPTIONS] [WORD...]",
	.words = 8,
	.details =
		"With words (prev_size, write barrier, PermGen), the concepts that they mean: the\n"
		"command that shows each, and the panel; then the lessons that speak of it.\n",
	.options = options,
	.run = run,
};
