"$arenascope" placements "$traces/lessons/mistakes.rep"
"$arenascope" stats --format csv "$traces/lessons/mistakes.rep" | sed -n '/^fault/,$p'
