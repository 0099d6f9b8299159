/*
 * The head of a binary trace (docs/trace-format.md): magic, version, the info, and checksums.
 * Until it is whole nothing is known of the file.
 */
#ifndef TRACE_HEAD_H
#define TRACE_HEAD_H

#include "trace/bytes.h"
#include "trace/trace.h"

#define HEAD_MAGIC \
	"\x89" \
	"arenas\n"
/* magic, version, reserved, bytes of info, CRC-32; then the info and a CRC-32 of all */
#define HEAD_LENGTH 20u

struct text;

/* Appends a head; info may be NULL. */
void head_put(struct text *out, const struct trace_info *info);

/* The bytes are, or begin like, a binary trace's. */
bool head_is_binary(const struct bytes *bytes);

/* The head is not whole, and nothing says yet that it will not become one. */
bool head_is_cut(const struct bytes *bytes);

/*
 * Takes the info of a binary trace. *ret_at: where the chunks begin; where the head is cut off,
 * the end, and *ret_is_cut is set (and otherwise left alone). -1 and err ("NAME:byte N: what")
 * when it is damaged, or of a version that is not known.
 */
int head_take(const struct bytes *bytes, const char *name, struct trace_info *info, size_t *ret_at,
	bool *ret_is_cut, struct error *err);

/* err has "NAME:byte AT: WHAT"; -1. */
int head_damaged(struct error *err, const char *name, size_t at, const char *what);

#endif
