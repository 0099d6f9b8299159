# A page of a long trace has some of its screens; the page and the command say which.
seq 0 1500 | sed 's/.*/a & 16/' >long.rep
"$arenascope" export --html long.html long.rep
grep -o '<p class="part">[^<]*</p>' long.html
"$arenascope" export --html - long.rep | grep -c '<p class="part">'
"$arenascope" export --html part.html --at 100 --to 140 long.rep
grep -c '<p class="part">' part.html || :
