cat >t <<'T'
# Two libraries, one in the other's place; none of these files is there.
module 0x400000 0x401000 0x409000 00ff9a /opt/none/bin/tool
module 0x7f0000 0x7f0000 0x7f9000 - /opt/none/lib/first plugin.so
site 1 0x401234 0x401500
site 2 0x7f1234 0x401500
a 0 100 site=1
a 1 1000 site=2
r 1 2000 site=2
f 0 site=1
module 0x7f0000 0x7f0000 0x7f9000 - /opt/none/lib/second.so
site 3 0x7f1234 0x401500
site 4 0x10 0x401500
a 2 10 site=3
a 3 10 site=3
a 4 10
a 5 1 site=4
T
"$arenascope" info t
"$arenascope" info --sites 1 --by requests --format csv t | sed -n '/^site/,$p'
"$arenascope" info --sites 2 --by live --format json t | sed -n '/call sites/,$p'
"$arenascope" convert --to binary t t.trace
"$arenascope" convert --to text t.trace t.again
"$arenascope" convert --to text t - | diff - t.again && tail -n 9 t.again
"$arenascope" info --sites 0 t.trace | tail -n 4
"$arenascope" play --print --engine heap t | grep -e '^ *[0-9]' -e ' by '
