# Changes in words: without a terminal every event to the end, with a script what its keys change.
"$arenascope" play --text "$traces/lessons/first-fit.rep" | sed -n '1,9p;$p'
printf 'key . Tab z\nkey ?\nkey x G\nkey : 1 2 Enter\nkey s s .\n' >keys
"$arenascope" play --text --script keys "$traces/lessons/first-fit.rep"
printf 'key PgDn PgDn PgDn\nsettle\nkey C\nkey j j Enter\nkey : n o n e Enter\nwait 200ms\n' >keys
"$arenascope" play --text --lecture --script keys "$traces/lessons/pool-life.rep"
# What is drawn with signs is read in the words of the legend.
printf 'seek 12\nkey z\n' >keys
"$arenascope" play --text --script keys "$traces/lessons/first-fit.rep"
printf 'seek peak\nkey z\n' >keys
"$arenascope" play --text --demo --script keys | sed 's/  *[0-9.]*%$//'
printf 'key W\nsettle\nkey Space\nkey Esc\nkey W\nsettle\nkey q\n' >keys
"$arenascope" play --text --demo --script keys | grep '^tour'
# Engines side by side: what each of them did, and where they differ first.
printf 'key . . .\nkey d\nsettle\nkey . .\n' >keys
"$arenascope" play --text --compare heap:best,heap:first --lesson best-fit --script keys
"$arenascope" play --text --print "$traces/lessons/first-fit.rep"
"$arenascope" play --text --cast t "$traces/lessons/first-fit.rep"
