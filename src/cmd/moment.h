/* --at WHERE: the moment of a trace that a command speaks of. */
#ifndef CMD_MOMENT_H
#define CMD_MOMENT_H

#include <stdint.h>

struct cmd_call;
struct error;
struct text;
struct trace;

#define MOMENT_OPTION \
	{ \
		.name = "at", .type = OPTION_TEXT, .value = "WHERE", \
		.help = "the moment: event number, 50%, 1.5s, a mark, peak, start, exit, end" \
	}

/*
 * The position that --at names, in events applied; otherwise is a place in the same words, such as
 * where_by_default(). Where the command takes no engine, the peak is that of a heap. -1 and err: it
 * is not a place.
 */
int moment_find(uint64_t *ret_position, const struct cmd_call *call, const char *otherwise,
	struct error *err);

/* The same of another trace, and of an option with another name, which is played as the first. */
int moment_find_in(uint64_t *ret_position, const struct cmd_call *call, struct trace *trace,
	const char *option, const char *otherwise, struct error *err);

/*
 * Says on standard error if the option is given, and the trace ends before the place that it names:
 * the moment is the end then.
 */
void moment_say_beyond(const struct cmd_call *call, struct trace *trace, const char *option);

/*
 * Adds what the moment is, where a recorded program is no longer at work: a sentence; nothing where
 * it is at work, as far as is known. option: "at", or the one that named the moment. Grows with the
 * marks.
 */
void moment_add_state(struct text *words, const struct trace *trace, uint64_t position,
	const char *option);

#endif
