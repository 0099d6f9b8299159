/*
 * The list of actions: see action.h.  Keys follow docs/screen.md; groups are the headings of the
 * help.
 */
#ifndef PANELS_ACTION_LIST_H
#define PANELS_ACTION_LIST_H

#define ACTIONS(ACTION) \
	ACTION(ACTION_PLAY, "play", "Space F5", NEEDS_NOTHING, "time", "play, pause") \
	ACTION(ACTION_STEP, "step", ". Right", NEEDS_FUTURE, "time", "next event") \
	ACTION(ACTION_STEP_BACK, "step-back", ", Left", NEEDS_PAST, "time", "previous event") \
	ACTION(ACTION_DECISION, "decision", "s", NEEDS_FUTURE, "time", \
		"step into the next event: its decisions, one at a time, before it happens") \
	ACTION(ACTION_DECISION_BACK, "decision-back", "S", NEEDS_NOTHING, "time", \
		"back by a decision") \
	ACTION(ACTION_STRUCTURE, "structure", "} S-Right", NEEDS_FUTURE, "time", \
		"next structural event: arena, pool, split, merge, failure") \
	ACTION(ACTION_STRUCTURE_BACK, "structure-back", "{ S-Left", NEEDS_PAST, "time", \
		"previous structural event") \
	ACTION(ACTION_MARK_NEXT, "next-mark", "] C-Right", NEEDS_FUTURE, "time", "next mark") \
	ACTION(ACTION_MARK_PREVIOUS, "previous-mark", "[ C-Left", NEEDS_PAST, "time", \
		"previous mark") \
	ACTION(ACTION_FAULT_NEXT, "next-fault", ")", NEEDS_FUTURE, "time", \
		"next fault: a double free, no memory") \
	ACTION(ACTION_FAULT_PREVIOUS, "previous-fault", "(", NEEDS_PAST, "time", "previous fault") \
	ACTION(ACTION_PEAK, "peak", "^", NEEDS_NOTHING, "time", "to the peak of live bytes") \
	ACTION(ACTION_RUN, "run", "c", NEEDS_FUTURE, "time", "run to the next breakpoint") \
	ACTION(ACTION_RUN_BACK, "run-back", "r", NEEDS_PAST, "time", \
		"run back to the previous breakpoint") \
	ACTION(ACTION_REVERSE, "reverse", "R", NEEDS_NOTHING, "time", "play backwards, forwards") \
	ACTION(ACTION_FASTER, "faster", ">", NEEDS_NOTHING, "time", "twice as fast") \
	ACTION(ACTION_SLOWER, "slower", "<", NEEDS_NOTHING, "time", "half as fast") \
	ACTION(ACTION_NORMAL_SPEED, "normal-speed", "Backspace", NEEDS_NOTHING, "time", \
		"normal speed") \
	ACTION(ACTION_START, "start", "g Home", NEEDS_NOTHING, "time", "to the start") \
	ACTION(ACTION_END, "end", "G End", NEEDS_NOTHING, "time", "to the end") \
	ACTION(ACTION_FOLLOW, "follow", "F", NEEDS_NOTHING, "time", \
		"follow a growing trace at its end") \
	ACTION(ACTION_PERCENT_0, "percent-0", "0", NEEDS_NOTHING, "time", \
		"to 0 %, 10 %, ... 90 %") \
	ACTION(ACTION_PERCENT_10, "percent-10", "1", NEEDS_NOTHING, "time", "") \
	ACTION(ACTION_PERCENT_20, "percent-20", "2", NEEDS_NOTHING, "time", "") \
	ACTION(ACTION_PERCENT_30, "percent-30", "3", NEEDS_NOTHING, "time", "") \
	ACTION(ACTION_PERCENT_40, "percent-40", "4", NEEDS_NOTHING, "time", "") \
	ACTION(ACTION_PERCENT_50, "percent-50", "5", NEEDS_NOTHING, "time", "") \
	ACTION(ACTION_PERCENT_60, "percent-60", "6", NEEDS_NOTHING, "time", "") \
	ACTION(ACTION_PERCENT_70, "percent-70", "7", NEEDS_NOTHING, "time", "") \
	ACTION(ACTION_PERCENT_80, "percent-80", "8", NEEDS_NOTHING, "time", "") \
	ACTION(ACTION_PERCENT_90, "percent-90", "9", NEEDS_NOTHING, "time", "") \
	ACTION(ACTION_RETURN, "return", "'", NEEDS_NOTHING, "time", \
		"back to where I was before the jump") \
	ACTION(ACTION_SET_MARK, "mark-here", "M", NEEDS_NOTHING, "time", \
		"set or clear a mark here") \
	ACTION(ACTION_UP, "up", "Up k", NEEDS_NOTHING, "place", "move in the focused panel") \
	ACTION(ACTION_DOWN, "down", "Down j", NEEDS_NOTHING, "place", "") \
	ACTION(ACTION_LEFT, "left", "h", NEEDS_NOTHING, "place", "") \
	ACTION(ACTION_RIGHT, "right", "l", NEEDS_NOTHING, "place", "") \
	ACTION(ACTION_PAGE_UP, "page-up", "PgUp", NEEDS_NOTHING, "place", \
		"20 events back, forward; in a lecture a caption") \
	ACTION(ACTION_PAGE_DOWN, "page-down", "PgDn", NEEDS_NOTHING, "place", "") \
	ACTION(ACTION_NEXT_PANEL, "next-panel", "Tab", NEEDS_NOTHING, "place", \
		"next, previous panel") \
	ACTION(ACTION_PREVIOUS_PANEL, "previous-panel", "S-Tab", NEEDS_NOTHING, "place", "") \
	ACTION(ACTION_ZOOM_IN, "zoom-in", "Enter", NEEDS_NOTHING, "place", \
		"closer: the panel alone, one pool, one block") \
	ACTION(ACTION_ZOOM_OUT, "zoom-out", "Esc", NEEDS_NOTHING, "place", "back out") \
	ACTION(ACTION_CLOSER, "closer", "+", NEEDS_NOTHING, "place", \
		"map closer, farther; the whole space, an arena or part of the heap, a pool, a block") \
	ACTION(ACTION_FARTHER, "farther", "-", NEEDS_NOTHING, "place", "") \
	ACTION(ACTION_FIT, "fit", "=", NEEDS_NOTHING, "place", "the whole map again") \
	ACTION(ACTION_SHOW_ARENAS, "show-arenas", "a", NEEDS_NOTHING, "panels", "Arenas") \
	ACTION(ACTION_SHOW_POOL, "show-pool", "p", NEEDS_NOTHING, "panels", "Pool") \
	ACTION(ACTION_SHOW_USEDPOOLS, "show-usedpools", "u", NEEDS_NOTHING, "panels", "usedpools") \
	ACTION(ACTION_SHOW_HEAP, "show-heap", "m", NEEDS_NOTHING, "panels", "heap map") \
	ACTION(ACTION_SHOW_OBJECTS, "show-objects", "O", NEEDS_NOTHING, "panels", \
		"Objects: their reference counts, the collector") \
	ACTION(ACTION_SHOW_EVENTS, "show-events", "e", NEEDS_NOTHING, "panels", "Events") \
	ACTION(ACTION_SHOW_INFO, "show-info", "i", NEEDS_NOTHING, "panels", \
		"Figures: totals, fragmentation") \
	ACTION(ACTION_INSPECT, "inspect", "I", NEEDS_NOTHING, "panels", \
		"Inspector: a block's owners, who pins an arena, who made a hole") \
	ACTION(ACTION_FULL_SCREEN, "full-screen", "z", NEEDS_NOTHING, "panels", \
		"focused panel alone, and back") \
	ACTION(ACTION_FOLLOW_EVENT, "follow-event", "f", NEEDS_NOTHING, "panels", \
		"follow the current event, or not") \
	ACTION(ACTION_COLOR_BY, "color-by", "o", NEEDS_NOTHING, "panels", \
		"colour maps by state, class, fill") \
	ACTION(ACTION_EXPERT, "expert", "E", NEEDS_NOTHING, "panels", "plain or expert wording") \
	ACTION(ACTION_THEME, "theme", "T", NEEDS_NOTHING, "panels", "next colour theme") \
	ACTION(ACTION_COMPARE, "compare-engines", "v", NEEDS_NOTHING, "panels", \
		"side by side with another engine, and back") \
	ACTION(ACTION_DIFFERENCE, "next-difference", "d", NEEDS_FUTURE, "panels", \
		"side by side: next event that is answered differently") \
	ACTION(ACTION_LECTURE, "lecture", "L", NEEDS_NOTHING, "panels", \
		"lecture: a large map and one caption at a time, and back") \
	ACTION(ACTION_QUIZ, "quiz", "w", NEEDS_NOTHING, "panels", \
		"lecture: ask before the next event is shown, or not") \
	ACTION(ACTION_SEARCH, "search", "/", NEEDS_NOTHING, "find", \
		"search events by their words") \
	ACTION(ACTION_SEARCH_NEXT, "search-next", "n", NEEDS_NOTHING, "find", \
		"next, previous find") \
	ACTION(ACTION_SEARCH_PREVIOUS, "search-previous", "N", NEEDS_NOTHING, "find", "") \
	ACTION(ACTION_SAME_NEXT, "same-next", "*", NEEDS_NOTHING, "find", \
		"next, previous event of this object") \
	ACTION(ACTION_SAME_PREVIOUS, "same-previous", "#", NEEDS_NOTHING, "find", "") \
	ACTION(ACTION_BREAK, "break-here", "b", NEEDS_NOTHING, "find", \
		"breakpoint on the selection") \
	ACTION(ACTION_BREAKPOINTS, "breakpoints", "B", NEEDS_NOTHING, "find", \
		"list of breakpoints") \
	ACTION(ACTION_MOUSE, "mouse", "\\", NEEDS_NOTHING, "program", \
		"the mouse: this program's, or the terminal's to select text") \
	ACTION(ACTION_COMMAND, "command", ":", NEEDS_NOTHING, "program", "type a command") \
	ACTION(ACTION_HELP, "help", "? F1", NEEDS_NOTHING, "program", "this help") \
	ACTION(ACTION_REDRAW, "redraw", "C-l", NEEDS_NOTHING, "program", "draw the screen anew") \
	ACTION(ACTION_QUIT, "quit", "q C-c", NEEDS_NOTHING, "program", \
		"quit, or close what is open")

#endif
