# Without a terminal a script with times plays at once, by its own clock. Every film next to the lessons reaches its end.
for film in "$traces"/lessons/*.script; do
	"$arenascope" play --script "$film" --size 80x24 "${film%.script}.rep" || echo "$film: $?"
done
# Its captions, and what has happened by then, when each of its waits is over.
sed 's/^wait.*/&\ndump/' "$traces/lessons/first-fit.script" >film
"$arenascope" play --script film --size 80x24 "$traces/lessons/first-fit.rep" |
	grep -E '→|Side by side|^ │ [A-Z0-9].*[.?]$' | grep -v 'end$'
# A message says so, in case that was not meant.
printf 'wait 1s\n' >short
"$arenascope" play --script short "$traces/lessons/first-fit.rep"; echo $?
# Played on a screen it needs a terminal, and has the size of that.
"$arenascope" play --script film --on-screen "$traces/lessons/first-fit.rep"; echo $?
"$arenascope" play --script film --on-screen --size 80x24 "$traces/lessons/first-fit.rep"; echo $?
"$arenascope" play --on-screen "$traces/lessons/first-fit.rep"; echo $?
