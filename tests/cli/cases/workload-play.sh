cat >s <<'S'
settle
key ] ] . .
dump
S
"$arenascope" workload lru --play --script s --size 80x24 --format csv --engines heap | grep -e ' event ' -e ' who ' -e 'free list' -e ,
"$arenascope" workload producer-consumer --play --engine pool --block 512 --script s --size 100x30 --engines heap |
	grep -e ' event ' -e ' who ' -e heap
