/*
 * The frames above a call, outwards one by one, by the tables that compilers write for exceptions
 * (.eh_frame): also through code without frame pointers, as the C library's. It takes no lock and
 * allocates nothing, so it may run in any call.
 *
 *	registers  of a frame at the call that it is in: where that returns to, the stack pointer
 *	           after that, and the frame pointer
 *	rule       where the registers of the calling frame are; kept, because the same places
 *	           call again and again
 */
#ifndef RECORDER_UNWINDER_H
#define RECORDER_UNWINDER_H

#include <stdbool.h>
#include <stdint.h>

#define UNWINDER_RULES 1024u /* a power of two */

struct registers {
	uintptr_t pc, sp, fp;
};

struct rule {
	uintptr_t pc;     /* 0: none here */
	int32_t top;      /* the stack pointer in the caller, from a register */
	int32_t saved_fp; /* where the frame pointer is kept, below `top` */
	uint8_t kind;     /* how the caller's stack pointer is found: enum rule_kind */
	bool keeps_fp;    /* saved_fp counts */
	bool is_runtime;  /* code of the C or C++ library */
	bool is_cxx;      /* of the latter */
};

struct unwinder {
	struct rule rules[UNWINDER_RULES]; /* by pc; zeroed at first */
};

/* The rule of a place that a call returns to. */
struct rule unwinder_rule(struct unwinder *unwinder, uintptr_t pc);

/*
 * Goes to the calling frame, by the rule of this one. What it reads is on the stack from at->sp on
 * and below `top`. false: the frame is the outermost, or nothing is known of it.
 */
bool unwinder_step(const struct rule *rule, struct registers *at, uintptr_t top);

/*
 * A frame of the C or C++ library that is left by the stack pointer alone: also on a stack whose
 * end is not known, with a `top` of UINTPTR_MAX.
 */
bool unwinder_needs_no_top(const struct rule *rule);

#endif
