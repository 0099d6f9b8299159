"$arenascope" bogus; echo $?
"$arenascope" stats; echo $?
"$arenascope" stats --frobnicate x; echo $?
"$arenascope" stats --python 4 x; echo $?
"$arenascope" stats --heap-size lots x; echo $?
"$arenascope" stats --heap-size; echo $?
"$arenascope" play --lesson; echo $?
"$arenascope" play --engine; echo $?
"$arenascope" convert onlyone; echo $?
"$arenascope" play; echo $?
"$arenascope" record; echo $?
"$arenascope" stats --engine foo "$traces/lessons/first-fit.rep"; echo $?
"$arenascope" stats --engine heap --heap-align 3 "$traces/lessons/first-fit.rep"; echo $?
"$arenascope" play --theme pink --print "$traces/lessons/first-fit.rep"; echo $?
"$arenascope" play --at nowhere --print "$traces/lessons/first-fit.rep"; echo $?
"$arenascope" play --until never --print "$traces/lessons/first-fit.rep"; echo $?
"$arenascope" live; echo $?
"$arenascope" live -- true; echo $?
"$arenascope" live --script /dev/null -o /dev/null -- true; echo $?
"$arenascope" live --script /dev/null -o 'a.%p.trace' -- true; echo $?
"$arenascope" live --script /dev/null --depth 3 -- true; echo $?
ls
