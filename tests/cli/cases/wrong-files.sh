"$arenascope" info nofile; echo $?
"$arenascope" info .; echo $?
: >empty; "$arenascope" info empty; echo $?
printf 'a 0 1\n\000\n' >nul; "$arenascope" info nul; echo $?
printf 'hello world\n' >words; "$arenascope" info words; echo $?
printf 'a 0 16\nf zero\na 1 2\n' >damaged; "$arenascope" stats damaged; echo $?
"$arenascope" placements --engine heap --salvage damaged; echo $?
printf 'a 0 16\na 1 16\nr 0' >cut; "$arenascope" placements --engine heap cut; echo $?
