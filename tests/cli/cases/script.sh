printf 'settle\nseek 3\ndump\nnonsense\n' >s
"$arenascope" play --script s --size 60x14 --charset ascii "$traces/lessons/first-fit.rep"; echo $?
for keys in '' 'n nokey' 'F12 M S-Left'; do
	printf 'key %s\n' "$keys" >s
	"$arenascope" play --script s --size 60x14 "$traces/lessons/first-fit.rep"; echo $?
done
printf 'size 4000x2\n' >s
"$arenascope" play --script s --size 60x14 "$traces/lessons/first-fit.rep"; echo $?
