/*
 * The list of panels, from which the enumerators and the table in table.c are made. `:show` names
 * them in this order.
 *
 * PANEL(enumerator, its `const struct panel_ops`)
 */
#ifndef PANELS_PANEL_LIST_H
#define PANELS_PANEL_LIST_H

#define PANELS(PANEL) \
	PANEL(PANEL_ARENAS, panel_arenas) \
	PANEL(PANEL_POOL, panel_pool) \
	PANEL(PANEL_USEDPOOLS, panel_usedpools) \
	PANEL(PANEL_HEAP, panel_heap) \
	PANEL(PANEL_BINS, panel_bins) \
	PANEL(PANEL_OBJECTS, panel_objects) \
	PANEL(PANEL_ROOTS, panel_roots) \
	PANEL(PANEL_CACHE, panel_cache) \
	PANEL(PANEL_EVENT, panel_event) \
	PANEL(PANEL_EVENTS, panel_events) \
	PANEL(PANEL_INFO, panel_info) \
	PANEL(PANEL_INSPECT, panel_inspect) \
	PANEL(PANEL_LAYERS, panel_layers) \
	PANEL(PANEL_LAYERS_OVER_TIME, panel_layers_over_time) \
	PANEL(PANEL_LECTURE, panel_lecture) \
	PANEL(PANEL_SPACE, panel_space) \
	PANEL(PANEL_TIMELINE, panel_timeline)

#endif
