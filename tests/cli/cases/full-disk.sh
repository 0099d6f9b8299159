"$arenascope" placements "$traces/lessons/first-fit.rep" >/dev/full; echo $?
"$arenascope" convert "$traces/lessons/first-fit.rep" /dev/full; echo $?
"$arenascope" play --print "$traces/lessons/first-fit.rep" >/dev/full; echo $?
