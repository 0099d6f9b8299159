# Lessons by name, beside the sources or where they were installed.
"$arenascope" lessons --names | head -n 3
"$arenascope" lessons | sed -n '/^first-fit/,/^free-chain/p'
"$arenascope" play --lesson pool --print | sed -n '2,4p'
"$arenascope" play --lesson frist-fit; echo $?
"$arenascope" play --lesson ../lessons/pool; echo $?
"$arenascope" play --lesson pool --demo; echo $?
"$arenascope" play --lesson pool other.rep; echo $?
"$arenascope" --completion tcsh; echo $?
"$arenascope" --man nonsense; echo $?
"$arenascope" --man lessons
