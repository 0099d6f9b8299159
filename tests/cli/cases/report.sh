# One page to act on: its figures are those of stats, its causes add up, and it names who pins and what goes back.
{
	cat <<'T'
name 0x8000000000000001 load (svc.py:22)
name 0x8000000000000002 remember (svc.py:16)
name 0x8000000000000003 count (svc.py:30)
site 1 0x8000000000000001
site 2 0x8000000000000002
site 3 0x8000000000000003
T
	i=0
	while [ $i -lt 2000 ]; do
		echo "a $i 500 site=1 domain=obj time=$((i * 1000000))"
		[ $((i % 200)) -ne 7 ] || echo "a $((10000 + i)) 40 site=2 domain=obj time=$((i * 1000000 + 1))"
		[ $((i % 200)) -ne 8 ] || echo "a $((20000 + i)) 500 site=2 domain=obj time=$((i * 1000000 + 1))"
		i=$((i + 1))
	done
	echo 'mark dropped'
	echo 'mark kernel: private 1400832, resident 9400832, swapped 4096'
	i=0
	while [ $i -lt 2000 ]; do
		echo "f $i domain=obj time=$((2000000000 + i))"
		[ $((i % 500)) -ne 0 ] || echo "a $((30000 + i)) 300000 site=3 domain=raw time=$((2000000000 + i))"
		i=$((i + 1))
	done
	echo 'mark interpreter shuts down'
	i=7
	while [ $i -lt 2000 ]; do
		echo "f $((10000 + i)) domain=obj"
		i=$((i + 200))
	done
} >t.rep
"$arenascope" report --python 3.9 --below glibc t.rep
echo
echo "as stats has it:"
for at in peak dropped 'interpreter shuts down' end; do
	"$arenascope" stats --python 3.9 --below glibc --format csv --at "$at" t.rep | grep -E '^(live|held|peak) ' >stats
	"$arenascope" report --python 3.9 --below glibc --format csv --at "$at" --whatif never t.rep |
		grep -E '^(live|held|peak live|peak held|peak at) ' | while read -r line; do
		grep -qxF "$line" stats || echo "differs: $line"
	done
	"$arenascope" report --python 3.9 --below glibc --format csv --at "$at" --whatif never t.rep |
		awk -F, '/^cause,/ { inside = 1; next } /^(caller|setting),/ { inside = 0 } inside { sum += $2 }
			/^live bytes/ { live = $2 } /^held bytes/ { held = $2 }
			END { print live, "live and", sum, "by causes are", held, "held:", live + sum == held ? "yes" : "NO" }'
done
for trace in python-dict cc1 sqlite; do
	for engine in pymalloc glibc heap recorded; do
		"$arenascope" report --engine $engine --format csv --whatif never "$traces/recorded/$trace.trace" |
			awk -F, '/^cause,/ { inside = 1; next } /^(caller|setting),/ { inside = 0 } inside { sum += $2 }
				/^live bytes/ { live = $2 } /^held bytes/ { held = $2 }
				END { exit live + sum != held }' || echo "$trace in $engine: causes do not add up"
	done
done
"$arenascope" report --python 3.9 --below glibc --whatif never --format json t.rep | sed -n 's/^ "\([^"]*\)": .*/\1/p' >members
paste -sd ';' members
while read -r member; do
	grep -q "^| .*\`$member\`" "$traces/../docs/report.md" || echo "docs/report.md does not have $member"
done <members
"$arenascope" report --python 3.9 --whatif never --format html t.rep | grep -e '<title' -e '<dt>held' -e '<h2>who keeps' -e '<td>remember'
# The viewer's figures name the same causes.
printf 'size 200x60\nsettle\nkey i\nkey z\nsettle\ndump info\n' >script
for engine in pymalloc glibc recorded; do
	for at in 30% end; do
		"$arenascope" report --engine $engine --at $at --whatif never "$traces/recorded/python-dict.trace" |
			sed -n '/^why it is held/,/^$/p' | sed -n 's/^  \([a-z][a-z -]*[a-z]\)   *\([0-9.]* [KMG]*i*B\) .*/\1: \2/p' | sort >causes
		"$arenascope" play --engine $engine --at $at --script script "$traces/recorded/python-dict.trace" >screen
		while read -r line; do
			grep -q "^ .*  *${line%%:*}  *${line#*: }" screen || echo "$engine at $at: the viewer does not have $line"
		done <causes
		[ -s causes ] || echo "$engine at $at: no causes"
	done
done

# A recorded program's figures are simulated, or those of its own addresses: both are said.
for engine in pymalloc recorded; do
	"$arenascope" report --engine $engine --whatif never "$traces/recorded/python-dict.trace" | grep '^known by'
done

# What the program can do by itself is among what would help, where it is worth it.
printf 'a 0 100000\na 1 16\nf 0\n' >trim.rep
"$arenascope" report --engine glibc --whatif never trim.rep | grep -e "malloc_trim(0)" -e "^malloc_trim"
"$arenascope" report --engine glibc --at 1 trim.rep | grep -e "malloc_trim(0)" -e "^malloc_trim"

# malloc_trim() merges fast chunks with the holes beside them; the chunks of a tcache stay as they are.
i=0
{
	while [ $i -lt 400 ]; do
		echo "a $i 1500"
		echo "a $((1000 + i)) 40"
		i=$((i + 1))
	done
	echo 'a 9999 16'
	while [ $i -gt 0 ]; do
		i=$((i - 1))
		echo "f $i"
		echo "f $((1000 + i))"
	done
} >fast.rep
for count in 7 1000; do
	"$arenascope" report --engine glibc --tcache-count $count --whatif never fast.rep | grep '^malloc_trim'
done

# What a call of it has given back holds nothing, until it is used again; and a play without some blocks counts as the report does.
{
	cat fast.rep
	echo 'libc malloc_trim 0'
	echo 'mark trimmed'
	i=0
	while [ $i -lt 100 ]; do
		echo "a $i 1500"
		i=$((i + 1))
	done
	echo 'mark kernel: private 8192, resident 8192, swapped 0'
} >trimmed.rep
for at in trimmed end; do
	"$arenascope" report --engine glibc --at $at trimmed.rep | sed -n -e '/^held bytes/p' -e "/^malloc_trim/p" -e '/^why it/,/^$/p' -e '/^who keeps/,/^$/p' -e '/^what would/,/^$/p' -e '/^what the kernel/,/^$/p'
done

# Statistics, the state and the viewer's figures count the same as held, at any place; so does the highest of all afterwards.
for at in 1500 trimmed 1650 end; do
	printf 'size 200x60\nsettle\nkey i\nkey z\nsettle\ndump info\n' >script
	for command in 'report --format csv --whatif never' 'stats --format csv' 'dump --format csv'; do
		# shellcheck disable=SC2086	# a command with its options
		"$arenascope" $command --engine glibc --at $at trimmed.rep | grep -e '^held' -e '^malloc_trim gave' | tr '\n' ' '
		echo "${command%% *}"
	done
	"$arenascope" play --engine glibc --at $at --script script trimmed.rep | grep -o -e ' held  *[0-9][^ ]* [KMi]*B' -e ' given back  *[0-9][^ ]* [KMi]*B'
done
"$arenascope" stats --engine glibc trimmed.rep | sed -n -e '/^peak held/p' -e '/^where the/,/^$/p'

# The kernel's figures are those of the mark before them, whatever other threads have done meanwhile.
printf 'a 0 16\nmark here\na 1 16\nmark kernel: private 8192, resident 8192, swapped 0\n' >kernel.rep
"$arenascope" report --engine glibc kernel.rep | grep 'here .*KiB'
# What would add little to the free end of the heap is no answer to why it is held.
printf 'info play --engine glibc --glibc 2.36\nname 0x1 first (k.c:1)\nname 0x2 keep (k.c:2)\nsite 1 0x1\nsite 2 0x2\na 0 24 site=1\na 2 3000\na 1 2000 site=2\nf 2\n' >top.rep
"$arenascope" report top.rep | sed -n '/^why/,/^ *cause/p'
# Callers have together what statistics count as live: not what was refused, mapped by the program or freed under another name; and counted objects as long as they live.
sums_agree()
{
	"$arenascope" report --whatif never --rows 1000 --format json "$@" | sed -n -e 's/^ "live \([a-z]*\)": \([0-9]*\),$/\1 \2/p' -e 's/.*"live bytes": \([0-9]*\), "live blocks": \([0-9]*\), "of live".*/row \1 \2/p' |
		awk -v what="$*" '$1 == "bytes" { bytes = $2 } $1 == "objects" { objects = $2 } $1 == "row" { sum += $2; blocks += $3 }
			END { if (sum != bytes || blocks != objects) print what ": " sum " bytes in " blocks " blocks of callers, " bytes " in " objects }'
}
printf 'a 0 5000\na 1 100\na 2 6000\nr 1 6000\n' >refused.rep
printf 'site 1 0x401000\nm 0 300000 call=mmap site=1\na 1 100 site=1\na 2 100\nf 2\na 3 100 site=1\nf 2\n' >program-maps.rep
printf 'site 1 0x401000\nnew 1 64 gc site=1\nnew 2 28 site=1\nref 1 2\nunref - 2\nnew 3 40 gc site=1\nunref - 3\na 9 10\n' >counted.rep
sums_agree --engine heap --heap-size 1000 refused.rep
for engine in heap glibc pymalloc; do
	for file in refused.rep program-maps.rep counted.rep "$traces"/lessons/stale-free.rep "$traces"/lessons/odd-sizes.rep "$traces"/lessons/cycle.rep; do
		sums_agree --engine $engine "$file"
	done
done
"$arenascope" report --whatif never --engine heap counted.rep | sed -n '/^who has/,/^$/p'

# Where the recording ends the program has left main(), unless its last event is a mark, or what the kernel said of it.
printf 'info libc glibc 2.36\na 0 100\nmark idle\n' >marked.rep
{
	cat marked.rep
	echo 'mark kernel: private 1400832, resident 9400832, swapped 4096'
} >kernel.rep
{
	cat marked.rep
	echo 'f 0'
} >left.rep
printf 'info libc glibc 2.36\nmark kernel: private 1400832, resident 9400832, swapped 4096\n' >only.rep
for file in marked.rep kernel.rep left.rep only.rep; do
	"$arenascope" report --whatif never $file | sed -n '/^at the moment/p; s/^moment .*/'$file/p
done

# A place that there is not.
"$arenascope" report --at nowhere t.rep
