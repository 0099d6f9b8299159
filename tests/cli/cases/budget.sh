# Where the blocks of an engine that holds no memory itself went: into the heap below it.
"$arenascope" placements "$traces/lessons/budget.rep" | head -n 3
