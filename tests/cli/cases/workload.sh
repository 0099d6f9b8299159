"$arenascope" workload
"$arenascope" workload lru -n 24 --capacity 3 --universe 8 --sizes 8-32 -o small.rep
cat small.rep
"$arenascope" workload lru -n 24 --capacity 3 --universe 8 --sizes 8-32 -o - | cmp - small.rep && echo "the same again"
"$arenascope" workload lru -n 24 --capacity 3 --universe 8 --sizes 8-32 -o small.trace >/dev/null
"$arenascope" convert --to text small.trace - 2>/dev/null | cmp - small.rep && echo "the same in both forms"
"$arenascope" play --print small.rep | sed -n '/FULL/,/sliver/p'
"$arenascope" info --sites 4 small.rep | sed -n '/call sites/,$p'
