/*
 * The state of flats, compressed: for keeping many copies, and for files.
 *
 * A pack goes back only into flats of the same owners in the same order. What cannot be one, or is
 * damaged, is refused: the numbers and widths of arrays are compared, and the bytes have a
 * checksum. What the bytes mean is not looked at.
 */
#ifndef FLAT_PACK_H
#define FLAT_PACK_H

#include "flat/flat.h"

/* Room for one state at a time; used by one thread at a time. */
struct packer;

struct packer *packer_new(void);
void packer_free(struct packer *packer);

/* The pack of the flats' state, borrowed until the packer's next call. Grows with the state. */
const void *packer_pack(struct packer *packer, struct flat *const *flats, size_t nflats,
	size_t *ret_length);

/*
 * The same in two steps. The state is copied, and may change then; and the pack of the copy is
 * made, which takes much longer, if need be in another thread.
 */
void packer_take(struct packer *packer, struct flat *const *flats, size_t nflats);
const void *packer_press(struct packer *packer, size_t *ret_length);

/* Restores the state; false: it is not a pack of these flats, which are as before. */
bool packer_unpack(struct packer *packer, const void *pack, size_t length,
	struct flat *const *flats, size_t nflats);

#endif
