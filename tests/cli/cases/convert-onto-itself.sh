cp "$traces/recorded/ls.trace" a.trace
cp a.trace kept
ln a.trace hard.trace
ln -s a.trace soft.trace
"$arenascope" convert a.trace a.trace; echo $?
"$arenascope" convert a.trace hard.trace; echo $?
"$arenascope" convert a.trace soft.trace; echo $?
"$arenascope" convert - a.trace <a.trace; echo $?
cmp a.trace kept && echo untouched
printf 'a 0 1\n' >shorter.rep
cp a.trace longer.trace
"$arenascope" convert shorter.rep longer.trace && "$arenascope" convert longer.trace -
