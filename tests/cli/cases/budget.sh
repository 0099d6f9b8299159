# The blocks of an engine without its own memory are in the heap below it.
"$arenascope" placements "$traces/lessons/budget.rep" | head -n 3
