/*
 * Call sites: the functions of Python that run, or the return addresses above a hook. A stack is
 * written once in each lane, under a number; the modules it may lie in when they have changed.
 *
 * A function of Python at a line is a frame whose number is made of its name (WIRE_NAMED), so that
 * all lanes have the same. The name is written once in each lane, or again after it was pushed out.
 */
#include "recorder/mappings.h"
#include "recorder/shim.h"
#include "recorder/symbols.h"
#include "recorder/unwinder.h"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SLOTS      2048u /* a power of two; a stack that was pushed out is written again */
#define NAMES      1024u /* a power of two */
#define DEPTH_MAX  32u
#define DEPTH_CXX  8u /* at least, in C++: its containers are compiled into the program */
#define NAME_BYTES 512u
#define PATH_BYTES 1024u
/* of the first thread: the system leaves at least so much free */
#define MAIN_STACK (UINT64_C(128) << 20)

struct site_table {
	struct {
		uint64_t hash;
		uint32_t number;
	} slots[SLOTS];
	struct {
		uint64_t hash;  /* of a frame of Python */
		uint64_t frame; /* its number; its name is written */
	} names[NAMES];
	struct unwinder unwinder;
	uint32_t stacks;    /* numbers given */
	uint32_t last;      /* number in force in the lane */
	uintptr_t low, top; /* of the thread's stack; 0: not known */
};

static uintptr_t own_start, own_end; /* of this library's code */

/* dlpi_adds and the recording when they were written last */
static unsigned long long known_modules;

/*
 * Not inlined: what is rare shall not take room in every call. A signal handler may be on a stack
 * of a few KiB.
 */
#define APART __attribute__((noinline))

struct mapping_search {
	uintptr_t address, start; /* start: of the mapping that has the address; 0: not found */
};

static bool look_at_mapping(void *context, const struct mapped_range *range)
{
	struct mapping_search *search = context;

	if (search->address >= range->start && search->address < range->end)
		search->start = range->start;
	return search->start == 0;
}

/*
 * The lowest address of the mapping that has this one; 0: not found. pthread_getattr_np() would
 * know it, too, but it allocates on the program's heap. Grows with the mappings below.
 */
APART static uintptr_t start_of_mapping(uintptr_t address)
{
	struct mapping_search search = {address, 0};

	mappings_visit(look_at_mapping, &search);
	return search.start;
}

/* The C library keeps a thread's descriptor at the upper end of its stack. */
static uintptr_t end_of_stack(uintptr_t *ret_low)
{
	extern void *__libc_stack_end __attribute__((weak)); /* NOLINT: glibc's own name */
	uintptr_t top;

	if (syscall(SYS_gettid) == syscall(SYS_getpid)) {
		top = &__libc_stack_end ? (uintptr_t)__libc_stack_end : 0;
		*ret_low = top > MAIN_STACK ? top - MAIN_STACK : top;
		return top;
	}
	top = (uintptr_t)pthread_self();
	*ret_low = start_of_mapping(top);
	return *ret_low ? top : 0;
}

static bool is_own(uintptr_t pc)
{
	return pc >= own_start && pc < own_end;
}

/* The program's frame that called us: our own keep frame pointers. */
__attribute__((noinline)) static struct registers leave_own(void)
{
	const uintptr_t *frame = __builtin_frame_address(0);

	while (is_own(frame[1]) && frame[0] > (uintptr_t)frame)
		frame = (const uintptr_t *)frame[0]; /* NOLINT */
	return (struct registers){frame[1], (uintptr_t)(frame + 2), frame[0]};
}

/*
 * Innermost first, without our own: `depth` frames and, further in, those of the C library, which
 * do not say what the program does. On a stack of the program's own making one frame outside.
 */
static uint32_t walk(struct site_table *table, uint64_t *frames, uint32_t depth, uint32_t most)
{
	struct registers at = leave_own();
	bool is_known = at.sp > table->low && at.sp < table->top;
	uintptr_t top = is_known ? table->top : UINTPTR_MAX;
	uint32_t count = 0, outside = 0;
	struct rule rule;

	do {
		rule = unwinder_rule(&table->unwinder, at.pc);
		if (!is_own(at.pc)) {
			frames[count++] = at.pc;
			outside += !rule.is_runtime;
			if (rule.is_cxx && depth < DEPTH_CXX)
				depth = DEPTH_CXX;
		}
	} while (outside < depth && count < most && (is_known || unwinder_needs_no_top(&rule)) &&
		 unwinder_step(&rule, &at, top));
	return count;
}

/* ---- modules --------------------------------------------------------------------------------- */

/*
 * dl_iterate_phdr() waits for other threads inside it, which may wait for a lock that the program
 * holds while it allocates. So it is not called for stacks whose modules are already written, as
 * _dl_find_object() says without a lock.
 */
#ifdef DLFO_STRUCT_HAS_EH_DBASE
extern int _dl_find_object(void *pc, struct dl_find_object *ret_object) __attribute__((weak));

static uint64_t written[256]; /* hashes of modules, by themselves; of this recording */

static uint64_t hash_of_module(uint64_t pc)
{
	struct dl_find_object object;

	if (!_dl_find_object || _dl_find_object((void *)(uintptr_t)pc, &object) != 0) /* NOLINT */
		return 0;
	uint64_t hash = (uintptr_t)object.dlfo_map_start * 0xD6E8FEB86659FD93u ^
			(uintptr_t)object.dlfo_map_end;
	hash += recording_number;
	return (hash ^ (uintptr_t)object.dlfo_link_map) * 0x9E3779B97F4A7C15u | 1;
}

static void note_module(uint64_t pc)
{
	uint64_t hash = hash_of_module(pc);

	if (hash)
		__atomic_store_n(&written[hash >> 56], hash, __ATOMIC_RELAXED);
}

static bool are_written(const uint64_t *frames, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint64_t hash = hash_of_module(frames[i]);
		if (hash == 0 || __atomic_load_n(&written[hash >> 56], __ATOMIC_RELAXED) != hash)
			return false;
	}
	return true;
}
#else
static void note_module(uint64_t pc)
{
}

static bool are_written(const uint64_t *frames, uint32_t count)
{
	return count == 0;
}
#endif

struct writing {
	uint64_t stamp;
	lane_put_now_f *put;
};

static void find_build_id(const struct dl_phdr_info *info, const ElfW(Phdr) * header,
	struct wire_module *module)
{
	/* NOLINT */
	const char *at = (const char *)(info->dlpi_addr + header->p_vaddr),
		   *end = at + header->p_memsz;

	while (at < end && (size_t)(end - at) >= sizeof(ElfW(Nhdr))) {
		const ElfW(Nhdr) *note = (const void *)at;
		const char *name = at + sizeof(*note), *bytes = name + ((note->n_namesz + 3) & ~3u);
		if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
			memcmp(name, "GNU", 4) == 0 && note->n_descsz <= sizeof(module->build_id)) {
			memcpy(module->build_id, bytes, note->n_descsz);
			module->build_id_length = note->n_descsz;
			return;
		}
		at = bytes + ((note->n_descsz + 3) & ~3u);
	}
}

static int write_module(struct dl_phdr_info *info, size_t size, void *context)
{
	const struct writing *writing = context;
	struct {
		struct wire_module module;
		char path[PATH_BYTES];
	} payload = {.module = {.bias = info->dlpi_addr, .start = UINT64_MAX}};
	struct wire_module *module = &payload.module;
	size_t length;

	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uint64_t start = info->dlpi_addr + header->p_vaddr;
		if (header->p_type == PT_LOAD && header->p_flags & PF_X) {
			module->start = start < module->start ? start : module->start;
			module->end = start + header->p_memsz > module->end
					      ? start + header->p_memsz
					      : module->end;
		} else if (header->p_type == PT_NOTE) {
			find_build_id(info, header, module);
		}
	}
	if (module->end == 0)
		return 0;
	length = strlen(info->dlpi_name);
	if (length == 0) {
		long n = syscall(SYS_readlink, "/proc/self/exe", payload.path, PATH_BYTES);
		length = n > 0 ? (size_t)n : 0;
	} else {
		length = length < PATH_BYTES ? length : PATH_BYTES;
		memcpy(payload.path, info->dlpi_name, length);
	}
	writing->put(WIRE_WHAT(WIRE_MODULE, 0), writing->stamp, 0, sizeof(*module) + length,
		&payload);
	note_module(module->start);
	return 0;
}

static int count_modules(struct dl_phdr_info *info, size_t size, void *context)
{
	*(unsigned long long *)context = info->dlpi_adds;
	return 1;
}

static int find_own(struct dl_phdr_info *info, size_t size, void *context)
{
	if (!symbols_module_has(info, (uintptr_t)&own_start))
		return 0;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		if (header->p_type == PT_LOAD && header->p_flags & PF_X) {
			own_start = info->dlpi_addr + header->p_vaddr;
			own_end = own_start + header->p_memsz;
		}
	}
	return 1;
}

static void write_modules(uint64_t stamp, lane_put_now_f *put)
{
	struct writing writing = {stamp, put};
	unsigned long long added = 0;

	dl_iterate_phdr(count_modules, &added);
	/* a forked child has a log of its own */
	added = added << 20 | (recording_number & 0xFFFFF);
	if (__atomic_exchange_n(&known_modules, added, __ATOMIC_RELAXED) != added)
		dl_iterate_phdr(write_module, &writing);
}

/* ---- stacks ---------------------------------------------------------------------------------- */

static struct site_table *begin_table(struct lane *lane)
{
	size_t size = sizeof(struct site_table);
	void *table = (void *)syscall(SYS_mmap, NULL, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* NOLINT */

	if (table == MAP_FAILED)
		return NULL;
	lane->sites = table;
	if (own_end == 0)
		dl_iterate_phdr(find_own, NULL);
	INSIDE_OF(lane, INSIDE_US, lane->sites->top = end_of_stack(&lane->sites->low));
	return lane->sites;
}

HIDDEN void sites_end_lane(struct lane *lane)
{
	if (lane->sites)
		syscall(SYS_munmap, lane->sites, sizeof(*lane->sites));
	lane->sites = NULL;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0xD6E8FEB86659FD93u;
	return hash ^ hash >> 32;
}

/* The number of a frame of Python, whose name is written by then. */
APART static uint64_t number_of_frame(struct site_table *table, const struct python_frame *frame,
	const struct writing *writing)
{
	uint64_t hash = frames_hash(frame), number = 0;
	char words[NAME_BYTES];

	if (table->names[hash % NAMES].hash == hash)
		return table->names[hash % NAMES].frame;
	size_t length = frames_name(frame, words, sizeof(words));
	for (size_t i = 0; i < length; i++)
		number = mix(number, (uint8_t)words[i]);
	number |= WIRE_NAMED;
	writing->put(WIRE_WHAT(WIRE_NAME, 0), writing->stamp, number, length, words);
	table->names[hash % NAMES].hash = hash;
	table->names[hash % NAMES].frame = number;
	return number;
}

/* The frames of a call, innermost first: of C, of Python, or of both. */
struct stack {
	uint64_t c[DEPTH_MAX];
	struct python_frame python[DEPTH_MAX];
	uint32_t in_c, in_python;
	bool is_held; /* the frames of Python, until their names are read */
};

static uint64_t read_stack(struct stack *stack, struct site_table *table)
{
	bool is_native = recording->head->wants & WIRE_WANT_NATIVE;
	uint32_t most = is_native ? DEPTH_MAX / 2 : DEPTH_MAX, depth = recording->head->depth;
	uint64_t hash = 0x9E3779B97F4A7C15u;

	depth = depth < most ? depth : most;
	stack->in_python = frames_read(stack->python, depth, &stack->is_held);
	stack->in_c = is_native || stack->in_python == 0 ? walk(table, stack->c, depth, most) : 0;
	for (uint32_t i = 0; i < stack->in_c; i++)
		hash = mix(hash, stack->c[i]);
	for (uint32_t i = 0; i < stack->in_python; i++)
		hash = mix(hash, frames_hash(&stack->python[i]));
	return hash;
}

/* A stack that the lane does not have, or no longer; gives its number. */
APART static uint32_t write_stack(struct site_table *table, const struct stack *stack,
	const struct writing *writing)
{
	uint64_t frames[DEPTH_MAX];
	uint32_t count = stack->in_c;

	memcpy(frames, stack->c, count * sizeof(*frames));
	if (!are_written(frames, count))
		write_modules(writing->stamp, writing->put);
	for (uint32_t i = 0; i < stack->in_python; i++)
		frames[count++] = number_of_frame(table, &stack->python[i], writing);
	writing->put(WIRE_WHAT(WIRE_STACK, 0), writing->stamp, ++table->stacks,
		count * sizeof(*frames), frames);
	return table->stacks;
}

HIDDEN void sites_put(uint64_t stamp, lane_put_now_f *put)
{
	const struct writing writing = {stamp, put};
	struct lane *lane = own_lane();
	struct stack stack;

	if (lane->ended)
		return;
	if (lane->number != recording_number) /* begins the lane */
		put(WIRE_WHAT(WIRE_SITE, 0), stamp, 0, 0, NULL);
	struct site_table *table = lane->sites ? lane->sites : begin_table(lane);
	if (!table)
		return;
	uint64_t hash = read_stack(&stack, table);
	uint32_t number =
		table->slots[hash % SLOTS].hash == hash ? table->slots[hash % SLOTS].number : 0;
	if (number == 0 && stack.in_c + stack.in_python > 0) {
		number = write_stack(table, &stack, &writing);
		table->slots[hash % SLOTS].hash = hash;
		table->slots[hash % SLOTS].number = number;
	}
	if (stack.is_held)
		frames_let_go();
	if (number != table->last)
		put(WIRE_WHAT(WIRE_SITE, 0), stamp, 0, number, NULL);
	table->last = number;
}
