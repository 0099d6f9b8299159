# A dictionary or set with few entries in a table for many: a copy has the size that it needs. A table is recognised by its size.
# table TYPE ENTRIES BYTES: what is said of a variable whose largest block has so many bytes
table()
{
	{
		echo 'info python 3.9.1'
		echo 'name 0x8000000000000001 fill (svc.py:5)'
		echo 'site 1 0x8000000000000001'
		echo "a 0 $3 site=1 domain=mem at=0x7f0000000010"
		echo 'a 1 64 site=1 domain=obj at=0x7f1000000030'
		echo '#: census blocks=2 bytes=20971608 step=4096 lines=2'
		echo "#: owner 1 blocks=2 bytes=20971608 items=$2 type=$1 name=svc.index"
		echo '#: kept 1 7f0000000010'
		echo 'mark interpreter shuts down'
	} >table.rep
	echo "$1 of $2 entries, $3 bytes:"
	"$arenascope" report --python 3.9 --below glibc --whatif never table.rep | tr -s ' \n' ' ' | grep -o 'The table of .* needs\.' || echo nothing
}
table dict 10 20971544	# 40 + 4 x 2^20 + 24 x 699,050: up to 3.10
table dict 1 15379136	# 32 + 4 x 2^20 + 16 x 699,050: texts, from 3.11 on
table dict 90000 20971544
table dict 10 20971545
table set 4 16777216
table set 300000 16777216
table list 4 16777216
# Also where most of what is held is not live: the few entries that are left keep their arenas, and the table is mapped alone.
{
	echo 'info python 3.9.1'
	printf 'name 0x8000000000000001 fill (svc.py:5)\nsite 1 0x8000000000000001\n'
	seq 1 50000 | awk '{ printf "a %d 500 site=1 domain=obj at=0x7e00%08x\n", $1, $1 * 512 }'
	echo 'a 0 20971544 site=1 domain=mem at=0x7f0000000010'
	seq 1 50000 | awk '$1 % 400 { print "f " $1 " domain=obj" }'
	echo 'mark interpreter shuts down'
	echo '#: census blocks=126 bytes=21036608 step=4096 lines=2'
	echo '#: owner 1 blocks=126 bytes=21036608 items=125 type=dict name=svc.index'
	seq 400 400 50000 | awk 'BEGIN { printf "#: kept 1 7f0000000010" } { printf " 7e00%08x", $1 * 512 } END { print "" }'
} >idle.rep
"$arenascope" report --python 3.9 --below glibc idle.rep | sed -n '/^what would help/,/^  setting/p' | sed '$d'
