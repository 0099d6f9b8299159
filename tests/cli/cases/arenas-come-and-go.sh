"$arenascope" placements "$traces/lessons/arena-growth.rep" | grep arena
