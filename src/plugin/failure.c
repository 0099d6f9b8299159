/* See failure.h. */
#include "plugin/failure.h"

#include "plugin/processes.h"

#include <ctype.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>

#define LINES_SHOWN 2u
#define BYTES_SHOWN 160u
#define NEAR        (UINT64_C(16) << 20) /* bytes around the heap */
#define NULL_PAGE   4096u

const struct interface_words lab_words = {"mm_malloc", "mm_free", "mm_realloc", "mm_init"};
const struct interface_words plugin_words = {"allocate", "release", "reallocate", "init"};

void add_call(struct text *out, const struct interface_words *words, const struct call *call)
{
	if (call->kind == CALL_RELEASE)
		text_add(out, "%s(0x%" PRIx64 ")", words->release, call->address);
	else if (call->kind == CALL_REALLOCATE)
		text_add(out, "%s(0x%" PRIx64 ", %" PRIu64 ")", words->reallocate, call->address,
			call->size);
	else
		text_add(out, "%s(%" PRIu64 ")", words->allocate, call->size);
}

/* Where an address lies that should not have been touched. */
static void add_where(struct text *out, uint64_t address, uint64_t end)
{
	if (address < NULL_PAGE)
		text_add(out, ", through a null pointer");
	else if (address < TALK_BASE && TALK_BASE - address <= NEAR)
		text_add(out, ", out of range: %" PRIu64 " bytes before its heap",
			TALK_BASE - address);
	else if (address == end)
		text_add(out, ", out of range: just past the end of its heap");
	else if (address > end && address - end <= NEAR)
		text_add(out, ", out of range: %" PRIu64 " bytes past the end of its heap",
			address - end);
	else if (address < TALK_BASE || address >= end)
		text_add(out, ", which is not in its heap");
}

static void add_crash(struct text *out, const struct reply *reply, uint64_t end)
{
	static const char *const touches[] =
		{[TOUCH_UNKNOWN] = "touching", [TOUCH_READ] = "reading", [TOUCH_WRITE] = "writing"};
	const char *signal = sigabbrev_np((int)reply->detail);

	if (reply->detail == SIGABRT) {
		text_add(out, "aborted (SIGABRT)");
		return;
	}
	text_add(out, "crashed: SIG%s", signal ? signal : "?");
	if (reply->size == TOUCH_STACK) {
		text_add(out, ", stack overflow (endless recursion?)");
	} else if (reply->detail == SIGSEGV || reply->detail == SIGBUS) {
		text_add(out, " %s 0x%" PRIx64, touches[reply->size], reply->address);
		add_where(out, reply->address, end);
	}
}

static void add_block(struct text *out, const struct reply *reply)
{
	text_add(out, "the live block at 0x%" PRIx64 " (%" PRIu64 " bytes)", reply->other,
		reply->other_size);
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
		text_add(out, "called exit(%d)", (int)reply->detail);
		break;
	case REPLY_OUTSIDE:
		text_add(out,
			"returned 0x%" PRIx64 ": %" PRIu64
			" bytes there are not in its heap (0x%" PRIx64 " to 0x%" PRIx64 ")",
			reply->address, reply->size, TALK_BASE, reply->end);
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
		text_add(out,
			"lost payload: byte %" PRIu64 " of the block, now at 0x%" PRIx64
			", is not what it was",
			reply->detail, reply->address);
		break;
	case REPLY_BEYOND:
		text_add(out, "wrote 0x%" PRIx64, reply->other);
		add_where(out, reply->other, reply->end);
		break;
	case REPLY_SILENT:
		text_add(out, "does not return: it is blocked");
		break;
	case REPLY_DIFFERS:
		text_add(out, "is not deterministic: the same calls gave a different answer");
		break;
	default:
		text_add(out, "ended its process without any message");
		break;
	}
}

void add_last_words(struct text *out, const struct text *output)
{
	const char *bytes = text_of(output);
	size_t end = output->length, begin;
	unsigned lines = 0;

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
