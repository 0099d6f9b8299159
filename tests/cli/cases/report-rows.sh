# No list of a report is longer than --rows, and who keeps little frees 19 of 20.
{
	for caller in 1 2 3 4; do
		echo "name 0x800000000000000$caller f$caller (a.py:$caller)"
		echo "site $caller 0x800000000000000$caller"
	done
	for caller in 1 2 3 4; do
		i=0
		while [ $i -lt $((22 - caller)) ]; do
			echo "a $((caller * 100 + i)) $((caller * 16)) site=$caller"
			[ $i -eq 0 ] || echo "f $((caller * 100 + i))"
			i=$((i + 1))
		done
	done
} >t.rep
for rows in 1 2 10; do
	echo "== $rows"
	"$arenascope" report --engine heap --rows $rows --format csv --whatif never t.rep |
		sed -n '/^caller,/,/^mark,/p' | grep -E '^(caller|f[1-4])'
done
