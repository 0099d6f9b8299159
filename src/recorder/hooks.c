/*
 * The hooks of the C allocator. A free is recorded before it takes place, an allocation after it, a
 * realloc on both sides: then no address is given out while it is live, whatever other threads do.
 *
 *	boot    while the next allocator is being looked up, dlsym may itself allocate: served from
 *	        a small buffer, never freed
 */
#include "recorder/shim.h"

#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BOOT_BYTES 16384u

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

static struct {
	_Alignas(16) char bytes[BOOT_BYTES];
	_Atomic size_t used;
} boot;

static void *boot_allocate(size_t size)
{
	size_t rounded = (size + 15) & ~(size_t)15;
	size_t at = atomic_fetch_add(&boot.used, rounded);

	return at + rounded <= BOOT_BYTES ? boot.bytes + at : NULL;
}

static bool is_boot(const void *block)
{
	return (uintptr_t)block - (uintptr_t)boot.bytes < BOOT_BYTES;
}

/* A boot block moves into the real heap. */
static void *leave_boot(void *old, size_t size)
{
	void *block = malloc(size);
	size_t room = (size_t)(boot.bytes + BOOT_BYTES - (char *)old);

	if (block)
		memcpy(block, old, size < room ? size : room);
	return block;
}

/* The product that a call requested; on overflow, a size that no allocator can serve. */
static uint64_t product(size_t count, size_t size)
{
	size_t bytes;

	return __builtin_mul_overflow(count, size, &bytes) ? UINT64_MAX >> 8 : bytes;
}

EXPORTED void *malloc(size_t size)
{
	void *block;

	if (RARELY(!recording->head && !start_is_done()))
		return boot_allocate(size);
	struct lane *lane = LANE_OF_CALL();
	if (RARELY(!lane))
		return next.malloc(size);
	INSIDE(lane, block = next.malloc(size));
	record(lane, WIRE_MALLOC, stamp_now(lane), (uintptr_t)block, size, 0);
	return block;
}

EXPORTED void free(void *block)
{
	if (RARELY(is_boot(block)))
		return;
	if (RARELY(!recording->head && !start_is_done()))
		return;
	struct lane *lane = LANE_OF_CALL();
	if (RARELY(!lane)) {
		next.free(block);
		return;
	}
	if (RARELY(python_frees_in_c()))
		python_is_called(lane);
	record(lane, WIRE_FREE, stamp_now(lane), (uintptr_t)block, 0, 0);
	INSIDE(lane, next.free(block));
}

EXPORTED void *calloc(size_t count, size_t size)
{
	void *block;

	if (RARELY(!recording->head && !start_is_done()))
		return boot_allocate(count * size); /* the buffer is zero and never used twice */
	struct lane *lane = LANE_OF_CALL();
	if (RARELY(!lane))
		return next.calloc(count, size);
	INSIDE(lane, block = next.calloc(count, size));
	record(lane, WIRE_CALLOC, stamp_now(lane), (uintptr_t)block, product(count, size), 0);
	return block;
}

/*
 * Two moments: somewhere between them the block takes its new address or size and gives up what it
 * had. Readers of the records determine where.
 */
static void *resize(struct lane *lane, void *old, size_t size, enum wire_call call, uint64_t asked)
{
	void *block;

	if (old)
		record(lane, WIRE_REALLOC_BEGINS, stamp_now(lane), (uintptr_t)old, 0, 0);
	INSIDE(lane, block = next.realloc(old, size));
	record(lane, call, stamp_now(lane), (uintptr_t)block, asked, 0);
	return block;
}

EXPORTED void *realloc(void *old, size_t size)
{
	if (RARELY(is_boot(old)))
		return leave_boot(old, size);
	if (RARELY(!recording->head && !start_is_done()))
		return boot_allocate(size);
	struct lane *lane = LANE_OF_CALL();
	if (RARELY(!lane))
		return next.realloc(old, size);
	return resize(lane, old, size, WIRE_REALLOC, size);
}

EXPORTED void *reallocarray(void *old, size_t count, size_t size)
{
	uint64_t asked = product(count, size);

	if (RARELY(!recording->head && !start_is_done()))
		return boot_allocate(count * size);
	if (asked >= UINT64_MAX >> 8) {
		errno = ENOMEM;
		return NULL;
	}
	if (RARELY(is_boot(old)))
		return leave_boot(old, (size_t)asked);
	struct lane *lane = LANE_OF_CALL();
	if (RARELY(!lane))
		return next.realloc(old, (size_t)asked);
	return resize(lane, old, (size_t)asked, WIRE_REALLOCARRAY, asked);
}

/* What the aligned calls have in common. */
#define ALIGNED(call, alignment, size, expression) \
	do { \
		void *block; \
		if (RARELY(!recording->head && !start_is_done())) \
			return NULL; \
		struct lane *lane = LANE_OF_CALL(); \
		if (RARELY(!lane)) \
			return expression; \
		INSIDE(lane, block = expression); \
		record(lane, call, stamp_now(lane), (uintptr_t)block, size, alignment); \
		return block; \
	} while (0)

EXPORTED void *aligned_alloc(size_t alignment, size_t size)
{
	ALIGNED(WIRE_ALIGNED_ALLOC, alignment, size, next.aligned_alloc(alignment, size));
}

EXPORTED void *memalign(size_t alignment, size_t size)
{
	ALIGNED(WIRE_MEMALIGN, alignment, size, next.memalign(alignment, size));
}

EXPORTED void *valloc(size_t size)
{
	ALIGNED(WIRE_VALLOC, (uint64_t)sysconf(_SC_PAGESIZE), size, next.valloc(size));
}

EXPORTED void *pvalloc(size_t size)
{
	ALIGNED(WIRE_PVALLOC, (uint64_t)sysconf(_SC_PAGESIZE), size, next.pvalloc(size));
}

EXPORTED int posix_memalign(void **result, size_t alignment, size_t size)
{
	int error;

	if (RARELY(!recording->head && !start_is_done()))
		return ENOMEM;
	struct lane *lane = LANE_OF_CALL();
	if (RARELY(!lane))
		return next.posix_memalign(result, alignment, size);
	INSIDE(lane, error = next.posix_memalign(result, alignment, size));
	record(lane, WIRE_POSIX_MEMALIGN, stamp_now(lane), error ? 0 : (uintptr_t)*result, size,
		alignment);
	return error;
}

/* ---- what moves the C library's allocator, and is no request --------------------------------- */

static void record_libc(enum wire_libc word, uint64_t number)
{
	const struct lane *lane = own_lane();

	lane_put_slowly(WIRE_WHAT(WIRE_LIBC, 0), stamp_now(lane), 0, word, number, NULL);
}

EXPORTED int mallopt(int parameter, int value)
{
	static const uint8_t words[] = {[M_ARENA_MAX + 8] = WIRE_ARENA_MAX,
		[M_ARENA_TEST + 8] = WIRE_ARENA_TEST,
		[M_PERTURB + 8] = WIRE_PERTURB,
		[M_MMAP_MAX + 8] = WIRE_MMAP_MAX,
		[M_MMAP_THRESHOLD + 8] = WIRE_MMAP_THRESHOLD,
		[M_TOP_PAD + 8] = WIRE_TOP_PAD,
		[M_TRIM_THRESHOLD + 8] = WIRE_TRIM_THRESHOLD,
		[M_MXFAST + 8] = WIRE_MXFAST};
	unsigned at = (unsigned)parameter + 8;
	uint8_t word = at < sizeof(words) ? words[at] : 0;
	int result;

	if (RARELY(!recording->head && !start_is_done()))
		return 0;
	INSIDE(own_lane(), result = next.mallopt(parameter, value));
	if (recording->head)
		record_libc(word ? word : WIRE_MALLOPT, word ? (uint64_t)(int64_t)value : 0);
	return result;
}

EXPORTED int malloc_trim(size_t pad)
{
	int result;

	if (RARELY(!recording->head && !start_is_done()))
		return 0;
	if (recording->head)
		record_libc(WIRE_TRIM, pad);
	INSIDE(own_lane(), result = next.malloc_trim(pad));
	return result;
}

EXPORTED int brk(void *end)
{
	if (RARELY(!recording->head && !start_is_done())) {
		errno = ENOMEM;
		return -1;
	}
	int result = next.brk(end);
	if (recording->head && result == 0)
		record_libc(WIRE_BREAK, (uintptr_t)end);
	return result;
}

EXPORTED void *sbrk(intptr_t bytes)
{
	if (RARELY(!recording->head && !start_is_done())) {
		errno = ENOMEM;
		return (void *)-1; /* NOLINT */
	}
	void *before = next.sbrk(bytes);
	if (recording->head && bytes != 0 && (intptr_t)before != -1)
		record_libc(WIRE_BREAK, (uintptr_t)before + (uintptr_t)bytes);
	return before;
}

/* ---- memory of the system, on request ------------------------------------------------------- */

/* As LANE_OF_CALL(), where that is asked for. */
#define LANE_OF_MAP() \
	(recording->head && recording->head->wants & WIRE_WANT_MMAP && \
				!nesting_is_allocator(__builtin_return_address(0)) \
			? LANE_OF_CALL() \
			: NULL)

EXPORTED void *mmap(void *where, size_t size, int protection, int flags, int fd, off_t offset)
{
	/* NOLINT */
	void *region = (void *)syscall(SYS_mmap, where, size, protection, flags, fd, offset);

	bool is_anonymous = flags & MAP_ANONYMOUS,
	     is_over = flags & MAP_FIXED && region != MAP_FAILED;
	struct lane *lane = is_anonymous || is_over ? LANE_OF_MAP() : NULL;
	if (RARELY(lane && is_anonymous))
		record(lane, WIRE_MMAP, stamp_now(lane),
			region == MAP_FAILED ? 0 : (uintptr_t)region, size, 0);
	else if (RARELY(lane))
		record(lane, WIRE_MUNMAP, stamp_now(lane), (uintptr_t)region, size,
			1); /* a file is there */
	return region;
}

EXPORTED void *mmap64(void *where, size_t size, int protection, int flags, int fd, off64_t offset)
{
	return mmap(where, size, protection, flags, fd, (off_t)offset);
}

EXPORTED int munmap(void *region, size_t size)
{
	struct lane *lane = LANE_OF_MAP();

	if (RARELY(lane))
		record(lane, WIRE_MUNMAP, stamp_now(lane), (uintptr_t)region, size, 0);
	return (int)syscall(SYS_munmap, region, size);
}

/*
 * Until it has returned it may fail, and then nothing is unmapped; what is unmapped has the time
 * before it, as in munmap().
 */
EXPORTED void *mremap(void *old, size_t old_size, size_t size, int flags, ...)
{
	struct lane *lane = LANE_OF_MAP();
	uint64_t before = lane ? stamp_now(lane) : 0;
	va_list more;

	va_start(more, flags);
	void *wanted = va_arg(more, void *); /* anything, without MREMAP_FIXED */
	va_end(more);
	/* NOLINT */
	void *region = (void *)syscall(SYS_mremap, old, old_size, size, flags, wanted);
	if (region == MAP_FAILED || !lane)
		return region;
	bool is_moved = old_size > 0 && !(flags & MREMAP_DONTUNMAP);
	if (is_moved)
		record(lane, WIRE_MUNMAP, before, (uintptr_t)old, old_size, 1);
	record(lane, WIRE_MMAP, stamp_now(lane), (uintptr_t)region, size, is_moved);
	return region;
}

/* ---- by our own names ------------------------------------------------------------------------ */

#define HOOK(name, result, parameters) ALIAS(name, name)
#include "recorder/hooks.def"
#undef HOOK
ALIAS(mmap, mmap)
ALIAS(munmap, munmap)
ALIAS(mremap, mremap)
