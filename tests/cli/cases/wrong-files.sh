"$arenascope" info nofile; echo $?
"$arenascope" info .; echo $?
: >empty; "$arenascope" info empty; echo $?
printf 'a 0 1\n\000\n' >nul; "$arenascope" info nul; echo $?
printf 'hello world\n' >words; "$arenascope" info words; echo $?
printf 'a 0 16\nf zero\na 1 2\n' >damaged; "$arenascope" stats damaged; echo $?
"$arenascope" placements --engine heap --salvage damaged; echo $?
printf 'a 0 16\na 1 16\nr 0' >cut; "$arenascope" placements --engine heap cut; echo $?

echo "# what was meant"
for line in 'notes The program begins.' 'noet The program begins.' 'malloc 0 16' 'A 0 16' 'free 0' 'xyzzy'; do
	printf 'a 1 8\n%s\n' "$line" >meant.rep
	"$arenascope" info meant.rep
done
printf 'info play --engine haep\na 0 10\n' >wished.rep
"$arenascope" play --print wished.rep
"$arenascope" play --print --engine heap wished.rep | head -1
echo "# a file of an editor on Windows"
printf '\357\273\277a 0 16\r\nf 0\r\n' >windows.rep
"$arenascope" placements --engine heap windows.rep
