cat >s <<'S'
settle
key ] ] . .
dump
S
"$arenascope" workload lru --play --script s --size 80x24 --format csv --engines heap | grep -e ' event ' -e ' who ' -e 'free list' -e ,
"$arenascope" workload producer-consumer --play --engine pool --block 512 --script s --size 100x30 --engines heap |
	grep -e ' event ' -e ' who ' -e heap
echo "--- live: how far it is when the script ends is nobody's promise; what it costs is"
echo "key q" >s
"$arenascope" workload linked-list --live --rate 1000 --script s -n 1000 --engines heap
TMPDIR=/none/there "$arenascope" workload lru --live --script s
mkdir here
TMPDIR=$PWD/here "$arenascope" workload lru --live --script s >/dev/null
ls here
