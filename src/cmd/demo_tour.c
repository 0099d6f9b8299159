/* The tour of the demo, stop by stop; the places are marks of traces/lessons/demo.rep. */
#include "cmd/demo.h"

const struct view_stop demo_tour[] = {
	{"Each row is an arena of 64 pools. Three are kept by 57 objects.", .to = "afterwards"},
	{"It began with one arena: requests came, pools filled and emptied.", .from = "start",
		.to = "loading", .seconds = 4},
	{"Then it loaded a table. Each time pools ran out, an arena came.", .from = "loading",
		.to = "peak", .seconds = 6},
	{"The table was dropped row by row. Pools emptied, arenas stayed.",
		.from = "the table goes", .to = "afterwards", .seconds = 6},
	{"These objects keep one arena: they outlive the table around them.", .to = "afterwards",
		.inspects = true},
	{"At shutdown the arenas go back. Now try it; ? shows the signs.", .from = "shutdown",
		.to = "end", .seconds = 3},
	{0},
};
