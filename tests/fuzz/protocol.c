/*
 * Any bytes as what a plug-in's process answers, which may be the plug-in's own: replies to a call,
 * with their words, then a description.
 */
#include "base/text.h"
#include "plugin/failure.h"
#include "plugin/history.h"
#include "plugin/processes.h"
#include "target.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REPLIES_MAX 16u
#define ITEMS_MAX   64u

/* One message for each piece of the bytes, the last of which may be short. */
static void send_pieces(int fd, const uint8_t *bytes, size_t length, size_t piece)
{
	for (size_t at = 0; at < length && at < REPLIES_MAX * piece; at += piece)
		send(fd, bytes + at, length - at < piece ? length - at : piece,
			MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void hear_replies(struct processes *processes)
{
	const struct call call = {.kind = CALL_ALLOCATE, .size = 100};

	for (unsigned i = 0; i < REPLIES_MAX && processes->nrunners == 2; i++) {
		struct text words = {0}, output = {0};
		struct reply reply;
		processes_call(processes, NODE_START, &call, false, &reply, &output);
		add_call(&words, &lab_words, &call);
		if (reply.kind != REPLY_DONE)
			add_failure(&words, &reply, TALK_BASE + 4096);
		add_last_words(&words, &output);
		text_finish(&words);
		text_finish(&output);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const struct plugin_config config = {.heap = 1u << 20, .alignment = 8, .milliseconds = 20};
	struct nodes nodes = {0};
	struct processes processes = {.config = &config, .nodes = &nodes, .object = -1};
	struct description_item items[ITEMS_MAX];
	int first[2], second[2];

	*array_push(&nodes.at) = (struct history_node){0};
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, first) < 0 ||
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, second) < 0)
		return 0;
	processes.runners[0] = (struct runner){.fd = first[0], .is_kept = true};
	processes.runners[1] = (struct runner){.fd = second[0]};
	processes.nrunners = 2;
	send_pieces(second[1], bytes, length / 2, sizeof(struct reply));
	send_pieces(second[1], bytes + length / 2, length - length / 2,
		length % 3 ? sizeof(struct reply) : TALK_ITEMS * sizeof(*items));
	close(second[1]);
	hear_replies(&processes);
	if (processes.nrunners == 2)
		processes_hear_items(&processes, items, ITEMS_MAX);
	processes_finish(&processes);
	close(first[1]);
	array_finish(&nodes.at);
	return 0;
}
