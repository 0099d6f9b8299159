# A condition of --until that never comes is reported, in words and on a screen.
"$arenascope" play --print --until oom "$traces/lessons/external-fragmentation.rep" | head -n 1
"$arenascope" play --print --until oom "$traces/lessons/first-fit.rep" | tail -n 1
printf 'dump\n' >s
"$arenascope" play --script s --size 60x14 --until oom "$traces/lessons/first-fit.rep" | grep oom
mkdir folder
"$arenascope" record "$PWD/folder" 2>&1 | sed "s:$PWD:HERE:"
"$arenascope" record ./folder; echo $?
ls
# A mark is no condition, and the message says how to get there.
"$arenascope" play --until 'four holes' --print "$traces/lessons/best-fit.rep" || :
printf 'until four holes\n' >s
"$arenascope" play --script s --size 60x14 "$traces/lessons/best-fit.rep" || :
