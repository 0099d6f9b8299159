/* The effect of the last event on a range of addresses: how maps highlight it. */
#ifndef PANELS_HIGHLIGHT_H
#define PANELS_HIGHLIGHT_H

#include "panels/panel.h"

/* The live block that the allocator damaged at the event, or wanted to hand out again; 0: none. */
uint64_t highlight_harmed(const struct scene *scene);

/*
 * The role for the block at the address: BAD if it was damaged or overwritten by mistake,
 * HOT_ALLOC, HOT_FREE, or `otherwise` if the event did not change it.
 */
enum role highlight_role(const struct scene *scene, uint64_t base, uint64_t size,
	enum role otherwise);

/*
 * Whether the block that the event moved or freed, or one that died or was moved by a collector at
 * it, had any of these bytes.
 */
bool highlight_freed(const struct scene *scene, uint64_t from, uint64_t bytes);

/* The role for the part of the bytes that the event changed: BAD, HOT_ALLOC, HOT_FREE, or TEXT. */
enum role highlight_part(const struct scene *scene, uint64_t from, uint64_t bytes);

/* The bytes that the program read or wrote at the last event, through a pointer. */
struct used_bytes {
	uint64_t from, to;        /* addresses */
	uint64_t own, end_of_own; /* the object that the pointer is of; both 0: it is not live */
	bool is_written;
};

/* false: the last event is no read or write, or its object never was. */
bool highlight_used(const struct scene *scene, struct used_bytes *ret_used);

/*
 * The sign and the role of bytes of a block in use, or of free ones: W or R, and of a block that
 * was overwritten by mistake that of damage; 0: they were not used.
 */
uint32_t used_sign(const struct used_bytes *used, uint64_t from, uint64_t bytes, bool is_block,
	enum charset charset, enum role *ret_role);

/* What those signs mean in a legend. role, words, sign */
#define USED_SIGNS(SIGN) \
	SIGN(ROLE_CHANGED, "written", 'W'), SIGN(ROLE_CHANGED, "read", 'R'), \
		SIGN(ROLE_BAD, "written by mistake", 'W'), SIGN(ROLE_BAD, "read by mistake", 'R')

/* The decisions of the last event; NULL while the next one is shown decision by decision. */
const struct decision_log *highlight_log(const struct scene *scene);

#endif
