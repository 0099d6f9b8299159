/*
 * The list of actions: see action.h.  Keys follow docs/screen.md; groups are the headings of the
 * help.
 */
#ifndef PANELS_ACTION_LIST_H
#define PANELS_ACTION_LIST_H

#define ACTIONS(ACTION) \
	ACTION(ACTION_PLAY, "play", "Space F5", NEEDS_NOTHING, "time", "play or pause") \
	ACTION(ACTION_STEP, "step", ". Right", NEEDS_FUTURE, "time", "next event") \
	ACTION(ACTION_STEP_BACK, "step-back", ", Left", NEEDS_PAST, "time", "previous event") \
	ACTION(ACTION_DECISION, "decision", "s", NEEDS_FUTURE, "time", \
		"step through the next event's decisions, before it happens") \
	ACTION(ACTION_DECISION_BACK, "decision-back", "S", NEEDS_NOTHING, "time", \
		"back one decision") \
	ACTION(ACTION_STRUCTURE, "structure", "} S-Right", NEEDS_FUTURE, "time", \
		"next structural event: arena, pool, split, merge, failed request") \
	ACTION(ACTION_STRUCTURE_BACK, "structure-back", "{ S-Left", NEEDS_PAST, "time", \
		"previous structural event") \
	ACTION(ACTION_MARK_NEXT, "next-mark", "] C-Right", NEEDS_FUTURE, "time", "next mark") \
	ACTION(ACTION_MARK_PREVIOUS, "previous-mark", "[ C-Left", NEEDS_PAST, "time", \
		"previous mark") \
	ACTION(ACTION_CONTENTS, "contents", "C", NEEDS_NOTHING, "time", \
		"list of captions and marks, to jump to one") \
	ACTION(ACTION_FAULT_NEXT, "next-fault", ")", NEEDS_FUTURE, "time", \
		"next fault: double free, out of memory and so on") \
	ACTION(ACTION_FAULT_PREVIOUS, "previous-fault", "(", NEEDS_PAST, "time", "previous fault") \
	ACTION(ACTION_PEAK, "peak", "^", NEEDS_NOTHING, "time", \
		"jump to the peak (most live bytes)") \
	ACTION(ACTION_RUN, "run", "c", NEEDS_FUTURE, "time", "run to the next breakpoint") \
	ACTION(ACTION_RUN_BACK, "run-back", "r", NEEDS_PAST, "time", \
		"run back to the previous breakpoint") \
	ACTION(ACTION_REVERSE, "reverse", "R", NEEDS_NOTHING, "time", \
		"reverse: play backwards, or forwards again") \
	ACTION(ACTION_FASTER, "faster", ">", NEEDS_NOTHING, "time", "twice as fast") \
	ACTION(ACTION_SLOWER, "slower", "<", NEEDS_NOTHING, "time", "half as fast") \
	ACTION(ACTION_NORMAL_SPEED, "normal-speed", "Backspace", NEEDS_NOTHING, "time", \
		"normal speed: a long trace in a minute") \
	ACTION(ACTION_START, "start", "g Home", NEEDS_NOTHING, "time", "jump to the start") \
	ACTION(ACTION_END, "end", "G End", NEEDS_NOTHING, "time", "jump to the end") \
	ACTION(ACTION_FOLLOW, "follow", "F", NEEDS_NOTHING, "time", \
		"catch up with a growing trace and follow it") \
	ACTION(ACTION_PERCENT_0, "percent-0", "0", NEEDS_NOTHING, "time", \
		"jump to 0%, 10% … 90% of the trace") \
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
		"back to where you were before the jump") \
	ACTION(ACTION_SET_MARK, "mark-here", "M", NEEDS_NOTHING, "time", \
		"set or clear a mark here") \
	ACTION(ACTION_UP, "up", "Up k", NEEDS_NOTHING, "place", "move in the focused panel") \
	ACTION(ACTION_DOWN, "down", "Down j", NEEDS_NOTHING, "place", "") \
	ACTION(ACTION_LEFT, "left", "h", NEEDS_NOTHING, "place", "") \
	ACTION(ACTION_RIGHT, "right", "l", NEEDS_NOTHING, "place", "") \
	ACTION(ACTION_PAGE_UP, "page-up", "PgUp", NEEDS_NOTHING, "place", \
		"20 events back or forward; one caption in a lecture") \
	ACTION(ACTION_PAGE_DOWN, "page-down", "PgDn", NEEDS_NOTHING, "place", "") \
	ACTION(ACTION_NEXT_PANEL, "next-panel", "Tab", NEEDS_NOTHING, "place", \
		"next, previous panel") \
	ACTION(ACTION_PREVIOUS_PANEL, "previous-panel", "S-Tab", NEEDS_NOTHING, "place", "") \
	ACTION(ACTION_ZOOM_IN, "zoom-in", "Enter", NEEDS_NOTHING, "place", \
		"zoom in: the panel alone, one pool, one block") \
	ACTION(ACTION_ZOOM_OUT, "zoom-out", "Esc", NEEDS_NOTHING, "place", "zoom out") \
	ACTION(ACTION_CLOSER, "closer", "+", NEEDS_NOTHING, "place", \
		"zoom the map: whole space, arena or part of the heap, pool, block") \
	ACTION(ACTION_FARTHER, "farther", "-", NEEDS_NOTHING, "place", "") \
	ACTION(ACTION_FIT, "fit", "=", NEEDS_NOTHING, "place", "show the whole map again") \
	ACTION(ACTION_SHOW_ARENAS, "show-arenas", "a", NEEDS_NOTHING, "panels", "Arenas") \
	ACTION(ACTION_SHOW_POOL, "show-pool", "p", NEEDS_NOTHING, "panels", "Pool") \
	ACTION(ACTION_SHOW_USEDPOOLS, "show-usedpools", "u", NEEDS_NOTHING, "panels", "usedpools") \
	ACTION(ACTION_SHOW_HEAP, "show-heap", "m", NEEDS_NOTHING, "panels", "Heap") \
	ACTION(ACTION_SHOW_BINS, "show-bins", "t", NEEDS_NOTHING, "panels", \
		"Bins: lists of free chunks of glibc's malloc") \
	ACTION(ACTION_SHOW_OBJECTS, "show-objects", "O", NEEDS_NOTHING, "panels", \
		"Objects: reference counts and the collector") \
	ACTION(ACTION_SHOW_EVENTS, "show-events", "e", NEEDS_NOTHING, "panels", "Events") \
	ACTION(ACTION_SHOW_INFO, "show-info", "i", NEEDS_NOTHING, "panels", \
		"Figures: totals, fragmentation") \
	ACTION(ACTION_INSPECT, "inspect", "I", NEEDS_NOTHING, "panels", \
		"Inspector: a block's owners, what pins an arena, what made a hole") \
	ACTION(ACTION_FULL_SCREEN, "full-screen", "z", NEEDS_NOTHING, "panels", \
		"focused panel full screen, on or off") \
	ACTION(ACTION_FOLLOW_EVENT, "follow-event", "f", NEEDS_NOTHING, "panels", \
		"follow the current event, on or off") \
	ACTION(ACTION_COLOR_BY, "color-by", "o", NEEDS_NOTHING, "panels", \
		"colour the maps by state, class or fill") \
	ACTION(ACTION_EXPERT, "expert", "E", NEEDS_NOTHING, "panels", \
		"switch between plain and expert wording") \
	ACTION(ACTION_THEME, "theme", "T", NEEDS_NOTHING, "panels", "next colour theme") \
	ACTION(ACTION_COMPARE, "compare-engines", "v", NEEDS_NOTHING, "panels", \
		"side by side with another engine, on or off") \
	ACTION(ACTION_DIFFERENCE, "next-difference", "d", NEEDS_NOTHING, "panels", \
		"side by side: next event where the engines differ") \
	ACTION(ACTION_DIFFERENT_ANSWER, "next-different-answer", "D", NEEDS_NOTHING, "panels", \
		"side by side: next where one is served and another is not") \
	ACTION(ACTION_LECTURE, "lecture", "L", NEEDS_NOTHING, "panels", \
		"lecture mode, on or off: large map, one caption at a time") \
	ACTION(ACTION_QUIZ, "quiz", "w", NEEDS_NOTHING, "panels", \
		"lecture mode: ask before showing an event, on or off") \
	ACTION(ACTION_SEARCH, "search", "/", NEEDS_NOTHING, "find", "search the text of events") \
	ACTION(ACTION_SEARCH_NEXT, "search-next", "n", NEEDS_NOTHING, "find", \
		"next, previous match") \
	ACTION(ACTION_SEARCH_PREVIOUS, "search-previous", "N", NEEDS_NOTHING, "find", "") \
	ACTION(ACTION_SAME_NEXT, "same-next", "*", NEEDS_NOTHING, "find", \
		"next, previous event of this object") \
	ACTION(ACTION_SAME_PREVIOUS, "same-previous", "#", NEEDS_NOTHING, "find", "") \
	ACTION(ACTION_BREAK, "break-here", "b", NEEDS_NOTHING, "find", \
		"set a breakpoint on the selection") \
	ACTION(ACTION_BREAKPOINTS, "breakpoints", "B", NEEDS_NOTHING, "find", \
		"list of breakpoints") \
	ACTION(ACTION_MOUSE, "mouse", "\\", NEEDS_NOTHING, "program", \
		"mouse: used here, or left to the terminal to select text") \
	ACTION(ACTION_TOUR, "tour", "W", NEEDS_NOTHING, "program", "take the tour (of the demo)") \
	ACTION(ACTION_COMMAND, "command", ":", NEEDS_NOTHING, "program", "type a command") \
	ACTION(ACTION_HELP, "help", "? F1", NEEDS_NOTHING, "program", \
		"what the signs mean; again: keys and commands") \
	ACTION(ACTION_REDRAW, "redraw", "C-l", NEEDS_NOTHING, "program", "redraw the screen") \
	ACTION(ACTION_QUIT, "quit", "q C-c", NEEDS_NOTHING, "program", \
		"close what is open, or quit")

#endif
