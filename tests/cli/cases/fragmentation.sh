"$arenascope" placements "$traces/lessons/external-fragmentation.rep"
"$arenascope" play --print --until oom "$traces/lessons/external-fragmentation.rep" | head -n 6
