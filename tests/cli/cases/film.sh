# Without a terminal a script with times plays at once, by a clock of its own. Every film beside the lessons comes to its end.
for film in "$traces"/lessons/*.script; do
	"$arenascope" play --script "$film" --size 80x24 "${film%.script}.rep" || echo "$film: $?"
done
# What it says, and what has happened by then, when each of its waits is over.
sed 's/^wait.*/&\ndump/' "$traces/lessons/first-fit.script" >film
"$arenascope" play --script film --size 80x24 "$traces/lessons/first-fit.rep" |
	grep -E '→|Side by side|^ │ [A-Z0-9].*[.?]$' | grep -v 'end$'
# Who did not mean that is told.
printf 'wait 1s\n' >short
"$arenascope" play --script short "$traces/lessons/first-fit.rep"; echo $?
# It needs a terminal to be played on, and has that one's size.
"$arenascope" play --script film --on-screen "$traces/lessons/first-fit.rep"; echo $?
"$arenascope" play --script film --on-screen --size 80x24 "$traces/lessons/first-fit.rep"; echo $?
"$arenascope" play --on-screen "$traces/lessons/first-fit.rep"; echo $?
