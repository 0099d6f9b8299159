/* See calls.h. */
#include "trace/readers/calls.h"

#include "base/xalloc.h"
#include "trace/text/scanner.h"

#include <stdlib.h>
#include <string.h>

/* What a function's arguments are, from 1; 0: there is none. */
static const struct {
	const char *name;
	enum event_kind kind;
	enum call call;
	unsigned size, count, alignment, pointer;
} functions[] = {
	{"malloc", EVENT_ALLOCATE, CALL_MALLOC, .size = 1},
	{"free", EVENT_FREE, CALL_FREE, .pointer = 1},
	{"calloc", EVENT_ALLOCATE, CALL_CALLOC, .count = 1, .size = 2},
	{"realloc", EVENT_REALLOCATE, CALL_REALLOC, .pointer = 1, .size = 2},
	{"reallocarray", EVENT_REALLOCATE, CALL_REALLOCARRAY, .pointer = 1, .count = 2, .size = 3},
	{"aligned_alloc", EVENT_ALLOCATE, CALL_ALIGNED_ALLOC, .alignment = 1, .size = 2},
	{"memalign", EVENT_ALLOCATE, CALL_MEMALIGN, .alignment = 1, .size = 2},
	{"valloc", EVENT_ALLOCATE, CALL_VALLOC, .size = 1},
	{"pvalloc", EVENT_ALLOCATE, CALL_PVALLOC, .size = 1},
	{"cfree", EVENT_FREE, CALL_FREE, .pointer = 1},
	/* C++, whose names begin with these; an alignment follows the size */
	{"_ZnwmSt11align_val_t", EVENT_ALLOCATE, CALL_UNKNOWN, .size = 1, .alignment = 2},
	{"_ZnamSt11align_val_t", EVENT_ALLOCATE, CALL_UNKNOWN, .size = 1, .alignment = 2},
	{"_Znw", EVENT_ALLOCATE, CALL_UNKNOWN, .size = 1},
	{"_Zna", EVENT_ALLOCATE, CALL_UNKNOWN, .size = 1},
	{"_Zdl", EVENT_FREE, CALL_UNKNOWN, .pointer = 1},
	{"_Zda", EVENT_FREE, CALL_UNKNOWN, .pointer = 1},
	{"operator new", EVENT_ALLOCATE, CALL_UNKNOWN, .size = 1},
	{"operator delete", EVENT_FREE, CALL_UNKNOWN, .pointer = 1},
};

#define FUNCTIONS (sizeof(functions) / sizeof(*functions))

const char *call_take_number(const char *at, uint64_t *ret_number)
{
	static const char *const nothing[] = {"NULL", "(nil)", "nil"};
	const char *end = at + strlen(at);

	for (size_t i = 0; i < sizeof(nothing) / sizeof(*nothing); i++)
		if (strncmp(at, nothing[i], strlen(nothing[i])) == 0) {
			*ret_number = 0;
			return at + strlen(nothing[i]);
		}
	if (strncmp(at, "-1", 2) == 0 && (unsigned)(at[2] - '0') > 9) {
		*ret_number = UINT64_MAX;
		return at + 2;
	}
	if (at[0] == '0' && at[1] == 'x')
		return scanner_take_hexadecimal(at + 2, end, ret_number);
	return scanner_take_decimal(at, end, ret_number);
}

/* "malloc(", "a.out->malloc(", "malloc@libc.so.6(", "operator new[](unsigned long)("; after the (. */
static const char *take_name(const char *at, char ret_name[CALL_NAME_BYTES])
{
	bool is_operator = strncmp(at, "operator ", 9) == 0;
	const char *open = at + strcspn(at, is_operator ? "(\"=" : "( \t\"=");

	if (*open != '(' || open == at)
		return NULL;
	for (const char *arrow = at; (arrow = strstr(arrow, "->")) && arrow < open;)
		at = arrow += 2;
	const char *version = memchr(at, '@', (size_t)(open - at));
	size_t length = (size_t)((version ? version : open) - at);
	if (length == 0 || length >= CALL_NAME_BYTES)
		return NULL;
	memcpy(ret_name, at, length);
	ret_name[length] = '\0';
	const char *types = strchr(open, ')');
	if (is_operator && types && types[1] == '(')
		open = types + 1;
	return open + 1;
}

static bool ends_half(const char *at)
{
	return strncmp(at, "<unfinished ...>", 16) == 0 || strncmp(at, "<no return ...>", 15) == 0;
}

/* The end of an argument: at its comma, parenthesis, or what says that the call is half. */
static const char *skip_argument(const char *at)
{
	unsigned depth = 0;

	for (; *at; at++) {
		if (*at == '"') {
			for (at++; *at && *at != '"'; at++)
				at += *at == '\\' && at[1];
			if (!*at)
				break;
			continue;
		}
		if (depth == 0 && (*at == ',' || *at == ')' || ends_half(at)))
			break;
		depth += *at == '(' || *at == '[' || *at == '{';
		depth -= depth > 0 && (*at == ')' || *at == ']' || *at == '}');
	}
	return at;
}

/* An argument is from at to end: its number is the last word, as in "al 64". */
static void take_argument(const char *at, const char *end, struct call_text *call)
{
	uint64_t number = 0;
	const char *after = NULL;

	while (end > at && is_blank(end[-1]))
		end--;
	if (end == at || call->count == CALL_NUMBERS_MAX)
		return;
	const char *word = end;
	while (word > at && !is_blank(word[-1]))
		word--;
	after = call_take_number(word, &number);
	call->is_fixed |= !after && memmem(at, (size_t)(end - at), "MAP_FIXED", 9) != NULL;
	call->numbers[call->count++] = after == end ? number : 0;
}

const char *call_take_result(const char *at, struct call_text *call)
{
	uint64_t number = 0;

	at += strspn(at, " \t");
	if (*at != '=')
		return NULL;
	at += 1 + strspn(at + 1, " \t");
	const char *after = strncmp(at, "<void>", 6) == 0 ? at + 6 : call_take_number(at, &number);
	if (!after)
		return NULL;
	call->has_result = true;
	call->result = number;
	return after;
}

const char *call_take_resumed(const char *at, char ret_name[CALL_NAME_BYTES])
{
	const char *end = strstr(at, " resumed>");
	size_t length = end ? (size_t)(end - at) : 0;

	if (strncmp(at, "<... ", 5) != 0 || length <= 5 || length - 5 >= CALL_NAME_BYTES)
		return NULL;
	memcpy(ret_name, at + 5, length - 5);
	ret_name[length - 5] = '\0';
	char *version = strchr(ret_name, '@');
	if (version)
		*version = '\0';
	return end + strlen(" resumed>");
}

bool call_take_resumed_result(const char *after, struct call_text *call)
{
	const char *close = strchr(after, ')');

	call->is_half = false;
	return close && call_take_result(close + 1, call);
}

const char *call_take(const char *line, struct call_text *ret_call)
{
	struct call_text call = {0};
	const char *at = take_name(line, call.name);

	if (!at)
		return NULL;
	for (;;) {
		at += strspn(at, " \t");
		const char *end = skip_argument(at);
		take_argument(at, end, &call);
		at = end;
		if (*at != ',')
			break;
		at++;
	}
	call.is_half = ends_half(at);
	if (!call.is_half && *at != ')')
		return NULL;
	at += call.is_half ? strlen(at) : 1;
	const char *after = call_take_result(at, &call);
	*ret_call = call;
	return after ? after : at;
}

/* FUNCTIONS: it is none of them. */
static size_t find_function(const char *name)
{
	for (size_t i = 0; i < FUNCTIONS; i++) {
		bool is_family = functions[i].name[0] == '_' || functions[i].name[0] == 'o';
		if (is_family ? strncmp(name, functions[i].name, strlen(functions[i].name)) == 0
			      : strcmp(name, functions[i].name) == 0)
			return i;
	}
	return FUNCTIONS;
}

bool call_to_event(const struct call_text *call, struct event *ret_event)
{
	size_t i = find_function(call->name);
	const uint64_t *numbers = call->numbers;

	if (i == FUNCTIONS || call->count < functions[i].size ||
		call->count < functions[i].pointer || call->count < functions[i].alignment ||
		(functions[i].kind != EVENT_FREE && !call->has_result))
		return false;
	struct event event = {
		.kind = (uint8_t)functions[i].kind,
		.call = (uint8_t)functions[i].call,
		.address = functions[i].kind == EVENT_FREE ? numbers[0] : call->result,
		.object = OBJECT_NONE,
		.text = TEXT_NONE,
	};
	if (functions[i].size)
		event.size = numbers[functions[i].size - 1];
	if (functions[i].count &&
		__builtin_mul_overflow(event.size, numbers[functions[i].count - 1], &event.size))
		event.size = UINT64_MAX;
	if (functions[i].alignment)
		event.alignment = numbers[functions[i].alignment - 1];
	if (event.alignment & (event.alignment - 1))
		event.alignment = 0;
	if (event.kind == EVENT_REALLOCATE)
		event.old_address = numbers[0];
	*ret_event = event;
	return true;
}

/* ---- calls that have begun ----------------------------------------------------------------- */

void calls_begun_finish(struct calls_begun *begun)
{
	free(begun->items);
	*begun = (struct calls_begun){0};
}

static void take_out(struct calls_begun *begun, unsigned i)
{
	begun->count--;
	memmove(&begun->items[i], &begun->items[i + 1], (begun->count - i) * sizeof(*begun->items));
}

void calls_begin(struct calls_begun *begun, uint64_t thread, const struct call_text *call)
{
	if (begun->count == CALLS_BEGUN_MAX)
		take_out(begun, 0);
	if (begun->count == begun->room) {
		begun->room = begun->room ? begun->room * 2 : 16;
		begun->items = xrealloc(begun->items, begun->room * sizeof(*begun->items));
	}
	begun->items[begun->count++] = (struct call_begun){.thread = thread, .call = *call};
}

bool calls_resume(struct calls_begun *begun, uint64_t thread, const char *name,
	struct call_begun *ret_call)
{
	for (unsigned i = begun->count; i-- > 0;)
		if (begun->items[i].thread == thread &&
			strcmp(begun->items[i].call.name, name) == 0) {
			*ret_call = begun->items[i];
			take_out(begun, i);
			return true;
		}
	return false;
}

struct call_begun *calls_newest(const struct calls_begun *begun, uint64_t thread)
{
	for (unsigned i = begun->count; i-- > 0;)
		if (begun->items[i].thread == thread)
			return &begun->items[i];
	return NULL;
}
