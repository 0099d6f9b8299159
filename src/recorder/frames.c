/*
 * Python's own frames: which function is at which line, read from the interpreter's structures
 * while this thread holds its lock, or runs C code that was called and has let go of it. Nothing is
 * called that allocates or counts references.
 *
 *	frame       of a function that runs; the innermost hangs on the thread's state
 *	code        what it runs: its names, where its instructions begin, its table of lines
 *	incomplete  a frame that is being set up, and does not run yet: its caller does
 *
 * Knowledge: CPython 3.8 to 3.13, Include/cpython/{code,frameobject,pystate,unicodeobject}.h and
 * Include/internal/pycore_frame.h, without Py_TRACE_REFS; Objects/lnotab_notes.txt (3.8, 3.9),
 * Objects/codeobject.c (3.10), Objects/locations.md (from 3.11 on). tests/record compares the lines
 * with those of tracemalloc, in each version that is installed.
 */
#include "recorder/shim.h"

#include <stdlib.h>

#define UNIT      2  /* bytes of an instruction and its operand */
#define SKIPS_MAX 64 /* frames in a row that run nothing */

enum owner { OWNED_BY_GENERATOR = 1, OWNED_BY_C_STACK = 3 };
enum place { PLACE_BYTES, PLACE_UNITS, PLACE_POINTER };
enum lines { LINES_LNOTAB, LINES_RANGES, LINES_LOCATIONS };

/* Offsets in bytes. */
struct layout {
	uint8_t minor;          /* of the version: 3.minor */
	uint8_t state_frame;    /* thread state: its innermost frame, or what has it */
	int8_t state_then;      /* there: the frame; -1: it is the frame */
	uint8_t back, code, at; /* frame: its caller, its code, its instruction */
	int8_t owner;           /* frame: enum owner; -1: there is none */
	uint8_t place;          /* what `at` is: enum place */
	uint8_t first_line, file, name, table, instructions; /* code */
	uint8_t traceable;   /* code: its first instruction after the prologue; 0: none */
	uint8_t lines;       /* what the table is: enum lines */
	uint8_t ascii, wide; /* text: its first character, if all are ASCII, or not */
	uint16_t locals;     /* frame: its first variable */
	uint8_t variables;   /* code: their names */
};

static const struct layout layouts[] = {
	{8, 24, -1, 24, 32, 104, -1, PLACE_BYTES, 40, 104, 112, 120, 48, 0, LINES_LNOTAB, 48, 72,
		360, 72},
	{9, 24, -1, 24, 32, 104, -1, PLACE_BYTES, 40, 104, 112, 120, 48, 0, LINES_LNOTAB, 48, 72,
		360, 72},
	{10, 24, -1, 24, 32, 96, -1, PLACE_UNITS, 40, 104, 112, 120, 48, 0, LINES_RANGES, 48, 72,
		352, 72},
	{11, 56, 8, 48, 32, 56, 69, PLACE_POINTER, 72, 112, 128, 136, 184, 168, LINES_LOCATIONS, 48,
		72, 72, 96},
	{12, 56, 0, 8, 0, 56, 70, PLACE_POINTER, 68, 112, 128, 136, 192, 176, LINES_LOCATIONS, 40,
		56, 72, 96},
	{13, 72, -1, 8, 0, 56, 70, PLACE_POINTER, 68, 112, 128, 136, 200, 184, LINES_LOCATIONS, 40,
		56, 72, 96},
};

#define OBJECT_TYPE       8  /* any object: its type */
#define OBJECT_FRAME      24 /* an object of a frame: what runs, from 3.11 on */
#define TEXT_LENGTH       16 /* text, bytes: how long */
#define TEXT_STATE        32 /* text: bits */
#define TEXT_BYTES        32 /* bytes: the first one */
#define TUPLE_ITEMS       24 /* tuple: the first one */
#define STATE_BEFORE      0  /* thread state: the one before it */
#define STATE_NEXT        8  /* and after it */
#define STATE_INTERPRETER 16

#define FRAMES_MAX      10000u  /* of a thread */
#define STATES_MAX      100000u /* before and after a thread's */
#define FRAME_BYTES     112u    /* what is read of one */
#define NAMES_MAX       65536u
#define LAST_WITH_CELLS 10u /* 3.10: variables of closures have names of their own */

/* Bits of a text's state. */
#define STATE_KIND(state) ((state) >> 2 & 7) /* bytes of a character */
#define STATE_COMPACT     32u
#define STATE_ASCII       64u

/* NULL in a program that has no Python; see python.c. */
extern void *_PyThreadState_UncheckedGet(void) __attribute__((weak)); /* NOLINT: up to 3.12 */
extern void *PyThreadState_GetUnchecked(void) __attribute__((weak));  /* from 3.13 on */
extern void *PyGILState_GetThisThreadState(void) __attribute__((weak));
extern void *PyInterpreterState_Main(void) __attribute__((weak));
extern char PyCode_Type __attribute__((weak));
extern char PyUnicode_Type __attribute__((weak));

static const struct layout *layout; /* of this interpreter; NULL: its frames are not read */

static const char *pointer_at(const char *base, size_t offset)
{
	const char *pointer;

	memcpy(&pointer, base + offset, sizeof(pointer));
	return pointer;
}

static int32_t number_at(const char *base, size_t offset)
{
	int32_t number;

	memcpy(&number, base + offset, sizeof(number));
	return number;
}

HIDDEN void frames_begin(const char *version)
{
	unsigned long minor = strncmp(version, "3.", 2) == 0 ? strtoul(version + 2, NULL, 10) : 0;

	layout = NULL;
	if (strstr(version, "free-threading") || !&PyCode_Type || !&PyUnicode_Type ||
		!PyGILState_GetThisThreadState ||
		(!_PyThreadState_UncheckedGet && !PyThreadState_GetUnchecked))
		return;
	for (size_t i = 0; i < sizeof(layouts) / sizeof(*layouts); i++)
		if (layouts[i].minor == minor)
			layout = &layouts[i];
}

/* ---- frames ---------------------------------------------------------------------------------- */

/*
 * This thread's state, if it holds the interpreter's lock; NULL otherwise. Up to 3.11 the current
 * state is that of whichever thread has the lock.
 */
static const char *state_of_thread(void)
{
	const char *current = PyThreadState_GetUnchecked ? PyThreadState_GetUnchecked()
							 : _PyThreadState_UncheckedGet();

	if (layout->minor < 12 && current && current != PyGILState_GetThisThreadState())
		return NULL;
	return current;
}

static const char *innermost_frame(const char *state)
{
	const char *frame = pointer_at(state, layout->state_frame);

	return frame && layout->state_then >= 0 ? pointer_at(frame, (size_t)layout->state_then)
						: frame;
}

static int64_t instruction_of(const char *frame, const char *code)
{
	switch ((enum place)layout->place) {
	case PLACE_BYTES:
		return number_at(frame, layout->at);
	case PLACE_UNITS:
		return (int64_t)number_at(frame, layout->at) * UNIT;
	case PLACE_POINTER:
		break;
	}
	return pointer_at(frame, layout->at) - (code + layout->instructions);
}

/* code: the frame's, which `bytes` has or is a copy of. false: it runs no function, or not yet. */
static bool read_code(const char *frame, const char *code, const char *bytes,
	struct python_frame *ret_frame)
{
	int owner = layout->owner >= 0 ? frame[layout->owner] : 0;

	if (owner == OWNED_BY_C_STACK || pointer_at(bytes, OBJECT_TYPE) != &PyCode_Type)
		return false;
	ret_frame->code = code;
	ret_frame->instruction = instruction_of(frame, code);
	return layout->traceable == 0 || owner == OWNED_BY_GENERATOR ||
	       ret_frame->instruction >= (int64_t)number_at(bytes, layout->traceable) * UNIT;
}

static bool read_frame(const char *frame, struct python_frame *ret_frame)
{
	const char *code = pointer_at(frame, layout->code);

	return code && read_code(frame, code, code, ret_frame);
}

/*
 * C code that was called from Python may have let go of the lock: the frames below it are this
 * thread's own, and stay as they are until it has the lock again. But an interpreter that ends
 * frees the states of other threads, and waits here for those that read.
 */
static uint32_t readers;
static bool has_ended;

static const char *state_without_lock(bool *ret_is_held)
{
	if (!layout || !PyGILState_GetThisThreadState)
		return NULL;
	__atomic_fetch_add(&readers, 1, __ATOMIC_SEQ_CST);
	*ret_is_held = true;
	return __atomic_load_n(&has_ended, __ATOMIC_SEQ_CST) || python_is_shutting_down()
		       ? NULL
		       : PyGILState_GetThisThreadState();
}

HIDDEN void frames_let_go(void)
{
	__atomic_fetch_sub(&readers, 1, __ATOMIC_SEQ_CST);
}

#define SPINS_AT_END (1u << 20) /* a reader that a signal handler has left does not come back */

HIDDEN void frames_end(bool has_begun_again)
{
	__atomic_store_n(&has_ended, !has_begun_again, __ATOMIC_SEQ_CST);
	for (uint32_t spins = 0; !has_begun_again && spins < SPINS_AT_END &&
				 __atomic_load_n(&readers, __ATOMIC_SEQ_CST) > 0;
		spins++)
		pause_processor();
}

HIDDEN uint32_t frames_read(struct python_frame *frames, uint32_t depth, bool *ret_is_held)
{
	const char *state = layout ? state_of_thread() : NULL;
	uint32_t count = 0, skips = 0;

	*ret_is_held = false;
	if (!state)
		state = state_without_lock(ret_is_held);
	if (!state)
		return 0;
	for (const char *frame = innermost_frame(state);
		frame && count < depth && skips < SKIPS_MAX;
		frame = pointer_at(frame, layout->back))
		if (read_frame(frame, &frames[count]))
			count++;
		else
			skips++;
	return count;
}

HIDDEN bool frames_has_lock(void)
{
	const char *state = layout ? state_of_thread() : NULL;

	return state && PyInterpreterState_Main &&
	       pointer_at(state, STATE_INTERPRETER) == PyInterpreterState_Main();
}

/* ---- variables ------------------------------------------------------------------------------- */

typedef void local_f(void *context, const char *code, const char *name, const char *value);

/* Who visits, and how. Threads that do not hold the lock may begin and end meanwhile. */
struct visit {
	const struct frames_reader *reader;
	local_f *local;
	void *context;
};

/* NULL also where nothing can be read. */
static const char *visited_pointer(const struct visit *visit, const char *base, size_t offset)
{
	const char *pointer;

	return visit->reader->copy(visit->reader->context, &pointer, base + offset, sizeof(pointer))
		       ? pointer
		       : NULL;
}

/* Those whose names a tuple has, from a place of the frame on; gives the place after them. */
static const char *visit_names(const struct visit *visit, const char *code, const char *names,
	const char *at)
{
	size_t count = names ? (size_t)visited_pointer(visit, names, TEXT_LENGTH) : 0;

	for (size_t i = 0; i < count && count <= NAMES_MAX; i++) {
		const char *value = visited_pointer(visit, at, i * sizeof(value));
		if (value)
			visit->local(visit->context, code,
				visited_pointer(visit, names, TUPLE_ITEMS + i * sizeof(value)),
				value);
	}
	return at + count * sizeof(at);
}

static void visit_frame(const struct visit *visit, const char *frame)
{
	char copy[FRAME_BYTES], code[FRAMES_CODE];
	struct python_frame read;
	const struct frames_reader *reader = visit->reader;

	if (!reader->copy(reader->context, copy, frame, sizeof(copy)))
		return;
	const char *of = pointer_at(copy, layout->code), *at = frame + layout->locals;
	if (!of || !reader->copy(reader->context, code, of, sizeof(code)) ||
		!read_code(copy, of, code, &read))
		return;
	at = visit_names(visit, of, pointer_at(code, layout->variables), at);
	if (layout->minor > LAST_WITH_CELLS)
		return;
	at = visit_names(visit, of, pointer_at(code, layout->variables + 2 * sizeof(at)), at);
	visit_names(visit, of, pointer_at(code, layout->variables + sizeof(at)), at);
}

/* What an object of a frame is about: from 3.11 on what runs is apart from it. */
static const char *frame_of(const struct visit *visit, const char *object)
{
	return layout->minor > LAST_WITH_CELLS ? visited_pointer(visit, object, OBJECT_FRAME)
					       : object;
}

HIDDEN void frames_visit_frame(const struct frames_reader *reader, const char *object,
	local_f *local, void *context)
{
	const struct visit visit = {reader, local, context};
	const char *frame = layout ? frame_of(&visit, object) : NULL;

	if (frame)
		visit_frame(&visit, frame);
}

HIDDEN const char *frames_code_of(const struct frames_reader *reader, const char *object)
{
	const struct visit visit = {.reader = reader};
	const char *frame = layout ? frame_of(&visit, object) : NULL;

	return frame ? visited_pointer(&visit, frame, layout->code) : NULL;
}

static void visit_state(const struct visit *visit, const char *state)
{
	uint32_t count = 0;
	const char *at = visited_pointer(visit, state, layout->state_frame);

	if (at && layout->state_then >= 0)
		at = visited_pointer(visit, at, (size_t)layout->state_then);
	for (; at && count < FRAMES_MAX; at = visited_pointer(visit, at, layout->back), count++)
		visit_frame(visit, at);
}

static bool is_of_main_interpreter(const struct visit *visit, const char *state)
{
	return PyInterpreterState_Main && visited_pointer(visit, state, STATE_INTERPRETER) ==
						  (const char *)PyInterpreterState_Main();
}

static void visit_neighbours(const struct visit *visit, const char *state)
{
	static const size_t ways[] = {STATE_BEFORE, STATE_NEXT};

	for (size_t way = 0; way < sizeof(ways) / sizeof(*ways); way++) {
		uint32_t count = 0;
		for (const char *at = visited_pointer(visit, state, ways[way]);
			at && count < STATES_MAX && is_of_main_interpreter(visit, at);
			at = visited_pointer(visit, at, ways[way]), count++)
			visit_state(visit, at);
	}
}

/*
 * From 3.9 on an interpreter that begins to shut down takes the states of all other threads, which
 * are daemons by then, out of its list before anything can be noticed. They hang on each other, and
 * each thread notes now and then what its own hangs on. A state that is freed has no frames.
 */
#define NOTED 8u /* threads: the first one, which is mostly the main thread, and some others */

static struct {
	uint32_t recording;
	const char *state, *before, *next;
} noted[NOTED];

HIDDEN void frames_note_state(void)
{
	const char *state = layout ? state_of_thread() : NULL;
	size_t at = 0;

	if (!state)
		return;
	while (at + 1 < NOTED && noted[at].state != state && noted[at].state)
		at++;
	noted[at].recording = recording_number;
	noted[at].state = state;
	noted[at].before = pointer_at(state, STATE_BEFORE);
	noted[at].next = pointer_at(state, STATE_NEXT);
}

static void visit_noted(const struct visit *visit, const char *self)
{
	for (size_t i = 0; i < NOTED; i++) {
		const char *states[] = {noted[i].state, noted[i].before, noted[i].next};
		for (size_t j = 0; noted[i].recording == recording_number && j < 3; j++)
			if (states[j] && states[j] != self &&
				is_of_main_interpreter(visit, states[j])) {
				visit_state(visit, states[j]);
				visit_neighbours(visit, states[j]);
			}
	}
}

HIDDEN void frames_visit_locals(const struct frames_reader *reader, local_f *local, void *context)
{
	const char *state = layout ? state_of_thread() : NULL;
	const struct visit visit = {reader, local, context};

	if (!state)
		return;
	visit_state(&visit, state);
	visit_neighbours(&visit, state);
	if (python_is_shutting_down())
		visit_noted(&visit, state);
}

/*
 * A code may take the place of one that is gone: then its names are others, or where it begins.
 */
HIDDEN uint64_t frames_hash(const struct python_frame *frame)
{
	uint64_t hash = (uintptr_t)frame->code ^ (uint64_t)frame->instruction << 48;

	hash = (hash ^ (uintptr_t)pointer_at(frame->code, layout->name)) * 0xD6E8FEB86659FD93u;
	hash = (hash ^ (uintptr_t)pointer_at(frame->code, layout->file) ^ hash >> 32) *
	       0xD6E8FEB86659FD93u;
	return hash ^ (uint32_t)number_at(frame->code, layout->first_line);
}

/* ---- lines ----------------------------------------------------------------------------------- */

struct line_table {
	const uint8_t *at, *end;
};

/* Pairs of bytes: instructions skipped, then lines. */
static int32_t line_by_lnotab(struct line_table table, int32_t line, int64_t instruction)
{
	int64_t address = 0;

	for (; table.end - table.at >= 2; table.at += 2) {
		address += table.at[0];
		if (address > instruction)
			break;
		line += (int8_t)table.at[1];
	}
	return line;
}

/* Pairs of bytes: the length of a range of instructions, and how its line differs; -128: none. */
static int32_t line_by_ranges(struct line_table table, int32_t line, int64_t instruction)
{
	int64_t end = 0;
	bool has_line = true;

	for (; table.end - table.at >= 2 && end <= instruction; table.at += 2) {
		int8_t lines = (int8_t)table.at[1];
		end += table.at[0];
		has_line = lines != INT8_MIN;
		line += has_line ? lines : 0;
	}
	return has_line ? line : 0;
}

/* Six bits a byte, the lowest first; the sign is the lowest bit. */
static int32_t take_signed(struct line_table *table)
{
	uint32_t number = 0, shift = 0;
	uint8_t byte;

	do {
		byte = table->at < table->end ? *table->at++ : 0;
		number |= (uint32_t)(byte & 63) << shift;
		shift += 6;
	} while (byte & 64 && shift < 30);
	return number & 1 ? -(int32_t)(number >> 1) : (int32_t)(number >> 1);
}

/* Entries that begin with a byte whose highest bit is set: a form, and how many instructions. */
static int32_t line_by_locations(struct line_table table, int32_t line, int64_t instruction)
{
	enum { ONE_LINE_FIRST = 10, NO_COLUMNS = 13, LONG = 14, NONE = 15 };
	int64_t end = 0;
	uint32_t form = 0;

	while (table.at < table.end && end <= instruction) {
		uint8_t first = *table.at++;
		form = first >> 3 & 15;
		end += (int64_t)((first & 7) + 1) * UNIT;
		if (form == NO_COLUMNS || form == LONG)
			line += take_signed(&table);
		else if (form >= ONE_LINE_FIRST && form < NO_COLUMNS)
			line += (int32_t)form - ONE_LINE_FIRST;
		while (table.at < table.end && !(*table.at & 128))
			table.at++;
	}
	return form == NONE ? 0 : line;
}

/* 0: it has none. */
static int32_t line_of(const struct python_frame *frame)
{
	static int32_t (*const by[])(struct line_table table, int32_t line, int64_t instruction) = {
		[LINES_LNOTAB] = line_by_lnotab,
		[LINES_RANGES] = line_by_ranges,
		[LINES_LOCATIONS] = line_by_locations,
	};
	int32_t first = number_at(frame->code, layout->first_line);
	const char *bytes = pointer_at(frame->code, layout->table);

	if (frame->instruction < 0 || !bytes)
		return first;
	const uint8_t *at = (const uint8_t *)bytes + TEXT_BYTES;
	const struct line_table table = {at, at + (size_t)pointer_at(bytes, TEXT_LENGTH)};
	return by[layout->lines](table, first, frame->instruction);
}

/* ---- words ----------------------------------------------------------------------------------- */

struct words {
	char *at, *end;
};

static void put_byte(struct words *words, uint32_t byte)
{
	if (words->at < words->end)
		*words->at++ = (char)byte;
}

static void put_character(struct words *words, uint32_t c)
{
	if (c < 0x80) {
		put_byte(words, c);
	} else if (words->end - words->at >= 4) {
		if (c >= 0x10000) {
			put_byte(words, 0xF0 | c >> 18);
			put_byte(words, 0x80 | (c >> 12 & 63));
		} else if (c >= 0x800) {
			put_byte(words, 0xE0 | c >> 12);
		}
		put_byte(words, c >= 0x800 ? 0x80 | (c >> 6 & 63) : 0xC0 | c >> 6);
		put_byte(words, 0x80 | (c & 63));
	}
}

static void put_number(struct words *words, uint32_t number)
{
	if (number >= 10)
		put_number(words, number / 10);
	put_byte(words, '0' + number % 10);
}

/* A text of Python's, by its characters. */
struct characters {
	const char *at;
	uint32_t width; /* bytes of each */
	uint64_t count;
};

static struct characters characters_of(const char *text)
{
	uint32_t state;

	if (!text || pointer_at(text, OBJECT_TYPE) != &PyUnicode_Type)
		return (struct characters){"?", 1, 1};
	memcpy(&state, text + TEXT_STATE, sizeof(state));
	if (!(state & STATE_COMPACT))
		return (struct characters){"?", 1, 1};
	return (struct characters){text + (state & STATE_ASCII ? layout->ascii : layout->wide),
		STATE_KIND(state), (uint64_t)pointer_at(text, TEXT_LENGTH)};
}

static uint32_t character_at(const struct characters *characters, uint64_t at)
{
	uint32_t c = 0;

	memcpy(&c, characters->at + at * characters->width, characters->width); /* little-endian */
	return c;
}

static void put_characters(struct words *words, const struct characters *characters, uint64_t from)
{
	for (uint64_t i = from; i < characters->count && words->at < words->end; i++)
		put_character(words, character_at(characters, i));
}

/* Where the last component of a path begins, or the last two of "json/__init__.py". */
static uint64_t name_in_path(const struct characters *path)
{
	uint64_t at = path->count;

	while (at > 0 && character_at(path, at - 1) != '/')
		at--;
	if (at > 0 && path->count - at > 2 && character_at(path, at) == '_' &&
		character_at(path, at + 1) == '_')
		for (at--; at > 0 && character_at(path, at - 1) != '/';)
			at--;
	return at;
}

HIDDEN size_t frames_text(const char *text, char *ret_words, size_t size)
{
	const struct characters characters = characters_of(text);
	struct words words = {ret_words, ret_words + size};

	put_characters(&words, &characters, 0);
	return (size_t)(words.at - ret_words);
}

static size_t say(const struct characters *name, const struct characters *path, int32_t line,
	char *ret_words, size_t size)
{
	struct words words = {ret_words, ret_words + size};

	words.end -= size / 2; /* the name may take a half */
	put_characters(&words, name, 0);
	words.end = ret_words + size - sizeof(":4294967295)");
	put_byte(&words, ' ');
	put_byte(&words, '(');
	put_characters(&words, path, name_in_path(path));
	words.end = ret_words + size;
	if (line > 0) {
		put_byte(&words, ':');
		put_number(&words, (uint32_t)line);
	}
	put_byte(&words, ')');
	return (size_t)(words.at - ret_words);
}

HIDDEN size_t frames_name(const struct python_frame *frame, char *ret_words, size_t size)
{
	const struct characters name = characters_of(pointer_at(frame->code, layout->name)),
				path = characters_of(pointer_at(frame->code, layout->file));

	return say(&name, &path, line_of(frame), ret_words, size);
}

HIDDEN struct frames_code frames_code(const char *code)
{
	return (struct frames_code){pointer_at(code, layout->name), pointer_at(code, layout->file)};
}

HIDDEN size_t frames_name_of(const char *code, const char *name, const char *path, char *ret_words,
	size_t size)
{
	const struct characters name_characters = characters_of(name),
				path_characters = characters_of(path);

	return say(&name_characters, &path_characters, number_at(code, layout->first_line),
		ret_words, size);
}
