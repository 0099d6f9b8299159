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
# By the words of the field: where a concept is seen, and which lessons speak of it.
"$arenascope" lessons prev_size
"$arenascope" lessons write barriers
"$arenascope" lessons metaspace classes
"$arenascope" lessons PermGen
"$arenascope" lessons string interning
"$arenascope" lessons fragmantation; echo $?
"$arenascope" lessons banana; echo $?
printf '%s\n' 'concept finalizer' dump 'key q' 'search prev_size' settle 'dump footer' >concept.script
"$arenascope" play --script concept.script --size 60x14 --lesson pool
printf '%s\n' 'concept phantom reference' dump 'key q' 'concept metaspce' settle 'dump footer' >concept.script
"$arenascope" play --script concept.script --size 60x14 --lesson pool
echo 'concept banana' >concept.script
"$arenascope" play --script concept.script --lesson pool
