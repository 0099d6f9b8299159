/* See answers.h. */
#include "plugin/runner/answers.h"

#include "plugin/runner/code.h"
#include "plugin/runner/state.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* Children that the plug-in makes are others. */
static pid_t talker;

void begin_answers(void)
{
	talker = getpid();
}

void answer(const struct reply *reply)
{
	struct reply full = *reply;

	if (getpid() != talker)
		_exit(0);
	full.end = TALK_BASE + self.size;
	full.held = self.mapped.has ? self.mapped.most * PAGE : self.size;
	variables_of_code(&full.variables, &full.variables_end);
	full.is_native = self.allocator.plugin != NULL;
	full.lacks_realloc = !has_realloc(&self.allocator);
	full.was_refused = self.was_refused;
	full.step = self.step;
	full.asked = self.asked;
	full.printed = self.printed;
	while (send(TALK_SOCKET, &full, sizeof(full), MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

_Noreturn void refuse(const char *words)
{
	struct reply reply = {.kind = REPLY_REFUSED};

	snprintf(reply.words, sizeof(reply.words), "%s", words);
	answer(&reply);
	_exit(1);
}

_Noreturn void end_with(const struct reply *reply)
{
	answer(reply);
	_exit(1);
}
