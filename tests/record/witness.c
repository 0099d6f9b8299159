/*
 * Preloaded last, it sees what the C library's allocator is asked and gives, whoever else is
 * preloaded before it, and writes that into a file: 24 bytes a call. It allocates nothing and has
 * no thread-local storage, so that it does not move the heap it looks at.
 *
 *	WITNESS       the file, made by the first process of that name
 *	WITNESS_NAME  beginning of the process's name (/proc/self/comm)
 *
 * An address is written as what does not depend on which libraries are mapped: the main heap's as
 * it is, a thread's heap's within its 64 MiB, a mapped block's within its page.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BYTES_MAX (UINT64_C(1) << 30) /* of the file, which has holes */
#define ROOM      ((BYTES_MAX - sizeof(struct file)) / sizeof(struct seen))
#define IS_MAPPED 2u
#define IS_THREAD 4u /* of a heap that is not the main one */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

struct seen {
	uint64_t call, size, address;
};

static struct file {
	_Atomic uint64_t count;
	uint64_t reserved[2];
} * file;

/* 0 not opened yet, 1 being opened, 2 as it will stay */
static _Atomic int opened;

static void open_file(void)
{
	const char *path = getenv("WITNESS"), *name = getenv("WITNESS_NAME");
	int expected = 0, error = errno;
	char own[16] = "";

	if (!atomic_compare_exchange_strong(&opened, &expected, 1))
		return;
	long fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/comm", O_RDONLY);
	if (syscall(SYS_read, fd, own, sizeof(own) - 1) < 0)
		own[0] = '\0';
	syscall(SYS_close, fd);
	if (path && name && strncmp(own, name, strlen(name)) == 0) {
		fd = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_EXCL, 0600);
		void *bytes = MAP_FAILED;
		if (fd >= 0 && syscall(SYS_ftruncate, fd, BYTES_MAX) == 0)
			bytes = (void *)syscall(SYS_mmap, NULL, BYTES_MAX, PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_NORESERVE, fd, 0); /* NOLINT */
		if (bytes != MAP_FAILED) {
			syscall(SYS_madvise, bytes, BYTES_MAX, MADV_DONTFORK);
			file = bytes;
		}
		if (fd >= 0)
			syscall(SYS_close, fd);
	}
	errno = error;
	atomic_store(&opened, 2);
}

static uint64_t place(const void *block)
{
	uint64_t address = (uintptr_t)block, word;

	if (!block)
		return 0;
	memcpy(&word, (const char *)block - sizeof(word), sizeof(word));
	if (word & IS_MAPPED)
		return 1ull << 62 | address % 4096;
	return word & IS_THREAD ? 1ull << 63 | address % (64u << 20) : address;
}

static void see(int call, uint64_t size, uint64_t address)
{
	static uint32_t process; /* a forked child has no mapping to write to */

	if (atomic_load_explicit(&opened, memory_order_relaxed) == 0) {
		open_file();
		process = (uint32_t)syscall(SYS_getpid);
	}
	if (!file || process != (uint32_t)syscall(SYS_getpid))
		return;
	uint64_t at = atomic_fetch_add(&file->count, 1);
	if (at < ROOM)
		((struct seen *)(void *)(file + 1))[at] =
			(struct seen){(uint64_t)call, size, address};
}

void *malloc(size_t size)
{
	void *block = __libc_malloc(size);

	see('m', size, place(block));
	return block;
}

void *calloc(size_t count, size_t size)
{
	void *block = __libc_calloc(count, size);

	see('c', count * size, place(block));
	return block;
}

void *realloc(void *old, size_t size)
{
	see('R', 0, place(old));
	void *block = __libc_realloc(old, size);
	see('r', size, place(block));
	return block;
}

void free(void *block)
{
	see('f', 0, place(block));
	__libc_free(block);
}

void *memalign(size_t alignment, size_t size)
{
	void *block = __libc_memalign(alignment, size);

	see('a', size, place(block));
	return block;
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size)
{
	void *block = memalign(alignment, size);

	if (!block)
		return ENOMEM;
	*result = block;
	return 0;
}
