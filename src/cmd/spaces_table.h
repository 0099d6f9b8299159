/* The table of the spaces that a heap consists of, as a Java heap does. */
#ifndef CMD_SPACES_TABLE_H
#define CMD_SPACES_TABLE_H

struct emit;
struct heap;

/* Emits nothing of a heap without spaces. Grows with the spaces. */
void emit_spaces(struct emit *emit, const struct heap *heap);

#endif
