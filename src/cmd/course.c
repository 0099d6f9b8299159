/*
 * `arenascope course`: the lessons in order with their exercises; an exercise and whether an answer
 * is right; a file of answers judged; what a lecturer says and asks in a lesson.
 */
#include "base/emitter.h"
#include "base/error.h"
#include "base/install_dir.h"
#include "base/lines.h"
#include "base/suggestion.h"
#include "cmd/cmd.h"
#include "cmd/lessons.h"
#include "cmd/output.h"
#include "course/exercise.h"
#include "course/syllabus.h"
#include "trace/captions.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXERCISES    3u /* of a step */
#define LESSON_WIDTH 24u

static const struct option_spec options[] = {
	{.name = "student",
		.type = OPTION_TEXT,
		.value = "NAME",
		.fallback = "",
		.help = "whose exercises: any words; each student gets others (default: whose the "
			"file of answers is, or no name)"},
	{.name = "answer",
		.type = OPTION_TEXT,
		.value = "WORDS",
		.help = "ask: judge this answer; the exit status is 1 if it is wrong"},
	{.name = "answers",
		.type = OPTION_TEXT,
		.value = "FILE",
		.help = "a file with lines EXERCISE ANSWER: mark what was done; ask: add the answer"},
	{.name = "trace",
		.type = OPTION_FLAG,
		.help = "ask: print the trace alone, with the event that is asked about, for play"},
	{.name = "format",
		.type = OPTION_CHOICE,
		.value = "FORM",
		.fallback = "table",
		.choices = emit_forms,
		.help = "grade: how to print the result"},
	{.name = "json", .type = OPTION_FLAG, .help = "grade: the same as --format json"},
	{.name = "set",
		.type = OPTION_TEXT,
		.value = "EXERCISE,…",
		.help = "grade: the exercises that were set (default: all that there are)"},
	{0},
};

/* ---- answers -------------------------------------------------------------------------------- */

/* What a student answered last to an exercise. */
struct given {
	char exercise[32];
	char answer[LINE_BYTES_MAX];
};

struct answers {
	ARRAY(struct given) given; /* in the order of the file, each exercise once */
	struct text student;       /* whose they are, by the file; empty: it does not say */
	bool passes_unknown;       /* a line of an unknown exercise is reported, and left out */
	size_t unknown;            /* lines that were */
};

static const char whose[] = "# student ";

static void answers_finish(struct answers *answers)
{
	array_finish(&answers->given);
	text_finish(&answers->student);
}

static struct given *find_given(const struct answers *answers, const char *exercise)
{
	for (size_t i = 0; i < answers->given.count; i++)
		if (strcmp(answers->given.items[i].exercise, exercise) == 0)
			return &answers->given.items[i];
	return NULL;
}

static int refuse_exercise(const char *name, struct error *err)
{
	struct suggestion nearest = {.word = name, .length = strlen(name)};
	const struct exercise_kind *kind;

	for (size_t i = 0; (kind = exercise_kind_at(i)); i++)
		suggestion_offer(&nearest, kind->name);
	if (suggestion_name(&nearest))
		return error_set(err, "unknown exercise '%s'; did you mean '%s'?", name,
			suggestion_name(&nearest));
	return error_set(err, "unknown exercise '%s'; `arenascope course` lists them", name);
}

/*
 * A line: EXERCISE ANSWER, of which a later one of the same exercise counts; or a comment, which
 * may say whose answers they are.
 */
static int take_answer(struct answers *answers, char *line, struct error *err)
{
	char *name = line + strspn(line, " \t");

	if (strncmp(name, whose, strlen(whose)) == 0 && answers->student.length == 0)
		text_add(&answers->student, "%s", name + strlen(whose));
	if (*name == '\0' || *name == '#')
		return 0;
	size_t length = strcspn(name, " \t");
	const char *answer = name + length + strspn(name + length, " \t");
	name[length] = '\0';
	if (!exercise_find(name))
		return refuse_exercise(name, err);
	struct given *given = find_given(answers, name);
	if (!given)
		given = array_push(&answers->given);
	snprintf(given->exercise, sizeof(given->exercise), "%s", name);
	snprintf(given->answer, sizeof(given->answer), "%s", answer);
	return 0;
}

/* Reports a line that is left out. */
static int pass_over(struct answers *answers, const struct lines *lines, const char *path,
	struct error *err)
{
	lines_refuse(lines, path, err);
	fprintf(stderr, "arenascope: %s (this line does not count)\n", err->text);
	*err = (struct error){{0}};
	answers->unknown++;
	return 0;
}

/* Grows with the file, and with the exercises that there are. A missing file has no answers. */
static int read_answers(struct answers *answers, const char *path, bool may_be_missing,
	struct error *err)
{
	struct lines lines = {.file = fopen(path, "r")};
	int result = 0;

	if (!lines.file)
		return may_be_missing && errno == ENOENT
			       ? 0
			       : error_set(err, "%s: %s", path, strerror(errno));
	while (result == 0 && (result = lines_next(&lines, err)) == 1) {
		result = take_answer(answers, lines.text, err);
		if (result < 0 && answers->passes_unknown)
			result = pass_over(answers, &lines, path, err);
	}
	fclose(lines.file);
	return result < 0 ? lines_refuse(&lines, path, err) : 0;
}

/* As typed; or as the file of answers says. */
static const char *student_of(const struct cmd_call *call, const struct answers *answers)
{
	return options_given(call->options, "student") ? options_text(call->options, "student")
						       : text_of(&answers->student);
}

static bool are_of_another(const struct answers *answers, const char *student)
{
	return answers->student.length > 0 && strcmp(text_of(&answers->student), student) != 0;
}

static void warn_of_another(const struct answers *answers, const char *path, const char *student)
{
	if (are_of_another(answers, student))
		fprintf(stderr,
			"arenascope: %s: these are the answers of '%s'; they are judged as those of "
			"'%s'\n",
			path, text_of(&answers->student), student);
}

enum verdict { MISSING, WRONG, RIGHT };

/* Of what the student answered to the exercise. */
static enum verdict verdict_on(const struct answers *answers, const char *name, const char *student)
{
	const struct given *given = find_given(answers, name);
	struct exercise exercise;

	if (!given)
		return MISSING;
	exercise_make(&exercise, exercise_find(name), student);
	bool is_right = exercise_judge(&exercise, given->answer);
	exercise_finish(&exercise);
	return is_right ? RIGHT : WRONG;
}

/* ---- the list ------------------------------------------------------------------------------- */

static void add_step(struct text *out, const struct syllabus_step *step,
	const struct answers *answers, const char *student)
{
	static const char signs[] = {[MISSING] = ' ', [WRONG] = '-', [RIGHT] = '+'};

	if (step->unit)
		text_add(out, "%s%s\n", out->length ? "\n" : "", step->unit);
	text_add(out, "  %s", step->lesson);
	if (step->exercise[0])
		text_add(out, "%*s", (int)(LESSON_WIDTH - strlen(step->lesson)), "");
	for (size_t i = 0; i < EXERCISES && step->exercise[i]; i++)
		text_add(out, " [%c] %s", signs[verdict_on(answers, step->exercise[i], student)],
			step->exercise[i]);
	text_add(out, "\n");
}

static int list(const struct cmd_call *call, struct error *err)
{
	const char *path = options_text(call->options, "answers");
	struct answers answers = {{0}};
	struct text out = {0};

	if (path && read_answers(&answers, path, true, err) < 0) {
		answers_finish(&answers);
		return EXIT_TROUBLE;
	}
	warn_of_another(&answers, path, student_of(call, &answers));
	for (size_t i = 0; syllabus_step(i); i++)
		add_step(&out, syllabus_step(i), &answers, student_of(call, &answers));
	text_add(&out, "\nplay --lecture --lesson NAME shows a lesson; course ask EXERCISE asks. "
		       "[+] right  [-] wrong\n");
	answers_finish(&answers);
	return cmd_print_text(&out);
}

/* ---- asking --------------------------------------------------------------------------------- */

/* How events are written, by their first word; what follows words the exercise's question says. */
static const struct {
	const char *word, *form;
} notation[] = {
	{"a ", "a ID SIZE allocates"},
	{"f ", "f ID frees"},
	{"r ", "r ID SIZE reallocates"},
	{"new ", "new ID SIZE makes an object"},
	{"ref ", "ref A B makes A refer to B"},
	{"unref ", "unref - B drops the program's own reference to B"},
	{"weak ", "weak A B makes A a weak reference to B"},
	{"use ", "use says what becomes of a key"},
	{"enter ", "enter and leave begin and end a method"},
	{"collect", "collect runs the collector"},
};

static bool has_event(const struct exercise *exercise, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(text_of(&exercise->asked), word, length) == 0)
		return true;
	for (const char *line = text_of(&exercise->trace); line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, word, length) == 0)
			return true;
	}
	return false;
}

static void add_notation(struct text *out, const struct exercise *exercise)
{
	struct text forms = {0};

	for (size_t i = 0; i < sizeof(notation) / sizeof(*notation); i++)
		if (has_event(exercise, notation[i].word))
			text_add(&forms, "%s%s", forms.length ? "; " : "(", notation[i].form);
	if (forms.length > 0) {
		text_add(&forms, ")");
		text_add(out, "  ");
		text_add_wrapped(out, 2, 3, text_of(&forms));
	}
	text_add(out, "\n");
	text_finish(&forms);
}

static void add_exercise(struct text *out, const struct exercise *exercise, bool trace_only)
{
	if (trace_only) {
		text_add(out, "%s%s%s", text_of(&exercise->trace), text_of(&exercise->asked),
			text_of(&exercise->after));
		return;
	}
	if (!exercise->is_long) {
		const char *line = text_of(&exercise->trace);
		line += strcspn(line, "\n") + 1; /* the engine, which the question names */
		for (; *line; line += strcspn(line, "\n") + 1)
			text_add(out, "  %.*s\n", (int)strcspn(line, "\n"), line);
		text_add(out, "  next: %s\n", text_of(&exercise->asked));
		add_notation(out, exercise);
	}
	text_add_wrapped(out, 0, 0, text_of(&exercise->question));
	text_add(out, "Answer with %s.\n", exercise->kind->expects);
}

/* The first answer of a file comes after the name of the student. */
static int keep_answer(const char *path, const struct answers *answers, const char *student,
	const char *line, struct error *err)
{
	FILE *file = fopen(path, "a");

	if (!file)
		return error_set(err, "%s: %s", path, strerror(errno));
	if (answers->student.length == 0 && *student && !strchr(student, '\n'))
		fprintf(file, "%s%s\n", whose, student);
	fprintf(file, "%s\n", line);
	return fclose(file) == 0 ? 0 : error_set(err, "%s: %s", path, strerror(errno));
}

/* Says whether the answer is right; a wrong one is explained by the exercise's own trace. */
static int judge(const char *answer, const struct exercise *exercise, const char *student)
{
	struct text out = {0};

	if (exercise_judge(exercise, answer)) {
		text_add(&out, "Right: %s.\n", text_of(&exercise->answer));
		return cmd_print_text(&out);
	}
	text_add(&out,
		"Wrong: it is %s. `course ask %s --student '%s' --trace` writes the trace, for play.\n",
		text_of(&exercise->answer), exercise->kind->name, student);
	cmd_print_text(&out);
	return EXIT_TROUBLE;
}

/* NULL and err: the lesson has no exercise, or several, of which the person chooses one. */
static const struct exercise_kind *only_exercise(const struct syllabus_step *step,
	struct error *err)
{
	struct text names = {0};

	if (step->exercise[0] && !step->exercise[1])
		return exercise_find(step->exercise[0]);
	for (size_t i = 0; i < EXERCISES && step->exercise[i]; i++)
		text_add(&names, "%s%s", i ? ", " : "", step->exercise[i]);
	if (names.length > 0)
		error_set(err, "lesson '%s' has several exercises: %s", step->lesson,
			text_of(&names));
	else
		error_set(err, "lesson '%s' has no exercise", step->lesson);
	text_finish(&names);
	return NULL;
}

/* By its own name, or that of the lesson whose only one it is; NULL and err: there is none. */
static const struct exercise_kind *find_exercise(const char *name, struct error *err)
{
	const struct exercise_kind *kind = exercise_find(name);
	const struct syllabus_step *step;

	if (kind)
		return kind;
	for (size_t i = 0; (step = syllabus_step(i)); i++)
		if (strcmp(step->lesson, name) == 0)
			return only_exercise(step, err);
	refuse_exercise(name, err);
	return NULL;
}

/* Keeps the answer, if there is one and a file for it. */
static int keep(const struct cmd_call *call, const struct exercise_kind *kind,
	const struct answers *answers, struct error *err)
{
	const char *answer = options_text(call->options, "answer");
	const char *path = options_text(call->options, "answers");
	struct text line = {0};

	if (!answer || !path)
		return 0;
	text_add(&line, "%s %s", kind->name, answer);
	int result = keep_answer(path, answers, student_of(call, answers), text_of(&line), err);
	text_finish(&line);
	return result;
}

/* Asks the student, or judges the answer. */
static int ask_student(const struct cmd_call *call, const struct exercise_kind *kind,
	const char *student)
{
	const char *answer = options_text(call->options, "answer");
	struct exercise exercise;
	struct text out = {0};
	int result;

	exercise_make(&exercise, kind, student);
	if (answer) {
		result = judge(answer, &exercise, student);
	} else {
		add_exercise(&out, &exercise, options_flag(call->options, "trace"));
		result = cmd_print_text(&out);
	}
	exercise_finish(&exercise);
	return result;
}

/* The answers that there are say whose they are. */
static int ask_of_file(const struct cmd_call *call, const struct exercise_kind *kind,
	struct answers *answers, struct error *err)
{
	const char *path = options_text(call->options, "answers");

	if (path && read_answers(answers, path, true, err) < 0)
		return EXIT_TROUBLE;
	const char *student = student_of(call, answers);
	if (are_of_another(answers, student)) {
		error_set(err, "%s has the answers of '%s'; '%s' needs a file of their own", path,
			text_of(&answers->student), student);
		return EXIT_USAGE;
	}
	return keep(call, kind, answers, err) < 0 ? EXIT_TROUBLE : ask_student(call, kind, student);
}

static int ask(const struct cmd_call *call, struct error *err)
{
	const struct exercise_kind *kind = find_exercise(call->words[1], err);
	const char *answer = options_text(call->options, "answer");
	struct answers answers = {{0}};

	if (!kind)
		return EXIT_USAGE;
	if (answer && !exercise_understands(kind, answer)) {
		error_set(err, "--answer: '%s' is not an answer; answer with %s", answer,
			kind->expects);
		return EXIT_USAGE;
	}
	int result = ask_of_file(call, kind, &answers, err);
	answers_finish(&answers);
	return result;
}

/* ---- grading -------------------------------------------------------------------------------- */

static enum emit_form form_of(const struct cmd_call *call)
{
	return options_flag(call->options, "json")
		       ? EMIT_JSON
		       : (enum emit_form)options_choice(call->options, "format");
}

/* The exercises that are graded: those of --set, else all. */
typedef ARRAY(const struct exercise_kind *) exercises;

/* Each of the set counts once. */
static int take_exercise(const char *name, exercises *set, struct error *err)
{
	const struct exercise_kind *kind = find_exercise(name, err);

	for (size_t i = 0; kind && i < set->count; i++)
		if (set->items[i] == kind)
			return error_set(err, "exercise '%s' is named twice", kind->name);
	if (!kind)
		return -1;
	*array_push(set) = kind;
	return 0;
}

static int take_set(const char *names, exercises *set, struct error *err)
{
	char name[64];

	for (size_t i = 0; !names && exercise_kind_at(i); i++)
		*array_push(set) = exercise_kind_at(i);
	for (const char *end = names; end; names = end + 1) {
		size_t length = strcspn(names, ",");
		if (length == 0)
			return error_set(err, "--set: expected exercises, such as first-fit,holes");
		snprintf(name, sizeof(name), "%.*s", (int)length, names);
		if (take_exercise(name, set, err) < 0)
			return error_prefix(err, "--set");
		end = strchr(names, ',');
	}
	return 0;
}

static const char *const results[] = {[MISSING] = "missing", [WRONG] = "wrong", [RIGHT] = "right"};

/* The score, and a row for each exercise. */
static void emit_grade(struct emit *emit, const struct answers *answers, const exercises *set,
	const char *student)
{
	static const char *const columns[] = {"<exercise", "<answer", "<result", NULL};
	ARRAY(enum verdict) verdicts = {0};
	uint64_t score = 0;

	for (size_t i = 0; i < set->count; i++) {
		enum verdict verdict = verdict_on(answers, set->items[i]->name, student);
		*array_push(&verdicts) = verdict;
		score += verdict == RIGHT;
	}
	emit_pair(emit, "student", student);
	emit_pair_number(emit, "score", score);
	emit_pair_number(emit, "of", verdicts.count);
	emit_table(emit, "exercises");
	emit_columns(emit, columns);
	for (size_t i = 0; i < verdicts.count; i++) {
		const char *name = set->items[i]->name;
		const struct given *given = find_given(answers, name);
		emit_row(emit);
		emit_cell(emit, name);
		emit_cell(emit, given ? given->answer : "");
		emit_cell(emit, results[verdicts.items[i]]);
	}
	array_finish(&verdicts);
}

/* What is said of files of which a mark may not be what it seems. */
static void warn_of_student(const struct cmd_call *call, const struct answers *answers,
	const char *path)
{
	warn_of_another(answers, path, student_of(call, answers));
	if (!*student_of(call, answers))
		fprintf(stderr,
			"arenascope: %s: it does not say whose answers these are (%sNAME in its first "
			"line, or --student NAME); they are judged as those of a student without a name\n",
			path, whose);
}

/* A row of the table of students: the score, and what became of each exercise. */
static void emit_student(struct emit *emit, const struct answers *answers, const exercises *set,
	const char *student, const char *path)
{
	uint64_t score = 0;

	for (size_t i = 0; i < set->count; i++)
		score += verdict_on(answers, set->items[i]->name, student) == RIGHT;
	emit_row(emit);
	emit_cell(emit, path);
	emit_cell(emit, student);
	emit_number(emit, score);
	emit_number(emit, set->count);
	for (size_t i = 0; emit->form != EMIT_TABLE && i < set->count; i++)
		emit_cell(emit, results[verdict_on(answers, set->items[i]->name, student)]);
}

/* The columns of the exercises are left out for people, whose screens have no room for them. */
static void emit_student_columns(struct emit *emit, const exercises *set)
{
	static const char *const columns[] = {"<file", "<student", "score", "of", NULL};

	emit_table(emit, "students");
	emit_columns(emit, columns);
	for (size_t i = 0; emit->form != EMIT_TABLE && i < set->count; i++)
		emit_column(emit, set->items[i]->name, EMIT_LEFT);
}

/* Returns how many lines did not count, or -1. */
static int grade_file(const struct cmd_call *call, const char *path, const exercises *set,
	struct emit *emit, struct error *err)
{
	struct answers answers = {.passes_unknown = true};
	int result = read_answers(&answers, path, false, err);

	if (result == 0) {
		const char *student = student_of(call, &answers);
		warn_of_student(call, &answers, path);
		if (call->nwords > 2)
			emit_student(emit, &answers, set, student, path);
		else
			emit_grade(emit, &answers, set, student);
		result = answers.unknown > 0;
	}
	answers_finish(&answers);
	return result;
}

/* A row for each that can be read; gives how many are not as they should be. */
static int grade_students(const struct cmd_call *call, const exercises *set, struct emit *emit)
{
	struct error err;
	int odd = 0;

	emit_student_columns(emit, set);
	for (int i = 1; i < call->nwords; i++) {
		int result = grade_file(call, call->words[i], set, emit, &err);
		if (result < 0)
			fprintf(stderr, "arenascope: %s (this file is left out)\n", err.text);
		odd += result != 0;
	}
	return odd;
}

/* One file with all its answers, or a row for each of several. */
static int grade_set(const struct cmd_call *call, const exercises *set, struct error *err)
{
	struct text out = {0};
	struct emit emit;

	emit_begin(&emit, form_of(call), &out);
	int odd = call->nwords > 2 ? grade_students(call, set, &emit)
				   : grade_file(call, call->words[1], set, &emit, err);
	emit_end(&emit);
	if (odd < 0) {
		text_finish(&out);
		return EXIT_TROUBLE;
	}
	int result = cmd_print_text(&out);
	return odd > 0 ? EXIT_TROUBLE : result;
}

static int grade(const struct cmd_call *call, struct error *err)
{
	exercises set = {0};
	int result = EXIT_USAGE;

	if (call->nwords > 2 && options_given(call->options, "student"))
		error_set(err, "--student: these are the files of several students");
	else if (take_set(options_text(call->options, "set"), &set, err) == 0)
		result = grade_set(call, &set, err);
	array_finish(&set);
	return result;
}

/* ---- a lecturer's sheet ---------------------------------------------------------------------- */

#define SECONDS_SAY 25u /* to read a caption out and point at the map */
#define SECONDS_ASK 60u /* to let people think, and to hear what they think */

static void add_said(struct text *out, const char *label, const char *words, size_t length)
{
	struct text said = {0};

	text_add_bytes(&said, words, length);
	text_add(out, "%-8s", label);
	text_add_wrapped(out, 8, 8, text_of(&said));
	text_finish(&said);
}

/* How much of a caption that answers and then asks is the answer: all sentences but the last. */
static size_t answer_length(const char *words)
{
	size_t length = 0;

	for (const char *end = words; (end = strstr(end, ". ")); end++)
		length = (size_t)(end - words) + 1;
	return length;
}

static void add_captions(struct text *out, const struct trace *trace)
{
	const struct trace_mark *notes;
	size_t n = trace_notes(trace, &notes);

	for (size_t i = 0; i < n; i++) {
		const char *words = notes[i].name;
		bool asks = caption_asks(words);
		bool answers = i > 0 && caption_asks(notes[i - 1].name);
		size_t first = answers && asks ? answer_length(words) : 0;
		if (first > 0)
			add_said(out, "ANSWER", words, first);
		words += first + strspn(words + first, " ");
		add_said(out, asks ? "ASK" : answers ? "ANSWER" : "SAY", words, strlen(words));
	}
}

static unsigned minutes_of(const struct trace *trace)
{
	const struct trace_mark *notes;
	size_t n = trace_notes(trace, &notes), seconds = 0;

	for (size_t i = 0; i < n; i++)
		seconds += caption_asks(notes[i].name) ? SECONDS_ASK : SECONDS_SAY;
	return (unsigned)((seconds + 59) / 60);
}

static void add_exercises(struct text *out, const char *lesson)
{
	for (size_t i = 0; syllabus_step(i); i++) {
		const struct syllabus_step *step = syllabus_step(i);
		if (strcmp(step->lesson, lesson) != 0)
			continue;
		for (size_t j = 0; j < EXERCISES && step->exercise[j]; j++)
			text_add(out, "then    course ask %s: %s\n", step->exercise[j],
				exercise_find(step->exercise[j])->asks);
	}
}

static int sheet(const struct cmd_call *call, struct error *err)
{
	const char *lesson = call->words[1];
	struct trace *trace = NULL;
	struct text out = {0};
	char path[PATH_MAX];

	bool is_lesson = lesson_find(lesson, path, sizeof(path), err) == 0;
	if (!is_lesson && access(lesson, R_OK) < 0)
		return EXIT_TROUBLE;
	if (trace_open(&trace, is_lesson ? path : lesson, 0, err) < 0)
		return EXIT_TROUBLE;
	text_add(&out, "%s: %u minutes\n", lesson, minutes_of(trace));
	text_add(&out, "show    arenascope play --lecture %s%s\n\n", is_lesson ? "--lesson " : "",
		lesson);
	add_captions(&out, trace);
	text_add(&out, "\n");
	add_exercises(&out, lesson);
	trace_close(trace);
	return cmd_print_text(&out);
}

/* ---- the command ----------------------------------------------------------------------------- */

static const struct {
	const char *word;
	int (*run)(const struct cmd_call *call, struct error *err);
	int words; /* the most after it */
} actions[] = {
	{"ask", ask, 1},
	{"grade", grade, INT_MAX},
	{"sheet", sheet, 1},
};

static int run(const struct cmd_call *call, struct error *err)
{
	if (call->nwords == 0)
		return list(call, err);
	for (size_t i = 0; call->nwords > 1 && i < sizeof(actions) / sizeof(*actions); i++)
		if (strcmp(call->words[0], actions[i].word) == 0 &&
			call->nwords - 1 <= actions[i].words)
			return actions[i].run(call, err);
	error_set(err, "expected ask EXERCISE, grade FILE... or sheet LESSON");
	return EXIT_USAGE;
}

const struct cmd cmd_course = {
	.name = "course",
	.summary = "lessons in order, exercises for each student, and their grades",
	.usage = "[OPTIONS] [ask EXERCISE | grade FILE... | sheet LESSON]",
	.words = INT_MAX,
	.details =
		"Without words, the lessons in the order in which they are taught, with their\n"
		"exercises. The answer to an exercise is what the engine does.\n"
		"\n"
		"grade prints all answers of one file, or a row with the score for each of several.\n"
		"sheet takes the name of a lesson, or a trace with captions.\n",
	.options = options,
	.run = run,
};
