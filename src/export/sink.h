/* A file that is being written: text gathers, and goes out in large pieces. */
#ifndef EXPORT_SINK_H
#define EXPORT_SINK_H

#include "base/text.h"

struct error;

struct sink {
	int fd;           /* the caller's; never seeked */
	const char *name; /* of the file; borrowed */
	struct text text; /* what is added next */
	/* a sentence about the file for who made it, such as what it leaves out; "": none */
	struct text remark;
};

/*
 * Call after every addition: writes the text when there is enough of it. -1 and err: the file
 * cannot be written.
 */
int sink_pass(struct sink *sink, struct error *err);

/* Writes all of the text, and leaves it empty. */
int sink_flush(struct sink *sink, struct error *err);

void sink_finish(struct sink *sink);

#endif
