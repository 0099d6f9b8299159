# The whole state at a moment; the members of the JSON of dump and stats are in the documentation, each once.
printf 'a 0 100\na 1 30\na 2 600\nmark here\nf 0\n' >t
"$arenascope" dump --engine heap --at here t
"$arenascope" dump --engine glibc --json t | sed 's/0x[0-9a-f]*/ADDRESS/g'
"$arenascope" dump --engine pymalloc --python 3.9 --below glibc --format csv --at 1 t | sed -n '/^region,/,/^engine,/p' | head -n 4
for command in 'dump --json' 'stats --format json'; do
	# shellcheck disable=SC2086	# words
	"$arenascope" $command --engine pymalloc t | sed -n 's/^ "\([^"]*\)": .*/\1/p' >members
	sort members | uniq -d
	while read -r member; do
		sed '1,/^## Figures and states as JSON/d' "$traces/../docs/exports.md" | grep -q "^| .*\`$member\`" ||
			echo "docs/exports.md does not have $member of $command"
	done <members
done
