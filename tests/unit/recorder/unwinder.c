/*
 * Functions with what an assembler writes of their frames, and the rule that is read from it; then
 * steps by rules. Knowledge: DWARF 4, section 6.4.
 */
#include "recorder/unwinder.h"

#include "base/text.h"
#include "support.h"

#include <stdlib.h>

#if defined(__x86_64__) && defined(__GLIBC__)

static void add_rule(struct text *out, const struct rule *rule)
{
	static const char *const kinds[] = {"frame", "sp", "fp", "[fp]", "end"};
	bool has_top = rule->kind > 0 && rule->kind < 4;

	assert_in_range(rule->kind, 0, 4);
	text_add(out, "%s", kinds[rule->kind]);
	if (has_top)
		text_add(out, "%+d", rule->top);
	if (has_top && rule->keeps_fp)
		text_add(out, " fp@%+d", rule->saved_fp);
}

/* ---- rules ----------------------------------------------------------------------------------- */

/* X(name, what is said of the frame behind its first instruction, the rule from there on) */
#define FRAMES(X) \
	X(nothing, "", "sp+8") \
	X(offset, ".cfi_def_cfa_offset 16", "sp+16") \
	X(register, ".cfi_def_cfa_register 6", "fp+8") \
	X(both, ".cfi_def_cfa 6, 16", "fp+16") \
	X(both_signed, ".cfi_escape 0x12,7,0x78", "sp+64") \
	X(offset_signed, ".cfi_escape 0x13,0x7e", "sp+16") \
	X(other_base, ".cfi_def_cfa 3, 16", "end") \
	X(long_number, ".cfi_def_cfa_offset 20000", "sp+20000") \
	X(largest, ".cfi_def_cfa_offset 0x3fffffff", "sp+1073741823") \
	X(too_large, ".cfi_def_cfa_offset 0x40000000", "end") \
	X(too_small, ".cfi_escape 0x13,0x80,0x80,0x80,0xc0,0x00", "end") \
	X(kept, ".cfi_offset 6, -16", "sp+8 fp@-16") \
	X(kept_extended, ".cfi_escape 0x05,6,3", "sp+8 fp@-24") \
	X(kept_signed, ".cfi_escape 0x11,6,0x7d", "sp+8 fp@+24") \
	X(kept_far, ".cfi_offset 6, -0x40000008", "end") \
	X(other_kept, ".cfi_offset 3, -24", "sp+8") \
	X(pc_kept_there, ".cfi_offset 16, -8", "sp+8") \
	X(pc_kept_elsewhere, ".cfi_offset 16, -16", "end") \
	X(restored, ".cfi_offset 6, -16\n .cfi_restore 6", "sp+8") \
	X(restored_extended, ".cfi_offset 6, -16\n .cfi_escape 0x06,6", "sp+8") \
	X(other_restored, ".cfi_offset 6, -16\n .cfi_restore 3", "sp+8 fp@-16") \
	X(same, ".cfi_offset 6, -16\n .cfi_same_value 6", "sp+8") \
	X(other_same, ".cfi_offset 6, -16\n .cfi_same_value 3", "sp+8 fp@-16") \
	X(outermost, ".cfi_undefined 16", "end") \
	X(other_undefined, ".cfi_offset 6, -16\n .cfi_undefined 3", "sp+8 fp@-16") \
	X(remembered, ".cfi_remember_state\n .cfi_def_cfa 6, 16\n .cfi_restore_state", "sp+8") \
	X(remembered_twice, \
		".cfi_def_cfa_offset 16\n .cfi_remember_state\n .cfi_def_cfa_offset 24\n" \
		" .cfi_remember_state\n .cfi_def_cfa_offset 32\n .cfi_restore_state\n" \
		" .cfi_restore_state", \
		"sp+16") \
	X(remembered_8, ".rept 8\n .cfi_remember_state\n .endr", "sp+8") \
	X(remembered_9, ".rept 9\n .cfi_remember_state\n .endr", "end") \
	X(never_remembered, ".cfi_escape 0x0b", "end") \
	X(aligned, ".cfi_escape 0x0f,3,0x76,0x78,0x06\n .cfi_escape 0x10,6,2,0x76,0", \
		"[fp]-8 fp@+0") \
	X(aligned_back, \
		".cfi_escape 0x0f,3,0x76,0x78,0x06\n .cfi_def_cfa 7, 8\n .cfi_offset 6, -16", \
		"sp+8 fp@-16") \
	X(aligned_top_alone, ".cfi_escape 0x0f,3,0x76,0x78,0x06", "end") \
	X(aligned_pointer_alone, ".cfi_escape 0x10,6,2,0x76,0", "end") \
	X(aligned_elsewhere, ".cfi_escape 0x0f,3,0x76,0x78,0x06\n .cfi_escape 0x10,6,2,0x76,8", \
		"end") \
	X(other_operator, ".cfi_escape 0x0f,3,0x77,0x78,0x06\n .cfi_escape 0x10,6,2,0x76,0", \
		"end") \
	X(no_reading, ".cfi_escape 0x0f,3,0x76,0x78,0x07\n .cfi_escape 0x10,6,2,0x76,0", "end") \
	X(too_short, ".cfi_escape 0x0f,2,0x76,0x78\n .cfi_escape 0x10,6,2,0x76,0", "end") \
	X(too_long, ".cfi_escape 0x0f,4,0x76,0x78,0x06,0x06\n .cfi_escape 0x10,6,2,0x76,0", "end") \
	X(other_expression, ".cfi_escape 0x10,3,2,0x76,0x70", "sp+8") \
	X(arguments, ".cfi_escape 0x2e,0x90,0x01\n .cfi_def_cfa_offset 16", "sp+16") \
	X(no_instruction, ".cfi_escape 0\n .cfi_def_cfa_offset 16", "sp+16") \
	X(not_known, ".cfi_escape 0x3f\n .cfi_def_cfa_offset 16", "end") \
	X(ends_early, ".cfi_escape 0x0f,0x7f", "end") \
	X(after_63, ".skip 62, 0x90\n .cfi_def_cfa_offset 16", "sp+16") \
	X(after_64, ".skip 63, 0x90\n .cfi_def_cfa_offset 16", "sp+16") \
	X(after_256, ".skip 255, 0x90\n .cfi_def_cfa_offset 16", "sp+16") \
	X(after_65536, ".skip 65535, 0x90\n .cfi_def_cfa_offset 16", "sp+16") \
	X(with_personality, \
		".cfi_personality 0x1b, frame_nothing\n .cfi_lsda 0x1b, frame_nothing\n" \
		" .cfi_def_cfa_offset 16", \
		"sp+16") \
	X(with_absolute_personality, \
		".cfi_personality 0x00, frame_nothing\n .cfi_def_cfa_offset 16", "sp+16")

/* Each is two instructions and what is skipped between them: NAME_at is the second one. */
#define ASSEMBLE(name, cfi, rule) \
	__asm__(".text\n" \
		"frame_" #name ": .cfi_startproc\n nop\n " cfi "\n" \
		"frame_" #name "_at: nop\n .cfi_endproc\n" \
		"frame_" #name "_end: nop\n");
#define DECLARE(name, cfi, rule) extern const char frame_##name##_at[];
#define ROW(name, cfi, rule)     {#name, frame_##name##_at, rule},

FRAMES(ASSEMBLE)
FRAMES(DECLARE)
__asm__(".text\n"
	"frame_signal: .cfi_startproc\n .cfi_signal_frame\n nop\n"
	"frame_signal_at: nop\n .cfi_endproc\n nop\n nop\n");
extern const char frame_signal_at[];

static const struct frame {
	const char *name, *at, *rule;
} frames[] = {FRAMES(ROW)};

static void equal_rule(const char *name, const char *where, uintptr_t pc, const char *rule)
{
	static struct unwinder unwinder;
	struct text text = {0}, expected = {0};

	for (unsigned times = 0; times < 2; times++) { /* found, and kept */
		const struct rule found = unwinder_rule(&unwinder, pc);
		text_clear(&text);
		text_add(&text, "%s, %s: ", name, where);
		add_rule(&text, &found);
		text_clear(&expected);
		text_add(&expected, "%s, %s: %s", name, where, rule);
		assert_string_equal(text_of(&text), text_of(&expected));
		assert_false(found.is_runtime || found.is_cxx);
	}
	text_finish(&text);
	text_finish(&expected);
}

/* A call returns behind itself: of the place before it the rule is asked for. */
static void each_thing_that_is_said_of_a_frame_holds_from_there_to_its_end(void **state)
{
	for (size_t i = 0; i < sizeof(frames) / sizeof(*frames); i++) {
		const struct frame *frame = &frames[i];
		uintptr_t at = (uintptr_t)frame->at;
		equal_rule(frame->name, "before", at, "sp+8");
		equal_rule(frame->name, "there", at + 1, frame->rule);
		equal_rule(frame->name, "behind it", at + 2, "frame");
	}
	equal_rule("signal", "there", (uintptr_t)frame_signal_at, "end");
	equal_rule("nothing", "no code", 4096, "frame");
}

/* ---- steps ----------------------------------------------------------------------------------- */

#define WORDS 16u

/* Registers point to words of the stack, each of which has its number. */
static const struct step {
	const char *name;
	uint8_t kind;
	bool keeps_fp;
	int top, saved_fp, sp, fp;
	int end;            /* words that may be read */
	unsigned damaged;   /* a word that is 4095; 0: none */
	const char *caller; /* NULL: there is none */
} steps[] = {
	{"by the frame pointer", 0, false, 0, 0, 0, 4, WORDS, 0, "pc 5, sp 6, fp 4"},
	{"by the stack pointer", 1, false, 24, 0, 2, 9, WORDS, 0, "pc 4, sp 5, fp at 9"},
	{"by it, with the other", 1, true, 24, -16, 2, 9, WORDS, 0, "pc 4, sp 5, fp 3"},
	{"by the frame pointer and more", 2, true, 16, -16, 0, 4, WORDS, 0, "pc 5, sp 6, fp 4"},
	{"at the very end", 1, false, 24, 0, 13, 9, WORDS, 0, "pc 15, sp 16, fp at 9"},
	{"behind the end", 1, false, 32, 0, 13, 9, WORDS, 0, NULL},
	{"behind what may be read", 1, false, 24, 0, 2, 9, 4, 0, NULL},
	{"not above", 1, false, 0, 0, 2, 9, WORDS, 0, NULL},
	{"below", 2, false, 16, 0, 8, 4, WORDS, 0, NULL},
	{"not at a word", 1, false, 20, 0, 2, 9, WORDS, 0, NULL},
	{"to no code", 1, false, 24, 0, 2, 9, WORDS, 4, NULL},
	{"the other kept below", 1, true, 24, -40, 2, 9, WORDS, 0, NULL},
	{"the other kept lowest", 1, true, 24, -24, 2, 9, WORDS, 0, "pc 4, sp 5, fp 2"},
	{"the outermost", 4, false, 24, 0, 2, 9, WORDS, 0, NULL},
};

/* What a word of the stack has: its number, far from what is no code. */
static uintptr_t word_of(unsigned number)
{
	return 0x100000 + number;
}

static void steps_go_where_the_rule_says_and_read_nothing_else(void **state)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		const struct step *step = &steps[i];
		uintptr_t stack[WORDS + 1], base = (uintptr_t)stack;
		struct text text = {0};
		for (unsigned k = 0; k < WORDS; k++)
			stack[k] = k && k == step->damaged ? 4095 : word_of(k);
		stack[WORDS] = word_of(99);
		const struct rule rule = {.kind = step->kind,
			.keeps_fp = step->keeps_fp,
			.top = step->top,
			.saved_fp = step->saved_fp};
		struct registers at = {1, base + (uintptr_t)step->sp * 8,
					 base + (uintptr_t)step->fp * 8},
				 before = at;
		bool has_caller = unwinder_step(&rule, &at, base + (uintptr_t)step->end * 8);
		text_add(&text, "%s: ", step->name);
		if (!has_caller)
			assert_memory_equal(&at, &before, sizeof(at));
		else if (at.fp == before.fp)
			text_add(&text, "pc %d, sp %d, fp at %d", (int)(at.pc - word_of(0)),
				(int)((at.sp - base) / 8), (int)((at.fp - base) / 8));
		else
			text_add(&text, "pc %d, sp %d, fp %d", (int)(at.pc - word_of(0)),
				(int)((at.sp - base) / 8), (int)(at.fp - word_of(0)));
		struct text expected = {0};
		text_add(&expected, "%s: %s", step->name, step->caller ? step->caller : "");
		assert_string_equal(text_of(&text), text_of(&expected));
		text_finish(&text);
		text_finish(&expected);
	}
}

/* It keeps its caller's stack pointer below its frame pointer, and the caller's there. */
static void a_function_that_aligns_its_stack_is_left_by_what_it_keeps(void **state)
{
	uintptr_t stack[WORDS], base = (uintptr_t)stack;
	const struct rule rule = {.kind = 3, .keeps_fp = true, .top = -8};

	for (unsigned i = 0; i < WORDS; i++)
		stack[i] = word_of(i);
	stack[3] = base + 80;
	struct registers at = {1, base, base + 32};
	assert_true(unwinder_step(&rule, &at, base + sizeof(stack)));
	assert_int_equal(at.pc, word_of(9));
	assert_int_equal(at.sp, base + 80);
	assert_int_equal(at.fp, word_of(4));
	stack[3] = base + sizeof(stack) + 8; /* not of this stack */
	at = (struct registers){1, base, base + 32};
	assert_false(unwinder_step(&rule, &at, base + sizeof(stack)));
	at = (struct registers){1, base + 32, base + 32}; /* it is kept below what may be read */
	assert_false(unwinder_step(&rule, &at, base + sizeof(stack)));
}

static void only_code_of_the_runtime_that_moves_its_stack_pointer_needs_no_top(void **state)
{
	for (uint8_t kind = 0; kind <= 4; kind++)
		for (unsigned is_runtime = 0; is_runtime < 2; is_runtime++) {
			const struct rule rule = {.kind = kind, .is_runtime = is_runtime};
			assert_int_equal(unwinder_needs_no_top(&rule), is_runtime && kind == 1);
		}
}

static void code_of_the_c_library_is_known_as_such(void **state)
{
	static struct unwinder unwinder;
	const struct rule rule = unwinder_rule(&unwinder, (uintptr_t)strtoul + 1);

	assert_true(rule.is_runtime);
	assert_false(rule.is_cxx);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_thing_that_is_said_of_a_frame_holds_from_there_to_its_end),
		cmocka_unit_test(steps_go_where_the_rule_says_and_read_nothing_else),
		cmocka_unit_test(a_function_that_aligns_its_stack_is_left_by_what_it_keeps),
		cmocka_unit_test(
			only_code_of_the_runtime_that_moves_its_stack_pointer_needs_no_top),
		cmocka_unit_test(code_of_the_c_library_is_known_as_such),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
	return 77; /* no tables of frames are read here */
}
#endif
