/*
 * `arenascope ostep`: the simulator of the free-space homework of "Operating Systems: Three Easy
 * Pieces", played by the heap engine: the same flags, the same operations from the same seed, the
 * same answers in the same format, oddities included.
 *
 * Where the original ends in a Python error, so does this command, with the reason.
 */
#include "base/arrays.h"
#include "base/error.h"
#include "base/mersenne.h"
#include "base/numbers.h"
#include "base/output_file.h"
#include "base/text.h"
#include "base/write_all.h"
#include "cmd/cmd.h"
#include "cmd/command_options.h"
#include "cmd/engine_choice.h"
#include "cmd/output.h"
#include "engine/engine.h"
#include "engines/freelist/decisions.h"
#include "heap/space.h"
#include "trace/trace.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOWHERE    UINT64_MAX
#define SIZE_LIMIT (UINT64_C(1) << 40)

static const char *const policies[] = {"FIRST", "BEST", "WORST", NULL};
static const char *const fits[] = {"first", "best", "worst"};
static const char *const list_orders[] = {"ADDRSORT", "SIZESORT+", "SIZESORT-", "INSERT-FRONT",
	"INSERT-BACK", NULL};
static const char *const orders[] = {"address", "size", "size-down", "front", "back"};

static const struct option_spec options[] = {
	{.name = "seed",
		.letter = 's',
		.type = OPTION_TEXT,
		.value = "N",
		.fallback = "0",
		.help = "seed of the random operations"},
	{.name = "size",
		.letter = 'S',
		.type = OPTION_NUMBER,
		.value = "BYTES",
		.fallback = "100",
		.min = 1,
		.max = SIZE_LIMIT,
		.help = "size of the heap"},
	{.name = "baseAddr",
		.letter = 'b',
		.type = OPTION_NUMBER,
		.value = "ADDRESS",
		.fallback = "1000",
		.max = SIZE_LIMIT,
		.help = "start address of the heap"},
	{.name = "headerSize",
		.letter = 'H',
		.type = OPTION_NUMBER,
		.value = "BYTES",
		.fallback = "0",
		.max = 4096,
		.help = "header bytes before every block"},
	{.name = "alignment",
		.letter = 'a',
		.type = OPTION_TEXT,
		.value = "N",
		.fallback = "-1",
		.help = "pad requests to a multiple of N; -1: no padding"},
	{.name = "policy",
		.letter = 'p',
		.type = OPTION_CHOICE,
		.value = "POLICY",
		.fallback = "BEST",
		.choices = policies,
		.help = "which free entry to use"},
	{.name = "listOrder",
		.letter = 'l',
		.type = OPTION_CHOICE,
		.value = "ORDER",
		.fallback = "ADDRSORT",
		.choices = list_orders,
		.help = "order of the free list"},
	{.name = "coalesce",
		.letter = 'C',
		.type = OPTION_FLAG,
		.help = "join neighbours in the list on every free"},
	{.name = "numOps",
		.letter = 'n',
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "10",
		.help = "number of random operations"},
	{.name = "range",
		.letter = 'r',
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "10",
		.max = SIZE_LIMIT,
		.help = "largest random request"},
	{.name = "percentAlloc",
		.letter = 'P',
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "50",
		.min = 1,
		.max = 1000000,
		.help = "percentage of the random operations that allocate"},
	{.name = "allocList",
		.letter = 'A',
		.type = OPTION_TEXT,
		.value = "LIST",
		.fallback = "",
		.help = "use these operations instead: +SIZE allocates, -INDEX frees: +10,+20,-0"},
	{.name = "compute", .letter = 'c', .type = OPTION_FLAG, .help = "show the answers"},
	{.name = "output",
		.letter = 'o',
		.type = OPTION_TEXT,
		.value = "FILE",
		.help = "also write the operations as a trace, which play shows step by step"},
	{.name = "play",
		.type = OPTION_FLAG,
		.help = "show the operations step by step in the viewer, instead of printing them"},
	{0},
};

struct tool {
	const struct options *options;
	bool shows;    /* the answers are shown */
	uint64_t base; /* the address printed for the first byte of the heap */
	uint64_t header;
	struct space space;
	struct engine *engine;
	struct decision_log log;
	struct text text;
	struct text trace;      /* the same operations, with what they are to be played by */
	ARRAY(uint64_t) blocks; /* by index of the pointer: the printed address, or NOWHERE */
};

/* ---- setting up ---------------------------------------------------------------------------- */

/* A signed number, for the options -s and -a. */
static int signed_number(const struct options *values, const char *name, bool *ret_negative,
	uint64_t *ret_number, struct error *err)
{
	const char *words = options_text(values, name);
	bool has_sign = *words == '-';

	if (number_parse(words + has_sign, ret_number, err) < 0)
		return error_prefix(err, "--%s", name);
	*ret_negative = has_sign && *ret_number != 0;
	return 0;
}

static void set_number(struct options *values, const char *name, uint64_t number)
{
	char words[24];
	struct error err;

	snprintf(words, sizeof(words), "%" PRIu64, number);
	if (options_set(values, name, words, &err) < 0)
		assert(!"a number that was checked before");
}

static int make_engine(struct tool *tool, struct error *err)
{
	const struct engine_ops *ops = engine_find("heap");
	const struct options *given = tool->options;
	struct options *values = options_new();
	uint64_t alignment;
	bool is_off = false;
	int result = signed_number(given, "alignment", &is_off, &alignment, err);

	if (result == 0 && (is_off ? alignment != 1 : alignment == 0 || alignment > 1 << 20))
		result = error_set(err, "--alignment: %s is not -1 or from 1 to %d",
			options_text(given, "alignment"), 1 << 20);
	if (result == 0) {
		options_add_table(values, ops->options);
		options_set(values, "ostep", NULL, NULL);
		set_number(values, "heap-size", options_number(given, "size"));
		set_number(values, "heap-header", options_number(given, "headerSize"));
		set_number(values, "ostep-align", is_off ? 1 : alignment);
		options_set(values, "heap-fit", fits[options_choice(given, "policy")], NULL);
		options_set(values, "heap-order", orders[options_choice(given, "listOrder")], NULL);
		options_set(values, "heap-coalesce", options_flag(given, "coalesce") ? "on" : "off",
			NULL);
		result = engine_new(&tool->engine, ops, NULL, &tool->space.pages, values, err);
	}
	options_free(values);
	return result;
}

/* The first lines of the trace: how it is played. */
static void begin_trace(struct tool *tool)
{
	const struct options *given = tool->options;
	uint64_t alignment = 1;
	bool is_off = false;

	signed_number(given, "alignment", &is_off, &alignment, NULL);
	text_add(&tool->trace,
		"# Operations of arenascope ostep, seed %s.\n"
		"info play --engine heap --ostep --heap-size %" PRIu64 " --heap-header %" PRIu64
		" --ostep-align %" PRIu64 " --heap-fit %s --heap-order %s --heap-coalesce %s\n",
		options_text(given, "seed"), options_number(given, "size"),
		options_number(given, "headerSize"), is_off ? 1 : alignment,
		fits[options_choice(given, "policy")], orders[options_choice(given, "listOrder")],
		options_flag(given, "coalesce") ? "on" : "off");
}

/* ---- operations ---------------------------------------------------------------------------- */

static uint64_t heap_base(const struct tool *tool)
{
	struct region region;

	engine_region(tool->engine, 0, &region);
	return region.base;
}

/* The printed address of the block, or NOWHERE. */
static uint64_t allocate(struct tool *tool, uint64_t size)
{
	const struct request request = {.size = size};
	struct placement placement;

	tool->log.count = tool->log.lost = 0;
	tool->engine->log = &tool->log;
	enum outcome outcome = engine_allocate(tool->engine, &request, &placement);
	uint64_t block = outcome == OUTCOME_PLACED
				 ? placement.address - tool->header - heap_base(tool) + tool->base
				 : NOWHERE;
	*array_push(&tool->blocks) = block;
	return block;
}

static uint64_t entries_searched(const struct tool *tool)
{
	for (size_t i = 0; i < tool->log.count; i++)
		if (tool->log.items[i].kind == &decision_searched)
			return tool->log.items[i].a;
	return 0;
}

/* Frees the block at the printed address, whichever pointer has it. */
static bool release(struct tool *tool, uint64_t block)
{
	uint64_t address = block - tool->base + heap_base(tool) + tool->header;

	tool->engine->log = NULL;
	return engine_release(tool->engine, address) == OUTCOME_RELEASED;
}

static void add_list(struct tool *tool)
{
	struct list_entry entries[64];
	struct list list;
	uint64_t base = heap_base(tool);
	size_t n;

	engine_list_at(tool->engine, 0, &list);
	text_add(&tool->text, "Free List [ Size %" PRIu64 " ]: ", list.length);
	for (uint64_t at = 0; (n = engine_list_entries(tool->engine, 0, at, entries, 64)) > 0;
		at += n)
		for (size_t i = 0; i < n; i++)
			text_add(&tool->text, "[ addr:%" PRIu64 " sz:%" PRIu64 " ]",
				entries[i].address - base + tool->base, entries[i].size);
	text_add(&tool->text, "\n");
}

/* The random mode prints the address of the payload, the other mode that of the block. */
static void do_allocate(struct tool *tool, uint64_t size, uint64_t offset)
{
	size_t pointer = tool->blocks.count;
	uint64_t block = allocate(tool, size);

	text_add(&tool->trace, "a %zu %" PRIu64 "\n", pointer, size);
	text_add(&tool->text, "ptr[%zu] = Alloc(%" PRIu64 ") returned ", pointer, size);
	if (tool->shows)
		text_add(&tool->text, "%" PRId64 " (searched %" PRIu64 " elements)\n",
			(int64_t)(block + offset), entries_searched(tool));
	else
		text_add(&tool->text, "?\n");
}

static void do_free(struct tool *tool, uint64_t pointer)
{
	text_add(&tool->trace, "f %" PRIu64 "\n", pointer);
	text_add(&tool->text, "Free(ptr[%" PRIu64 "])\nreturned ", pointer);
	bool is_freed = release(tool, tool->blocks.items[pointer]);
	text_add(&tool->text, "%s\n", !tool->shows ? "?" : is_freed ? "0" : "-1");
}

/* ---- the two modes ------------------------------------------------------------------------- */

static void play_random(struct tool *tool, struct mersenne *dice)
{
	ARRAY(size_t) live = {0}; /* indexes of pointers, in order of allocation */
	double percent = (double)options_number(tool->options, "percentAlloc") / 100.0;
	uint64_t range = options_number(tool->options, "range");

	for (uint64_t left = options_number(tool->options, "numOps"); left > 0;) {
		if (mersenne_real(dice) < percent) {
			uint64_t size = (uint64_t)(mersenne_real(dice) * (double)range) + 1;
			do_allocate(tool, size, tool->header);
			if (tool->blocks.items[tool->blocks.count - 1] != NOWHERE)
				*array_push(&live) = tool->blocks.count - 1;
		} else {
			if (live.count == 0)
				continue; /* another draw */
			size_t at = (size_t)(mersenne_real(dice) * (double)live.count);
			do_free(tool, live.items[at]);
			live.count--;
			memmove(&live.items[at], &live.items[at + 1],
				(live.count - at) * sizeof(live.items[0]));
		}
		if (tool->shows)
			add_list(tool);
		else
			text_add(&tool->text, "List? \n");
		text_add(&tool->text, "\n");
		left--;
	}
	array_finish(&live);
}

/* The number after the sign of an operation; -1 when there is none. */
static int operand(const char *operation, size_t length, uint64_t *ret_number, struct error *err)
{
	char words[24];
	bool is_digits = length > 1 && length < sizeof(words) &&
			 strspn(operation + 1, "0123456789") >= length - 1;

	snprintf(words, sizeof(words), "%.*s", (int)(length ? length - 1 : 0),
		operation + (length > 0));
	if (!is_digits || (*operation != '+' && *operation != '-') ||
		number_parse(words, ret_number, NULL) < 0)
		return error_set(err, "--allocList: '%.*s' is not +SIZE or -INDEX", (int)length,
			operation);
	return 0;
}

static int play_operation(struct tool *tool, const char *operation, size_t length, uint64_t *placed,
	struct error *err)
{
	uint64_t number = 0;

	if (operand(operation, length, &number, err) < 0)
		return -1;
	if (*operation == '+') {
		if (number + tool->header == 0)
			return error_set(err,
				"--allocList: +0 without a header would be an empty block");
		do_allocate(tool, number, 0);
		*placed += tool->blocks.items[tool->blocks.count - 1] != NOWHERE;
	} else if (number >= *placed) {
		text_add(&tool->text, "Invalid Free: Skipping\n");
		return 0;
	} else if (tool->blocks.items[number] == NOWHERE) {
		return error_set(err,
			"--allocList: -%" PRIu64 " frees a pointer whose allocation failed",
			number);
	} else {
		do_free(tool, number);
	}
	if (tool->shows)
		add_list(tool);
	else
		text_add(&tool->text, "List?\n");
	text_add(&tool->text, "\n");
	return 0;
}

static int play_list(struct tool *tool, const char *list, struct error *err)
{
	uint64_t placed = 0;

	for (;;) {
		size_t length = strcspn(list, ",");
		if (play_operation(tool, list, length, &placed, err) < 0)
			return -1;
		if (list[length] == '\0')
			return 0;
		list += length + 1;
	}
}

/* ---- the command --------------------------------------------------------------------------- */

static void add_number(struct tool *tool, const char *name)
{
	text_add(&tool->text, "%s %" PRIu64 "\n", name, options_number(tool->options, name));
}

static void add_signed(struct tool *tool, const char *name)
{
	bool is_negative = false;
	uint64_t number = 0;

	signed_number(tool->options, name, &is_negative, &number, NULL);
	text_add(&tool->text, "%s %s%" PRIu64 "\n", name, is_negative ? "-" : "", number);
}

static void add_words(struct tool *tool, const char *name)
{
	text_add(&tool->text, "%s %s\n", name, options_text(tool->options, name));
}

static void add_flag(struct tool *tool, const char *name)
{
	text_add(&tool->text, "%s %s\n", name,
		options_flag(tool->options, name) ? "True" : "False");
}

static void add_heading(struct tool *tool)
{
	add_signed(tool, "seed");
	add_number(tool, "size");
	add_number(tool, "baseAddr");
	add_number(tool, "headerSize");
	add_signed(tool, "alignment");
	add_words(tool, "policy");
	add_words(tool, "listOrder");
	add_flag(tool, "coalesce");
	add_number(tool, "numOps");
	add_number(tool, "range");
	add_number(tool, "percentAlloc");
	add_words(tool, "allocList");
	add_flag(tool, "compute");
	text_add(&tool->text, "\n");
}

static int play(struct tool *tool, struct error *err)
{
	const char *list = options_text(tool->options, "allocList");
	struct mersenne dice;
	bool is_negative = false;
	uint64_t seed;

	if (signed_number(tool->options, "seed", &is_negative, &seed, err) < 0 ||
		make_engine(tool, err) < 0)
		return -1;
	add_heading(tool);
	begin_trace(tool);
	if (*list)
		return play_list(tool, list, err);
	mersenne_seed(&dice, seed);
	play_random(tool, &dice);
	return 0;
}

/* Writes the trace, if it is asked for. */
static int write_trace(struct tool *tool, struct error *err)
{
	const char *path = options_text(tool->options, "output");
	struct output_file file;

	if (!path)
		return 0;
	if (cmd_begin_output(&file, NULL, path, err) < 0)
		return -1;
	int result = write_all(file.fd, tool->trace.bytes, tool->trace.length);
	if (result < 0)
		error_set(err, "%s: %s", path, strerror(errno));
	result = cmd_end_output(&file, path, result, err);
	if (result == 0)
		fprintf(stderr, "arenascope: to watch it:  arenascope play %s\n", path);
	return result;
}

/* The viewer of `arenascope play`, on the trace as if it had been read from a file. */
static int show(const struct cmd_call *call, const struct text *words, struct error *err)
{
	static const char *const names[] = {"-", NULL};
	const struct cmd *player = cmd_find("play");
	struct options *values = command_options_new(player);
	struct cmd_call shown = {.program = call->program,
		.options = values,
		.words = names,
		.nwords = 1};
	int status = EXIT_TROUBLE;

	options_set(values, "at", "start", NULL);
	if (trace_open_memory(&shown.trace, words->bytes, words->length, "ostep", 0, err) == 0 &&
		engine_choice_default(values, shown.trace, err) == 0 &&
		engine_choice_find(values, &shown.engine, err) == 0)
		status = player->run(&shown, err);
	trace_close(shown.trace);
	options_free(values);
	return status;
}

static int run(const struct cmd_call *call, struct error *err)
{
	bool is_shown = options_flag(call->options, "play");
	struct tool tool = {.options = call->options,
		.shows = options_flag(call->options, "compute"),
		.base = options_number(call->options, "baseAddr"),
		.header = options_number(call->options, "headerSize")};

	space_init(&tool.space);
	int result = play(&tool, err);
	if (!(is_shown && result == 0) &&
		cmd_print(text_of(&tool.text), tool.text.length, result < 0 ? NULL : err) < 0)
		result = -1;
	if (result == 0)
		result = write_trace(&tool, err);
	int status = result < 0 ? EXIT_TROUBLE
		     : is_shown ? show(call, &tool.trace, err)
				: EXIT_FINE;
	engine_free(tool.engine);
	space_finish(&tool.space);
	text_finish(&tool.text);
	text_finish(&tool.trace);
	array_finish(&tool.blocks);
	return status;
}

const struct cmd cmd_ostep = {
	.name = "ostep",
	.summary = "OSTEP's free-list exercises, with answers",
	.usage = "[OPTIONS]",
	.details =
		"Like malloc.py from the homework of \"Operating Systems: Three Easy Pieces\": without -c it\nasks, with -c it answers.  With -o it also writes a trace, to be watched step by step.\nWith --play it shows the steps in the viewer.\n`--engine heap --ostep` plays any trace the same way.\n",
	.options = options,
	.run = run,
};
