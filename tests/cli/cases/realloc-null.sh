# Buffers that grow from NULL: realloc(NULL, n) is an allocation, counted and named, and no fault.
printf 'r 0 100\nr 1 200\nr 0 150\nf -1\nf 0\n' >t.rep
"$arenascope" stats t.rep | sed -n -e '/^events by kind/,/^$/p' -e '/^what happened/,/^$/p' -e '/^faults/,/^$/p'
"$arenascope" stats --format json t.rep | grep -A9 '"faults"'
"$arenascope" export --csv - t.rep | cut -d, -f1,4,7,13,14
printf 'r 0 100\nf 0\n' >sound.rep
"$arenascope" stats sound.rep | grep -E '^faults|realloc-null'
