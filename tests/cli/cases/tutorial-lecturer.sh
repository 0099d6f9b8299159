# The trace that the tutorial prints, as its reader types it: a question, and the request itself as the answer, with its
# reasons. The tutorial's other commands for it work.
page=$traces/../docs/tutorial-lecturer.md
awk '/^```/ { is_trace = 0 } before == "```" && /^info / { is_trace = 1 } is_trace { print } { before = $0 }' "$page" >mine.rep
printf 'settle\nkey PgDn PgDn\ndump lecture\nkey PgDn\nprint answer\ndump lecture\nkey PgDn\nprint next\ndump lecture\n' >keys
"$arenascope" play --lecture --script keys mine.rep | sed '/^-- /,/^$/d'
sed -n 's/^arenascope \(.* mine\.rep.*\)/\1/p' "$page" | grep -v '^play --lecture' |
	while read -r words; do
		# shellcheck disable=SC2086  # a command's words
		"$arenascope" $words || echo "failed: $words"
	done | tail -n 8
ls

# A question that no event follows is counted as none, and --print says where it is.
printf 'note Which?\na 0 10\nnote Where?\nnote Think about it.\na 1 10\nnote And at the end?\n' >own.rep
printf 'settle\ndump lecture\n' >keys
"$arenascope" play --lecture --script keys own.rep | grep captions
"$arenascope" play --print own.rep >/dev/null
"$arenascope" play --print mine.rep >/dev/null
