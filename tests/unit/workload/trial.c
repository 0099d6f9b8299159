/* See trial.h. */
#include "trial.h"

#include "base/error.h"
#include "support.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct options *trial_options(const char *const *words)
{
	struct options *options = options_new();
	struct error err = {0};

	options_add_table(options, workload_options);
	for (; *words; words += 2)
		assert_int_equal(options_set(options, words[0], words[1], &err), 0);
	return options;
}

void trial_init(struct trial *trial, const struct workload *workload, const char *const *words)
{
	struct options *given = trial_options(words), *settled = workload_settle(workload, given);
	int fd = memfd_create("workload", MFD_CLOEXEC);
	struct error err = {0};

	if (workload_run(workload, settled, "--engine heap", NULL, fd, "test", &trial->tally,
		    &err) < 0)
		fail_msg("%s: %s", workload->name, err.text);
	trial->length = (size_t)lseek(fd, 0, SEEK_END);
	trial->bytes = malloc(trial->length);
	assert_int_equal(pread(fd, trial->bytes, trial->length, 0), trial->length);
	assert_int_equal(trace_open_memory(&trial->trace, trial->bytes, trial->length, "test", 0,
				 &err),
		0);
	options_free(given);
	options_free(settled);
	close(fd);
}

void trial_finish(struct trial *trial)
{
	trace_close(trial->trace);
	free(trial->bytes);
}
