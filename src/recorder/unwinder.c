/*
 * See unwinder.h. Of the tables only what compilers write for the stack and frame pointers is
 * understood; elsewhere, and where no table is, a frame is left by its frame pointer.
 *
 * Knowledge: the LSB's chapter on .eh_frame, and DWARF 4, section 6.4.
 */
#include "recorder/unwinder.h"

#include "recorder/shim.h"
#include "trace/runtime.h"

#include <link.h>
#include <string.h>

#define LOWEST_CODE 4096u /* nothing is mapped below */
#define HEADERS     4096u /* bytes at a module's start that are there: a page */

enum rule_kind {
	RULE_FRAME,      /* no table: a frame pointer, if the code keeps one */
	RULE_STACK,      /* the stack pointer + top */
	RULE_POINTER,    /* the frame pointer + top */
	RULE_POINTER_AT, /* what is kept at the frame pointer + top */
	RULE_END,        /* nothing called the frame, or its table is not understood */
};

#if defined(__x86_64__) && defined(DLFO_STRUCT_HAS_EH_DBASE)

extern int _dl_find_object(void *pc, struct dl_find_object *ret_object) __attribute__((weak));

enum { REGISTER_FP = 6, REGISTER_SP = 7, REGISTER_PC = 16, STATES = 8 };

/* ---- bytes of the tables --------------------------------------------------------------------- */

struct bytes {
	const uint8_t *at, *end;
	bool is_broken; /* ended too early, or has what is not understood */
};

static bool skip(struct bytes *bytes, uint64_t size)
{
	bool is_there = (size_t)(bytes->end - bytes->at) >= size;

	bytes->is_broken |= !is_there;
	bytes->at = is_there ? bytes->at + size : bytes->end;
	return is_there;
}

static uint64_t take(struct bytes *bytes, size_t size)
{
	const uint8_t *at = bytes->at;
	uint64_t number = 0;

	if (skip(bytes, size))
		memcpy(&number, at, size);
	return number;
}

static uint64_t take_unsigned(struct bytes *bytes)
{
	uint64_t number = 0, byte = 0x80;

	for (unsigned shift = 0; byte & 0x80 && shift < 64; shift += 7) {
		byte = take(bytes, 1);
		number |= (byte & 0x7f) << shift;
	}
	return number;
}

static int64_t take_signed(struct bytes *bytes)
{
	uint64_t number = 0, byte = 0x80;
	unsigned shift = 0;

	for (; byte & 0x80 && shift < 64; shift += 7) {
		byte = take(bytes, 1);
		number |= (byte & 0x7f) << shift;
	}
	return (int64_t)(byte & 0x40 && shift < 64 ? number | UINT64_MAX << shift : number);
}

/* A pointer as DW_EH_PE_… has it: absolute, or relative to itself or to the index. */
static uintptr_t take_pointer(struct bytes *bytes, uint8_t encoding, const uint8_t *index)
{
	uintptr_t here = (uintptr_t)bytes->at;
	uint64_t number = 0;

	switch (encoding & 0x0f) {
	case 0x00: /* absptr */
	case 0x04:
	case 0x0c:
		number = take(bytes, 8);
		break;
	case 0x03:
		number = take(bytes, 4);
		break;
	case 0x0b:
		number = (uint64_t)(int32_t)take(bytes, 4);
		break;
	default:
		bytes->is_broken = true;
	}
	if ((encoding & 0x70) == 0x10)
		return here + number;
	if ((encoding & 0x70) == 0x30)
		return (uintptr_t)index + number;
	bytes->is_broken |= (encoding & 0x70) != 0;
	return number;
}

/* ---- finding the entry of a function --------------------------------------------------------- */

/*
 * What a module has from there on, as its program headers say: what a damaged table points to may
 * be nowhere.
 */
static struct bytes bytes_from(const struct dl_find_object *module, const uint8_t *at)
{
	const uint8_t *file = module->dlfo_map_start;
	const ElfW(Ehdr) *head = (const void *)file;
	const ElfW(Phdr) *segments = (const void *)(file + head->e_phoff);

	if (memcmp(head->e_ident, ELFMAG, SELFMAG) != 0 || head->e_phoff > HEADERS / 2 ||
		head->e_phnum > HEADERS / 2 / sizeof(*segments))
		return (struct bytes){.is_broken = true};
	for (unsigned i = 0; i < head->e_phnum; i++) {
		const uint8_t *start = (const uint8_t *)module->dlfo_link_map->l_addr + /* NOLINT */
				       segments[i].p_vaddr,
			      *end = start + segments[i].p_filesz;
		if (segments[i].p_type == PT_LOAD && segments[i].p_flags & PF_R && start <= at &&
			at < end && start >= file && end <= (uint8_t *)module->dlfo_map_end)
			return (struct bytes){at, end, false};
	}
	return (struct bytes){.is_broken = true};
}

/* What functions have in common. */
struct common {
	uint64_t code_unit;
	int64_t data_unit;
	uint8_t encoding;
	bool has_sizes; /* entries have the size of their augmentation */
	struct bytes program;
};

/* The bytes of a record that begins there. */
static struct bytes record_at(const struct dl_find_object *module, const uint8_t *at)
{
	struct bytes bytes = bytes_from(module, at);
	uint64_t length = take(&bytes, 4);

	if (length == 0 || length >= 0x10000 || length > (size_t)(bytes.end - bytes.at))
		return (struct bytes){.is_broken = true};
	bytes.end = bytes.at + length;
	return bytes;
}

static struct common read_common(const struct dl_find_object *module, const uint8_t *at)
{
	struct bytes bytes = record_at(module, at);
	struct common common = {0};

	uint64_t id = take(&bytes, 4), version = take(&bytes, 1);
	const char *words = (const char *)bytes.at;
	while (take(&bytes, 1) != 0 && !bytes.is_broken)
		;
	common.code_unit = take_unsigned(&bytes);
	common.data_unit = take_signed(&bytes);
	uint64_t back = version == 1 ? take(&bytes, 1) : take_unsigned(&bytes);
	bytes.is_broken |= id != 0 || back != REGISTER_PC || (version != 1 && version != 3);
	if (!bytes.is_broken && *words == 'z') {
		uint64_t size = take_unsigned(&bytes);
		struct bytes program = bytes;
		skip(&program, size);
		common.has_sizes = true;
		for (words++; *words && !bytes.is_broken; words++) {
			uint8_t personality = *words == 'P' ? (uint8_t)take(&bytes, 1) : 0;
			if (*words == 'R')
				common.encoding = (uint8_t)take(&bytes, 1);
			else if (*words == 'P')
				take_pointer(&bytes, personality & 0x0f, NULL);
			else if (*words == 'L')
				take(&bytes, 1);
			else
				bytes.is_broken = true; /* 'S', a signal's frame, among them */
		}
		program.is_broken |= bytes.is_broken;
		bytes = program;
	} else {
		bytes.is_broken |= !bytes.is_broken && *words != '\0';
	}
	common.program = bytes;
	return common;
}

/* The sorted index of a module: the last entry that begins at pc or before; NULL: there is none. */
static const uint8_t *find_entry(const struct dl_find_object *module, uintptr_t pc)
{
	const uint8_t *index = module->dlfo_eh_frame;
	struct bytes head = bytes_from(module, index);
	uint64_t version = take(&head, 1), of_frames = take(&head, 1), of_count = take(&head, 1),
		 of_rows = take(&head, 1);

	if (version != 1 || of_rows != 0x3b) /* sorted, by pairs of 32 bits from it */
		return NULL;
	take_pointer(&head, (uint8_t)of_frames, index);
	uint64_t count = take_pointer(&head, (uint8_t)of_count, index);
	const int32_t *rows = (const void *)head.at; /* pairs: where, and its entry */
	int64_t wanted = (int64_t)(pc - (uintptr_t)index);
	bool is_whole = !head.is_broken && count <= (size_t)(head.end - head.at) / 8;
	uint64_t low = 0, high = is_whole ? count : 0;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (rows[2 * middle] <= wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? index + rows[2 * low - 1] : NULL;
}

/* ---- what an entry says ---------------------------------------------------------------------- */

/* Where things are, at some place of the function. */
struct state {
	uint64_t base;     /* a register */
	int64_t top;       /* from it */
	int64_t fp;        /* where the frame pointer is kept, from `top` */
	bool keeps_fp;     /* it is kept there */
	bool is_indirect;  /* base and top are where the top is kept */
	bool is_outermost; /* nothing called it */
	bool is_strange;   /* not understood */
};

struct run {
	struct state now, first, saved[STATES];
	size_t nsaved;
	uintptr_t pc; /* what is known from here on */
	const struct common *common;
};

/* A register is kept at `top` + offset. */
static void keep(struct state *state, uint64_t number, int64_t offset)
{
	if (number == REGISTER_FP) {
		state->keeps_fp = true;
		state->fp = offset;
	}
	state->is_strange |= number == REGISTER_PC && offset != -8;
}

/* A register is where it was before the function. */
static void keep_again(struct run *run, uint64_t number)
{
	if (number != REGISTER_FP)
		return;
	run->now.keeps_fp = run->first.keeps_fp;
	run->now.fp = run->first.fp;
}

/*
 * An expression: "frame pointer + N, and what is kept there", by which functions that align their
 * stack find its top, or "frame pointer + 0", where they keep that pointer itself.
 */
static void take_expression(struct state *state, struct bytes *bytes, bool is_top, uint64_t number)
{
	uint64_t length = take_unsigned(bytes);
	struct bytes words = *bytes;

	if (!skip(bytes, length) || (!is_top && number != REGISTER_FP))
		return;
	words.end = bytes->at;
	bool is_known = take(&words, 1) == 0x76; /* DW_OP_breg6 */
	int64_t offset = take_signed(&words);
	if (is_top) {
		is_known &= take(&words, 1) == 0x06; /* DW_OP_deref */
		state->base = REGISTER_FP;
		state->top = offset;
		state->is_indirect = true;
	} else { /* the frame pointer is at itself, only where the top is found so, too */
		is_known &= offset == 0;
		state->keeps_fp = true;
		state->fp = INT64_MIN;
	}
	state->is_strange |= !is_known || words.is_broken || words.at != words.end;
}

static void set_top(struct state *state, uint64_t base, int64_t top)
{
	state->base = base;
	state->top = top;
	state->is_indirect = false;
}

/* The instructions of where the frame ends; false: it is not one of them. */
static bool run_top(struct run *run, struct bytes *bytes, uint8_t code)
{
	struct state *now = &run->now;
	int64_t unit = run->common->data_unit;
	uint64_t number;

	switch (code) {
	case 0x0c: /* def_cfa */
		number = take_unsigned(bytes);
		set_top(now, number, (int64_t)take_unsigned(bytes));
		return true;
	case 0x0d:
		set_top(now, take_unsigned(bytes), now->top);
		return true;
	case 0x0e:
		now->top = (int64_t)take_unsigned(bytes);
		return true;
	case 0x0f:
		take_expression(now, bytes, true, 0);
		return true;
	case 0x12: /* def_cfa_sf */
		number = take_unsigned(bytes);
		set_top(now, number, take_signed(bytes) * unit);
		return true;
	case 0x13:
		now->top = take_signed(bytes) * unit;
		return true;
	default:
		return false;
	}
}

/* The instructions of where a register is kept; false: it is not one of them. */
static bool run_register(struct run *run, struct bytes *bytes, uint8_t code)
{
	bool is_one = (code >= 0x05 && code <= 0x08) || code == 0x10 || code == 0x11;
	uint64_t number = is_one ? take_unsigned(bytes) : 0;
	int64_t unit = run->common->data_unit;

	switch (code) {
	case 0x05:
		keep(&run->now, number, (int64_t)take_unsigned(bytes) * unit);
		break;
	case 0x06:
		keep_again(run, number);
		break;
	case 0x07:
		run->now.is_outermost |= number == REGISTER_PC;
		break; /* undefined */
	case 0x08:
		run->now.keeps_fp &= number != REGISTER_FP;
		break; /* same_value */
	case 0x10:
		take_expression(&run->now, bytes, false, number);
		break;
	case 0x11:
		keep(&run->now, number, take_signed(bytes) * unit);
		break;
	default:
		break;
	}
	return is_one;
}

/* The instructions whose operands are in the bytes that follow. */
static void run_long(struct run *run, struct bytes *bytes, uint8_t code)
{
	struct state *now = &run->now;

	if (run_top(run, bytes, code) || run_register(run, bytes, code))
		return;
	switch (code) {
	case 0x00:
		break;
	case 0x02:
		run->pc += take(bytes, 1) * run->common->code_unit;
		break;
	case 0x03:
		run->pc += take(bytes, 2) * run->common->code_unit;
		break;
	case 0x04:
		run->pc += take(bytes, 4) * run->common->code_unit;
		break;
	case 0x0a: /* remember_state */
		now->is_strange |= run->nsaved == STATES;
		if (run->nsaved < STATES)
			run->saved[run->nsaved++] = *now;
		break;
	case 0x0b: /* restore_state */
		now->is_strange |= run->nsaved == 0;
		if (run->nsaved > 0)
			*now = run->saved[--run->nsaved];
		break;
	case 0x2e:
		take_unsigned(bytes);
		break; /* the size of arguments, of no use here */
	default:
		bytes->is_broken = true;
	}
}

/* Up to that place. */
static void run_program(struct run *run, struct bytes *bytes, uintptr_t pc)
{
	while (bytes->at < bytes->end && !bytes->is_broken) {
		uint8_t code = (uint8_t)take(bytes, 1);
		if (code >> 6 == 1)
			run->pc += (code & 0x3fu) * run->common->code_unit;
		else if (code >> 6 == 2)
			keep(&run->now, code & 0x3fu,
				(int64_t)take_unsigned(bytes) * run->common->data_unit);
		else if (code >> 6 == 3)
			keep_again(run, code & 0x3fu);
		else
			run_long(run, bytes, code);
		if (run->pc > pc)
			return;
	}
	run->now.is_strange |= bytes->is_broken;
}

/* false: no entry has that place. */
static bool find_state(const struct dl_find_object *module, uintptr_t pc, struct state *ret_state)
{
	const uint8_t *index = module->dlfo_eh_frame, *entry = find_entry(module, pc);
	struct bytes bytes = entry ? record_at(module, entry) : (struct bytes){.is_broken = true};

	if (bytes.is_broken)
		return false;
	const uint8_t *here = bytes.at;
	struct common common = read_common(module, here - take(&bytes, 4));
	uintptr_t start = take_pointer(&bytes, common.encoding, index);
	uintptr_t size = take_pointer(&bytes, common.encoding & 0x0f, index);
	*ret_state = (struct state){.is_strange = true};
	if (common.program.is_broken || bytes.is_broken)
		return true;
	if (pc - start >= size)
		return false;
	if (common.has_sizes)
		skip(&bytes, take_unsigned(&bytes));
	struct run run = {.common = &common};
	run_program(&run, &common.program, UINTPTR_MAX);
	run.first = run.now;
	run.pc = start;
	run_program(&run, &bytes, pc);
	*ret_state = run.now;
	return true;
}

/* ---- rules ----------------------------------------------------------------------------------- */

static bool fits(int64_t offset)
{
	return offset > -(INT64_C(1) << 30) && offset < INT64_C(1) << 30;
}

static void set_rule(struct rule *rule, const struct state *state)
{
	bool is_own_place = state->keeps_fp && state->fp == INT64_MIN;

	rule->kind = RULE_END;
	if (!state->is_outermost && !state->is_strange && fits(state->top) &&
		(is_own_place || fits(state->fp)) && is_own_place == state->is_indirect &&
		(state->base == REGISTER_SP || state->base == REGISTER_FP)) {
		rule->kind = state->is_indirect           ? RULE_POINTER_AT
			     : state->base == REGISTER_SP ? RULE_STACK
							  : RULE_POINTER;
		rule->top = (int32_t)state->top;
		rule->keeps_fp = state->keeps_fp;
		rule->saved_fp = is_own_place ? 0 : (int32_t)state->fp;
	}
}

static void find_rule(struct rule *rule, uintptr_t pc)
{
	uintptr_t call = pc - 1; /* a call may be the last thing of a function */
	struct dl_find_object module;
	struct state state;

	if (!_dl_find_object || _dl_find_object((void *)call, &module) != 0 || /* NOLINT */
		!module.dlfo_link_map)
		return;
	const char *path = module.dlfo_link_map->l_name;
	rule->is_runtime = runtime_has_module(path);
	rule->is_cxx = rule->is_runtime && strstr(path, "c++");
	if (find_state(&module, call, &state))
		set_rule(rule, &state);
}
#else
static void find_rule(struct rule *rule, uintptr_t pc)
{
}
#endif

HIDDEN struct rule unwinder_rule(struct unwinder *unwinder, uintptr_t pc)
{
	struct rule *kept = &unwinder->rules[(pc ^ pc >> 10) % UNWINDER_RULES], rule;

	/* a signal handler of the thread may come in between, and keep another rule there */
	bool is_kept = __atomic_load_n(&kept->pc, __ATOMIC_RELAXED) == pc;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	rule = *kept;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (RARELY(!is_kept || __atomic_load_n(&kept->pc, __ATOMIC_RELAXED) != pc)) {
		rule = (struct rule){0};
		find_rule(&rule, pc);
		__atomic_store_n(&kept->pc, 0, __ATOMIC_RELAXED);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		*kept = rule;
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		__atomic_store_n(&kept->pc, pc, __ATOMIC_RELAXED);
	}
	return rule;
}

/* ---- steps ----------------------------------------------------------------------------------- */

/* A word of the stack of this frame or of those above it. */
static bool read_word(const struct registers *at, uintptr_t top, uintptr_t address,
	uintptr_t *ret_word)
{
	if (address < at->sp || address % sizeof(uintptr_t) || address >= top ||
		top - address < sizeof(uintptr_t))
		return false;
	*ret_word = *(const uintptr_t *)address; /* NOLINT */
	return true;
}

/* Where the frame ends: the stack pointer of its caller. 0: it cannot be found. */
static uintptr_t find_top(const struct rule *rule, const struct registers *at, uintptr_t top)
{
	uintptr_t away = (uintptr_t)(intptr_t)rule->top, found = 0;

	switch ((enum rule_kind)rule->kind) {
	case RULE_FRAME:
		return at->fp + 2 * sizeof(uintptr_t);
	case RULE_STACK:
		return at->sp + away;
	case RULE_POINTER:
		return at->fp + away;
	case RULE_POINTER_AT:
		return read_word(at, top, at->fp + away, &found) ? found : 0;
	case RULE_END:
		break;
	}
	return 0;
}

HIDDEN bool unwinder_step(const struct rule *rule, struct registers *at, uintptr_t top)
{
	uintptr_t above = find_top(rule, at, top), kept = at->fp;
	struct registers caller = {.sp = above, .fp = at->fp};

	if (above <= at->sp || !read_word(at, top, above - sizeof(uintptr_t), &caller.pc) ||
		caller.pc < LOWEST_CODE)
		return false;
	if (rule->kind == RULE_STACK || rule->kind == RULE_POINTER)
		kept = above + (uintptr_t)(intptr_t)rule->saved_fp;
	if ((rule->keeps_fp || rule->kind == RULE_FRAME) && !read_word(at, top, kept, &caller.fp))
		return false;
	*at = caller;
	return true;
}

HIDDEN bool unwinder_needs_no_top(const struct rule *rule)
{
	return rule->is_runtime && rule->kind == RULE_STACK;
}
