# What two traces, or two moments of one, have more and less of.
cat >a.rep <<'T'
name 0x8000000000000001 load (svc.py:22)
name 0x8000000000000002 remember (svc.py:16)
name 0x8000000000000003 parse (svc.py:30)
site 1 0x8000000000000001
site 2 0x8000000000000002
site 3 0x8000000000000003
a 0 500 site=1 domain=obj
a 1 500 site=1 domain=obj
a 2 40 site=2 domain=obj
mark loaded
f 0
f 1
a 3 40 site=2 domain=obj
a 4 100 site=3 domain=obj
mark served
T
# The same program with other numbers of sites, and a leak.
cat >b.rep <<'T'
name 0x8000000000000002 remember (svc.py:16)
name 0x8000000000000004 leak (svc.py:50)
site 1 0x8000000000000004
site 2 0x8000000000000002
a 0 3000 site=1 domain=obj
a 1 40 site=2 domain=obj
T
"$arenascope" diff --python 3.9 --at loaded --to served a.rep
"$arenascope" diff --python 3.9 a.rep b.rep
"$arenascope" diff --python 3.9 --format json a.rep b.rep | sed -n '/"live bytes by caller"/,/\]/p'
"$arenascope" diff --format json a.rep b.rep | sed -n 's/^ "\([^"]*\)": .*/\1/p' | while read -r member; do
	sed '1,/^## What has changed/d' "$traces/../docs/report.md" | grep -q "^| .*\`$member\`" || echo "docs/report.md does not have $member"
done
# A moment at which a program is no longer at work says so, and two programs are named.
{
	printf 'info program python3 before.py\ninfo python 3.9\n'
	cat a.rep
	echo 'mark interpreter shuts down'
	echo 'f 2'
} >python.rep
sed 's/before.py/after.py/' python.rep >after.rep
"$arenascope" diff python.rep after.rep | sed '/^$/,$d'
"$arenascope" diff --at loaded --to served python.rep | sed '/^$/,$d'
# After its end nothing is left of a leak: the option that asked says which moment has it.
"$arenascope" diff --at loaded --to end python.rep | grep '^at the moment'
"$arenascope" diff a.rep a.rep | sed -n '/^figures/,$p'
"$arenascope" diff a.rep
"$arenascope" diff --at loaded --to nowhere a.rep
"$arenascope" diff a.rep none.rep
