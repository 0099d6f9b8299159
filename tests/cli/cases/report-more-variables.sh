# Each variable that has a good share has its remedy, and what that would give back; a cache of functools has a call for it.
{
	echo 'info python 3.9.2'
	i=0
	for name in lookup load serve watch; do
		i=$((i + 1))
		printf 'name 0x800000000000000%d %s (svc.py:%d)\nsite %d 0x800000000000000%d\n' $i $name $((i * 10)) $i $i
	done
	# of the first 4,000 blocks, the second 3,000, the third 2,500, and the last one 500
	seq 0 9999 | awk '{ printf "a %d 500 site=%d domain=obj at=0x7f00%08x\n", $1, $1 < 4000 ? 1 : $1 < 7000 ? 2 : $1 < 9500 ? 3 : 4, $1 * 512 }'
	echo 'mark interpreter shuts down'
	echo '#: census blocks=10000 bytes=5120000 step=512'
	echo '#: owner 1 blocks=4000 bytes=2048000 type=functools._lru_cache_wrapper name=svc.lookup'
	echo '#: owner 2 blocks=3000 bytes=1536000 items=3000 type=dict name=svc.rows'
	echo '#: owner 3 blocks=2500 bytes=1280000 type=functools._lru_cache_wrapper name=svc.Api.get'
	echo '#: owner 4 blocks=500 bytes=256000 items=500 type=list name=svc.watched'
	seq 0 9999 | awk '{ printf "#: kept %d 7f00%08x\n", $1 < 4000 ? 1 : $1 < 7000 ? 2 : $1 < 9500 ? 3 : 4, $1 * 512 }'
} >t.rep
"$arenascope" report --below glibc --rows 3 t.rep | sed -n '/^what would help/,/^  setting/p' | sed '$d'
"$arenascope" report --below glibc --rows 3 --format csv t.rep | sed -n '/^advice,/,/^caller,/p' | sed '$d'
echo "not played:"
"$arenascope" report --below glibc --rows 3 --whatif never t.rep | sed -n '/^what would help/,/^$/p'
"$arenascope" report --below glibc --rows 3 --whatif never --format csv t.rep | sed -n '/^advice,/,/^caller,/p' | sed '$d'
