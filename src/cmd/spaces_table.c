/* See spaces_table.h. */
#include "cmd/spaces_table.h"

#include "base/emitter.h"
#include "heap/heap.h"

#include <inttypes.h>
#include <stdio.h>

static void emit_space(struct emit *emit, const struct region *space)
{
	char address[24];

	if (space->is_aside)
		snprintf(address, sizeof(address), "not known");
	else
		snprintf(address, sizeof(address), "0x%" PRIx64, space->base);
	emit_row(emit);
	emit_cell(emit, space->name);
	emit_bytes(emit, space->size);
	emit_bytes(emit, space->used);
	emit_share(emit, space->used, space->size);
	emit_cell(emit, address);
}

void emit_spaces(struct emit *emit, const struct heap *heap)
{
	static const char *const columns[] = {"<space", "committed", "used", "of it", "<at", NULL};
	const struct engine *engine = heap_layer(heap, 0);

	if (!engine_has_spaces(engine))
		return;
	emit_table(emit, "spaces");
	emit_remark(emit,
		"Committed: memory that the virtual machine has for the space. Used: from "
		"its base up to its top.");
	emit_columns(emit, columns);
	for (size_t i = 0; i < engine_region_count(engine); i++) {
		struct region space;
		engine_region(engine, i, &space);
		emit_space(emit, &space);
	}
}
