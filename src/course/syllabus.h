/* The lessons in the order in which they are taught, and the exercises that go with them. */
#ifndef COURSE_SYLLABUS_H
#define COURSE_SYLLABUS_H

#include <stddef.h>

struct syllabus_step {
	const char *unit;        /* NULL: as before */
	const char *lesson;      /* its name */
	const char *exercise[3]; /* kinds, ended by NULL where there are fewer */
};

/* NULL after the last. */
const struct syllabus_step *syllabus_step(size_t at);

#endif
