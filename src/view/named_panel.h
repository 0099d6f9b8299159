/* The panel that a lecture's captions point at. */
#ifndef VIEW_NAMED_PANEL_H
#define VIEW_NAMED_PANEL_H

#include "trace/trace.h"
#include "panels/panel.h"

/*
 * The panel that the last caption before the position names by its title ("the panel Arenas"); if
 * it names none, or none has come, that of the first caption. NULL: neither names one.
 */
const struct panel_ops *named_panel(struct trace *trace, uint64_t position);

#endif
