# Figures of any moment, named as the viewer does; what is live before the interpreter shuts down.
cat >t <<'T'
site 1 0x401234
site 2 0x401500
a 0 100 site=1 domain=obj
m 9 262144 domain=arena site=2
a 1 1000 site=2 domain=obj
mark loaded
f 1
mark interpreter shuts down
f 0
a 2 10 site=1 domain=obj
T
for at in start peak 'interpreter shuts down' 50% loaded 4 end; do
	"$arenascope" stats --engine heap --format csv --at "$at" t | grep -e '^live bytes' -e '^events,' | tr '\n' ' '
	"$arenascope" info --at "$at" --format csv t | sed -n '/^site,/,/^event,/p' | grep '^[1-9]*,.*0x' | tr '\n' ' '
	echo "$at"
done
"$arenascope" info --by live t | sed -n '/^call sites/,/^$/p'
"$arenascope" info --by live t | grep -e 'live at'
"$arenascope" info --at nowhere t
# A moment that there is not is said by all that take one.
for command in 'stats' 'info' 'dump' 'report' 'diff --from-at 1' 'export --pprof out' 'draw -o out.svg' 'play --print'; do
	# shellcheck disable=SC2046,SC2086	# words
	"$arenascope" ${command%% --from-at*} $([ "${command%% *}" != diff ] || echo t) --at 1.5s t 2>&1 >/dev/null | grep -v ^usage
done
[ ! -e out ] || echo "out was written"

# A form that has every event does not pass over a moment in silence; beside one that takes it, it may stand.
"$arenascope" export --csv - --at 2 t
"$arenascope" export --pprof out --to 5 t
"$arenascope" export --jsonl - --pinned 5 t
"$arenascope" export --jsonl events --folded - --at 3 t && wc -l <events

# A mark that the trace does not have: the nearest names come first, each once, and no more than eight.
"$arenascope" info --at 'interpreter shut down' t
{
	for mark in start one two three one four five six seven eight requests 'kernel: private 1, resident 1, swapped 0'; do
		echo "mark $mark"
	done
	echo 'a 0 16'
} >marks
"$arenascope" info --at request marks
"$arenascope" info --at nowhere marks
printf 'mark only\na 0 16\n' >marks
"$arenascope" info --at nowhere marks

# Long names, as of programs that were executed, are no more than fit a message.
for i in 1 2 3 4 5 6; do
	printf 'mark exec: /usr/bin/env bash /opt/packages/a-folder-with-a-long-name/python3 script.py --option %d\n' $i
done >marks
echo 'a 0 16' >>marks
"$arenascope" info --at nowhere marks

# Where the program's own work ends: report and diff are about that, stats is about the end and says so.
printf 'info program ./p\ninfo libc glibc 2.36\na 0 100\nmark main() returned\na 1 7\nf 1\nf 0\n' >program
for at in '' '--at exit' '--at end' '--at 0'; do
	# shellcheck disable=SC2086	# an option
	"$arenascope" report --whatif never $at program | grep -e '^moment' -e '^at the' -e '^live bytes'
done
"$arenascope" stats program | sed -n '/^moment/,/^live bytes/p'
echo "== a moment that the trace does not have"
printf 'a 0 8\nf 0\n' >short.rep
"$arenascope" stats --at 9999 short.rep 2>&1 | head -1
"$arenascope" draw --at 9999 -o short.svg short.rep 2>&1
"$arenascope" draw --at 1 -o short.svg short.rep 2>&1
"$arenascope" stats --at exit marks
