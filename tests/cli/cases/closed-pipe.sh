# A reader that closes the pipe ends the writer, without a message; a recorder continues.
"$arenascope" placements "$traces/recorded/cc1.trace" | head -n 1
"$arenascope" play --print --demo | head -n 2
"$arenascope" stats --format json "$traces/recorded/cc1.trace" | head -n 1
{ "$arenascope" record -o r.trace -- sh -c 'while echo to nobody; do :; done' 2>&1 || echo "status: $?" >&2; } | :
"$arenascope" info r.trace | sed -n 's/^program  */program /p'
