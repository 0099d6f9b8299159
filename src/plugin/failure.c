/* See failure.h. */
#include "plugin/failure.h"

#include "plugin/processes.h"

#include <ctype.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

#define LINES_SHOWN 2u
#define BYTES_SHOWN 160u
#define NEAR        (UINT64_C(16) << 20) /* bytes around the heap */
#define FIELDS      4096u                /* bytes around an address that are reached from it */
#define NULL_PAGE   4096u

#define OPENED  "tried to open a file"
#define CHANGED "tried to change or list files"
#define READ    "tried to read a file"
#define REACHED "tried to use the network"
#define STARTED "tried to start a process or a thread"
#define SIGNAL  "tried to send a signal"
#define SLEPT   "tried to sleep or to wait"
#define LOOKED  "tried to look into another process"

static const struct {
	long number;
	const char *words;
} calls[] = {
	{SYS_openat, OPENED},
	{SYS_unlinkat, CHANGED},
	{SYS_mkdirat, CHANGED},
	{SYS_renameat, CHANGED},
	{SYS_linkat, CHANGED},
	{SYS_symlinkat, CHANGED},
	{SYS_fchmodat, CHANGED},
	{SYS_fchownat, CHANGED},
	{SYS_utimensat, CHANGED},
	{SYS_truncate, CHANGED},
	{SYS_ftruncate, CHANGED},
	{SYS_newfstatat, CHANGED},
	{SYS_faccessat, CHANGED},
	{SYS_getdents64, CHANGED},
	{SYS_read, READ},
	{SYS_pread64, READ},
	{SYS_socket, REACHED},
	{SYS_socketpair, REACHED},
	{SYS_connect, REACHED},
	{SYS_bind, REACHED},
	{SYS_clone, STARTED},
	{SYS_execve, STARTED},
	{SYS_execveat, STARTED},
	{SYS_kill, SIGNAL},
	{SYS_tkill, SIGNAL},
	{SYS_tgkill, SIGNAL},
	{SYS_nanosleep, SLEPT},
	{SYS_clock_nanosleep, SLEPT},
	{SYS_futex, SLEPT},
	{SYS_ppoll, SLEPT},
	{SYS_pselect6, SLEPT},
	{SYS_wait4, SLEPT},
	{SYS_waitid, SLEPT},
	{SYS_rt_sigsuspend, SLEPT},
	{SYS_recvmsg, SLEPT},
	{SYS_recvfrom, SLEPT},
	{SYS_ptrace, LOOKED},
	{SYS_process_vm_readv, LOOKED},
	{SYS_process_vm_writev, LOOKED},
#ifdef SYS_open /* calls that newer machines do not have */
	{SYS_open, OPENED},
	{SYS_creat, OPENED},
	{SYS_unlink, CHANGED},
	{SYS_rmdir, CHANGED},
	{SYS_mkdir, CHANGED},
	{SYS_rename, CHANGED},
	{SYS_link, CHANGED},
	{SYS_symlink, CHANGED},
	{SYS_chmod, CHANGED},
	{SYS_chown, CHANGED},
	{SYS_stat, CHANGED},
	{SYS_access, CHANGED},
	{SYS_readlink, CHANGED},
	{SYS_fork, STARTED},
	{SYS_vfork, STARTED},
	{SYS_pause, SLEPT},
	{SYS_poll, SLEPT},
	{SYS_select, SLEPT},
	{SYS_alarm, SIGNAL},
#endif
};

const struct interface_words lab_words = {"mm_malloc", "mm_free", "mm_realloc", "mm_init"};
const struct interface_words plugin_words = {"allocate", "release", "reallocate", "init"};

void add_call(struct text *out, const struct interface_words *words, const struct call *call)
{
	if (call->kind == CALL_RELEASE && call->address == 0)
		text_add(out, "%s(NULL)", words->release);
	else if (call->kind == CALL_RELEASE)
		text_add(out, "%s(0x%" PRIx64 ")", words->release, call->address);
	else if (call->kind == CALL_REALLOCATE && call->address == 0)
		text_add(out, "%s(NULL, %" PRIu64 ")", words->reallocate, call->size);
	else if (call->kind == CALL_REALLOCATE)
		text_add(out, "%s(0x%" PRIx64 ", %" PRIu64 ")", words->reallocate, call->address,
			call->size);
	else
		text_add(out, "%s(%" PRIu64 ")", words->allocate, call->size);
}

static bool is_within(uint64_t address, uint64_t end)
{
	return address >= TALK_BASE && address < end;
}

/* An address or a distance in the heap was read where new memory has its filling. */
static bool is_of_filling(uint64_t address, uint64_t end)
{
	uint64_t low = UINT32_MAX / UINT8_MAX * TALK_FILLING, high = low << 32 | low;

	return address - high + FIELDS < 2 * FIELDS || address - low + FIELDS < 2 * FIELDS ||
	       (address >= TALK_BASE + low - FIELDS && address < end + low + FIELDS);
}

/* Where an address lies that should not have been touched. */
static void add_where(struct text *out, uint64_t address, uint64_t end)
{
	if (address < NULL_PAGE)
		text_add(out, ", through a null pointer");
	else if (address > UINT64_MAX - NULL_PAGE)
		text_add(out, ", %" PRIu64 " bytes before a null pointer", -address);
	else if (is_within(address >> 32, end) && is_within(address & UINT32_MAX, end))
		text_add(out, ", which is two addresses of 32 bits: it looks written for -m32");
	else if (address < TALK_BASE && TALK_BASE - address <= NEAR)
		text_add(out, ", out of range: %" PRIu64 " bytes before its heap",
			TALK_BASE - address);
	else if (address == end)
		text_add(out, ", out of range: just past the end of its heap");
	else if (address > end && address - end <= NEAR)
		text_add(out, ", out of range: %" PRIu64 " bytes past the end of its heap",
			address - end);
	else if (is_of_filling(address, end))
		text_add(out,
			", which is not in its heap: it was reckoned with 0xc5c5c5c5, which fills memory that nobody has written");
	else if (address < TALK_BASE || address >= end)
		text_add(out, ", which is not in its heap");
	else
		text_add(out, ", in pages that mem_map() did not give it, or that it gave back");
}

/* Of those that the runner catches, and a few that come from elsewhere. */
static const char *signal_name(uint64_t number)
{
	static const char *const names[] = {
		[SIGSEGV] = "SIGSEGV",
		[SIGBUS] = "SIGBUS",
		[SIGABRT] = "SIGABRT",
		[SIGFPE] = "SIGFPE",
		[SIGILL] = "SIGILL",
		[SIGTRAP] = "SIGTRAP",
		[SIGXCPU] = "SIGXCPU",
		[SIGKILL] = "SIGKILL",
		[SIGTERM] = "SIGTERM",
		[SIGINT] = "SIGINT",
		[SIGHUP] = "SIGHUP",
		[SIGQUIT] = "SIGQUIT",
		[SIGALRM] = "SIGALRM",
		[SIGPIPE] = "SIGPIPE",
		[SIGCHLD] = "SIGCHLD",
		[SIGCONT] = "SIGCONT",
		[SIGSTOP] = "SIGSTOP",
		[SIGTSTP] = "SIGTSTP",
		[SIGUSR1] = "SIGUSR1",
		[SIGUSR2] = "SIGUSR2",
		[SIGSYS] = "SIGSYS",
	};
	const char *name = number < sizeof(names) / sizeof(*names) ? names[number] : NULL;

	return name ? name : "a signal";
}

static void add_crash(struct text *out, const struct reply *reply, uint64_t end)
{
	static const char *const touches[] =
		{[TOUCH_UNKNOWN] = "touching", [TOUCH_READ] = "reading", [TOUCH_WRITE] = "writing"};

	if (reply->detail == SIGABRT) {
		text_add(out, "aborted (SIGABRT)");
		return;
	}
	text_add(out, "crashed: %s", signal_name(reply->detail));
	if (reply->size == TOUCH_STACK) {
		text_add(out, ", stack overflow (endless recursion?)");
	} else if (reply->size == TOUCH_NOWHERE) {
		text_add(out, ", through an address that no memory can have");
	} else if (reply->size == TOUCH_GONE) {
		text_add(out,
			" at 0x%" PRIx64
			", in pages of its heap that it unmapped or protected by a system call",
			reply->address);
	} else if (reply->detail == SIGSEGV || reply->detail == SIGBUS) {
		text_add(out, " %s 0x%" PRIx64,
			touches[reply->size <= TOUCH_WRITE ? reply->size : TOUCH_UNKNOWN],
			reply->address);
		add_where(out, reply->address, end);
	}
}

/* What an allocator did that made the system call. */
static void add_forbidden(struct text *out, uint64_t number)
{
	const char *words = NULL;

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if ((uint64_t)calls[i].number == number)
			words = calls[i].words;
	if (words)
		text_add(out, "%s", words);
	else
		text_add(out, "made system call %" PRIu64, number);
	text_add(out, ", which a plug-in may not do");
}

static void add_block(struct text *out, const struct reply *reply)
{
	text_add(out, "the live block at 0x%" PRIx64 " (%" PRIu64 " byte%s)", reply->other,
		reply->other_size, reply->other_size == 1 ? "" : "s");
}

/* What came back instead of a reply of the runner. */
static const char *words_of_end(uint64_t kind)
{
	switch (kind) {
	case REPLY_NOT_BEGUN:
		return "could not be called: mm_init() failed the second time";
	case REPLY_LATE:
		return "took too long with all calls together";
	case REPLY_SILENT:
		return "does not return: it is blocked";
	case REPLY_FORGED:
		return "sent an answer of its own making";
	case REPLY_DIFFERS:
		return "is not deterministic: the same calls gave a different answer";
	default:
		return "ended its process without any message";
	}
}

/* Of a block that was reallocated. */
static void add_not_kept(struct text *out, const struct reply *reply)
{
	uint64_t first = reply->detail, last = reply->wrong_end - 1;

	text_add(out, "lost payload: byte");
	if (last > first)
		text_add(out, "s %" PRIu64 " to %" PRIu64, first, last);
	else
		text_add(out, " %" PRIu64, first);
	text_add(out, " of the block, now at 0x%" PRIx64 ", %s not what %s", reply->address,
		last > first ? "are" : "is", last > first ? "they were" : "it was");
}

static void add_outside(struct text *out, const struct reply *reply)
{
	uint64_t address = reply->address;
	bool is_near = address + NEAR >= TALK_BASE && address <= reply->end + NEAR;

	text_add(out,
		"returned 0x%" PRIx64 ": %" PRIu64 " bytes there are not in its heap (0x%" PRIx64
		" to 0x%" PRIx64 ")",
		address, reply->size, TALK_BASE, reply->end);
	if (address == UINT64_MAX && reply->was_refused)
		text_add(out, ": it is (void *)-1, by which mem_sbrk says that it has no more");
	else if (!is_near && address != UINT64_MAX && !reply->is_native)
		text_add(out, "; is it from malloc? Its memory must come from mem_sbrk");
}

void add_failure(struct text *out, const struct reply *reply, uint64_t end)
{
	text_add(out, " ");
	switch (reply->kind) {
	case REPLY_CRASHED:
		add_crash(out, reply, end > reply->end ? end : reply->end);
		break;
	case REPLY_LOOPS:
		text_add(out, "does not return (endless loop?)");
		break;
	case REPLY_EXITED:
		if (reply->detail == EXIT_STATUS_UNKNOWN)
			text_add(out, "called exit()");
		else
			text_add(out, "called exit(%d)", (int)reply->detail);
		break;
	case REPLY_FORBIDDEN:
		add_forbidden(out, reply->detail);
		break;
	case REPLY_OUTSIDE:
		add_outside(out, reply);
		break;
	case REPLY_MISALIGNED:
		text_add(out,
			"returned 0x%" PRIx64 ", which is misaligned: not a multiple of %" PRIu64,
			reply->address, reply->detail);
		break;
	case REPLY_OVERLAPS:
		text_add(out, "returned 0x%" PRIx64 ": %" PRIu64 " bytes there overlap ",
			reply->address, reply->size);
		add_block(out, reply);
		break;
	case REPLY_LOST:
		text_add(out, "wrote over byte %" PRIu64 " of ", reply->detail);
		add_block(out, reply);
		text_add(out, ": payload lost");
		break;
	case REPLY_NOT_KEPT:
		add_not_kept(out, reply);
		break;
	case REPLY_GIVEN_BACK:
		text_add(out, "gave back memory with mem_unmap() that has a live block in it: ");
		add_block(out, reply);
		break;
	case REPLY_BEYOND:
		text_add(out, "wrote 0x%" PRIx64, reply->other);
		add_where(out, reply->other, reply->end);
		break;
	default:
		text_add(out, "%s", words_of_end(reply->kind));
		break;
	}
}

void add_parts(struct text *out, const struct interface_words *words, const struct call *call,
	const struct reply *reply)
{
	if (!reply->lacks_realloc || call->kind != CALL_REALLOCATE)
		return;
	text_add(out, ". It has no %s(): arenascope makes it of ", words->reallocate);
	if (call->address == 0)
		text_add(out, "%s(%" PRIu64 ")", words->allocate, call->size);
	else if (call->size == 0)
		text_add(out, "%s(0x%" PRIx64 ")", words->release, call->address);
	else
		text_add(out, "%s(%" PRIu64 "), a copy and %s(0x%" PRIx64 ")", words->allocate,
			call->size, words->release, call->address);
}

void add_origin(struct text *out, const struct reply *reply)
{
	if (reply->word == 0)
		return;
	text_add(out, ". It took that address from byte %" PRIu64 " of ", reply->word - 1);
	if (reply->word_block)
		text_add(out, "the live block at 0x%" PRIx64 " (%" PRIu64 " bytes%s)",
			reply->word_block, reply->word_size,
			reply->word > reply->word_size ? " now; it was larger then" : "");
	else
		text_add(out, "a block that has been freed");
	text_add(out, ": the program wrote what is there");
}

/* What the loader says before it ends the process; false: it did not. */
static bool add_missing_function(struct text *out, const char *bytes)
{
	static const char loader[] = "symbol lookup error: ", symbol[] = "undefined symbol: ";
	const char *at = strstr(bytes, loader);

	at = at ? strstr(at, symbol) : NULL;
	if (!at)
		return false;
	at += strlen(symbol);
	text_add(out, "; it called %.*s(), which no source defines and arenascope has not",
		(int)strcspn(at, " ,(\r\n"), at);
	return true;
}

void add_last_words(struct text *out, const struct text *output)
{
	const char *bytes = text_of(output);
	size_t end = output->length, begin;
	unsigned lines = 0;

	if (add_missing_function(out, bytes))
		return;
	while (end > 0 && isspace((unsigned char)bytes[end - 1]))
		end--;
	for (begin = end; begin > 0 && end - begin < BYTES_SHOWN; begin--)
		if (bytes[begin - 1] == '\n' && ++lines == LINES_SHOWN)
			break;
	if (begin == end)
		return;
	text_add(out, "; its last output: \"");
	for (; begin < end; begin++) {
		char byte = bytes[begin];
		text_add(out, "%c", byte == '\n' ? ' ' : iscntrl((unsigned char)byte) ? '?' : byte);
	}
	text_add(out, "\"");
}
