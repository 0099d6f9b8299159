printf 'settle\nseek 3\ndump\nnonsense\n' >s
"$arenascope" play --script s --size 60x14 --charset ascii "$traces/lessons/first-fit.rep"; echo $?
