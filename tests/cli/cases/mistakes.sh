"$arenascope" placements "$traces/lessons/mistakes.rep"
"$arenascope" stats --format csv "$traces/lessons/mistakes.rep" | sed -n '/^fault/,$p'
# Options of a trace: on several lines, and with a comment; what is wrong in them is told all the same.
printf 'info play --engine heap # small\ninfo play --heap-size 100 --heap-header 0 --heap-align 1\na 0 10\n' >options.rep
"$arenascope" play --print options.rep
"$arenascope" convert --to text options.rep - | grep play
printf 'info play --engine heap\ninfo play heap-size\na 0 10\n' >options.rep
"$arenascope" play --print options.rep || :
