"$arenascope" placements "$traces/lessons/first-fit.rep"
"$arenascope" play --print "$traces/lessons/first-fit.rep"
