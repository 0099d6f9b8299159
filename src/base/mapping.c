/*
 * See mapping.h. The handler finds the mapping in a table of a fixed size, in which each row is
 * taken and given back by one atomic step; a mapping without a row is read as before, and ends the
 * program when its file is cut.
 */
#include "base/mapping.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define ROWS 64u

static struct row {
	_Atomic uintptr_t at; /* 0: free */
	_Atomic size_t length;
	_Atomic bool is_cut;
} rows[ROWS];

static _Atomic(void (*)(int)) other_fault;
static atomic_bool has_handler;

static struct row *find(uintptr_t address)
{
	for (size_t i = 0; i < ROWS; i++) {
		uintptr_t at = atomic_load(&rows[i].at);
		if (at && address - at < atomic_load(&rows[i].length))
			return &rows[i];
	}
	return NULL;
}

/* Puts zeros where the file has ended: the faulting page, and all after it. */
static bool fill(uintptr_t address)
{
	struct row *row = find(address);
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from = address / page * page;

	if (!row)
		return false;
	size_t length = atomic_load(&row->at) + atomic_load(&row->length) - from;
	atomic_store(&row->is_cut, true);
	return mmap((void *)from, length, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		       0) != MAP_FAILED; /* NOLINT */
}

static void on_fault(int number, siginfo_t *info, void *context)
{
	int error = errno;
	void (*other)(int) = atomic_load(&other_fault);

	if (info->si_code > 0 && fill((uintptr_t)info->si_addr)) {
		errno = error;
		return;
	}
	if (other)
		other(number);
	signal(number, SIG_DFL);
	raise(number);
}

static void catch_faults(void)
{
	struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};

	if (!atomic_exchange(&has_handler, true))
		sigaction(SIGBUS, &action, NULL);
}

const void *mapping_new(int fd, size_t length)
{
	void *at = mmap(NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);

	if (at == MAP_FAILED)
		return NULL;
	catch_faults();
	for (size_t i = 0; i < ROWS; i++) {
		uintptr_t none = 0;
		if (!atomic_compare_exchange_strong(&rows[i].at, &none, (uintptr_t)at))
			continue;
		atomic_store(&rows[i].is_cut, false);
		atomic_store(&rows[i].length, length);
		break;
	}
	return at;
}

void mapping_free(const void *at, size_t length)
{
	struct row *row = at ? find((uintptr_t)at) : NULL;

	if (row) {
		atomic_store(&row->length, 0);
		atomic_store(&row->at, 0);
	}
	if (at)
		munmap((void *)(uintptr_t)at, length);
}

bool mapping_is_cut(const void *at)
{
	const struct row *row = at ? find((uintptr_t)at) : NULL;

	return row && atomic_load(&row->is_cut);
}

void mapping_on_other_fault(void (*handler)(int number))
{
	atomic_store(&other_fault, handler);
	catch_faults();
}
