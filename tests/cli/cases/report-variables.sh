# A census in comments: the variable that keeps most comes before the line that asked for it, and no play blames that line alone.
{
	echo 'info python 3.9.2'
	cat <<'T'
name 0x8000000000000001 order (svc.py:37)
name 0x8000000000000002 merge (svc.py:33)
name 0x8000000000000003 other (svc.py:9)
site 1 0x8000000000000001
site 2 0x8000000000000002
site 3 0x8000000000000003
T
	i=0
	while [ $i -lt 3000 ]; do
		echo "a $i 500 site=$((1 + i % 2)) domain=obj at=$((0x7f0000000000 + i * 512))"
		[ $((i % 30)) -ne 0 ] || echo "a $((10000 + i)) 400 site=3 domain=obj at=$((0x7f1000000000 + i * 512))"
		i=$((i + 1))
	done
	echo 'mark interpreter shuts down'
	echo '#: census blocks=3000 bytes=1536000 step=512'
	echo '#: owner 1 blocks=2900 bytes=1484800 items=2900 type=dict name=svc.rows'
	echo '#: user 1 merge (svc.py:32)'
	echo '#: user 1 main (svc.py:50)'
	echo '#: owner 2 blocks=100 bytes=51200 type=collections.deque name=svc.app.queue'
	i=0
	while [ $i -lt 3000 ]; do
		printf '#: kept %d %x\n' $((i % 30 == 0 ? 2 : 1)) $((0x7f0000000000 + i * 512))
		i=$((i + 1))
	done
	echo '# a comment'
	echo '#: owner x'
	echo '#: kept 9 1 2 3'
	i=0
	while [ $i -lt 1500 ]; do
		echo "f $((i * 2)) domain=obj"
		i=$((i + 1))
	done
} >t.rep
"$arenascope" report --below glibc --rows 3 t.rep | sed '/^why it is held/,$d'
echo
"$arenascope" report --below glibc --rows 3 t.rep | sed -n '/^what would help/,/^$/p'
echo "half of it freed since:"
"$arenascope" report --below glibc --whatif never --format csv --at end t.rep | sed -n '/^variable/,/^cause/p'
echo "kept through a conversion:"
"$arenascope" convert t.rep t.trace
"$arenascope" report --below glibc --whatif never --format json t.trace | sed -n '/"what variables keep"/,/]/p'
echo "in no variable:"
{
	printf 'info python 3.9.2\nname 0x8000000000000001 note (svc.py:12)\nsite 1 0x8000000000000001\n'
	seq 0 2999 | sed 's/.*/a & 500 site=1 domain=obj/'
	seq 0 2999 | awk '$1 % 60 { print "f " $1 " domain=obj" }'
	echo 'mark interpreter shuts down'
	echo '#: census blocks=50 bytes=25000 step=512'
	echo '#: owner 1 blocks=1 bytes=500 items=1 type=dict name=svc.rows'
} >cycles.rep
"$arenascope" report --below glibc --rows 3 --whatif never cycles.rep | sed -n '/^who keeps/,/^$/p'
# Nobody can copy what no variable leads to: the collector frees it, or empties the free lists that it is in.
"$arenascope" report --below glibc --rows 3 cycles.rep | sed -n '/^what would help/,/setting/p'
"$arenascope" report --below glibc --rows 3 --whatif never cycles.rep | sed -n '/^what would help/,/^$/p'
echo "the same, cut short:"
sed 's/^#: census .*/& cut/' cycles.rep >cut.rep
"$arenascope" report --below glibc --rows 3 --whatif never cut.rep | sed -n '/^variables/p; /^who keeps/,/made by/p'
echo "live and in no variable:"
{
	printf 'info python 3.9.2\nname 0x8000000000000001 node (svc.py:4)\nsite 1 0x8000000000000001\n'
	seq 0 2999 | sed 's/.*/a & 500 site=1 domain=obj/'
	echo 'mark interpreter shuts down'
	echo '#: census blocks=50 bytes=25000 step=512'
	echo '#: owner 1 blocks=1 bytes=500 items=1 type=dict name=svc.rows'
} >live.rep
"$arenascope" report --below glibc --rows 3 --whatif never live.rep | sed -n '/^who keeps/,/made by/p'
"$arenascope" report --below glibc --rows 3 live.rep | sed -n '/^what would help/,/setting/p'
# Four lines make one cycle; what C code has made is not collected.
{
	echo 'info python 3.9.2'
	for i in 1 2 3 4; do
		printf 'name 0x800000000000000%d node (svc.py:%d)\nsite %d 0x800000000000000%d\n' $i $i $i $i
	done
	echo 'site 5 0x401000'
	seq 0 2999 | awk '{ print "a " $1 " " (100 + 100 * ($1 % 4)) " site=" (1 + $1 % 4) " domain=obj" }'
	seq 3000 3099 | sed 's/.*/a & 500 site=5 domain=obj/'
	echo 'mark interpreter shuts down'
	echo '#: census blocks=50 bytes=25000 step=512'
	echo '#: owner 1 blocks=1 bytes=500 items=1 type=dict name=svc.rows'
} >four.rep
"$arenascope" report --below glibc --rows 3 --whatif never four.rep | sed -n '/^what would help/,/^$/p'
echo "the census long before:"
{
	grep -v '^a ' live.rep
	seq 0 4999 | sed 's/.*/a & 500 site=1 domain=obj/'
} >early.rep
"$arenascope" report --below glibc --rows 3 --whatif never --at end early.rep | sed -n '/^variables/p; /^who keeps/,/made by/p'
# A mark that came too soon after a census has none: the last one says how old it is, and shares are of what was there then.
echo "a mark without a census:"
{
	printf 'info python 3.9.2\nname 0x8000000000000001 handle (svc.py:8)\nsite 1 0x8000000000000001\n'
	seq 0 999 | awk '{ printf "a %d 500 site=1 domain=obj at=0x7f00%08x time=%d\n", $1, $1 * 512, $1 * 1000000 }'
	echo 'mark first'
	echo 'a 9999 16 site=1 domain=obj at=0x7e0000000000 time=1000000000'
	echo '#: census blocks=1000 bytes=512000 step=512'
	echo '#: owner 1 blocks=1000 bytes=512000 items=1000 type=dict name=svc.seen'
	seq 0 999 | awk '{ printf "#: kept 1 7f00%08x\n", $1 * 512 }'
	seq 1000 1999 | awk '{ printf "a %d 450 site=1 domain=obj at=0x7f00%08x time=%d\n", $1, $1 * 512, $1 * 2000000 }'
	echo 'mark second'
	echo 'a 2000 500 site=1 domain=obj'
} >marks.rep
for at in first second; do
	"$arenascope" report --below glibc --rows 3 --whatif never --at $at marks.rep | sed -n '/^variables/p; /^who keeps/,/^why it is held/p' | sed '$d'
done
# Whose the newer ones are is not known: why no play is without them.
"$arenascope" report --below glibc --rows 3 --at second marks.rep | sed -n '/^what would help/,/setting/p'
# Of what is idle no share is told: blocks keep it that were made since.
{
	cat marks.rep
	seq 0 2000 | awk '$1 % 60 { print "f " $1 " domain=obj" }'
} >idle.rep
"$arenascope" report --below glibc --rows 3 --whatif never --at end idle.rep | sed -n '/^who keeps/,/^$/p'
# Freed now, large blocks go to the C library, which keeps the pages between what lies beside them.
echo "large ones:"
{
	printf 'info python 3.9.2\nname 0x8000000000000001 render (svc.py:4)\nsite 1 0x8000000000000001\n'
	printf 'name 0x8000000000000002 log (svc.py:9)\nsite 2 0x8000000000000002\n'
	seq 0 99 | while read -r i; do
		echo "a $i 20000 site=1 domain=obj at=$((0x7f0000000000 + i * 32768))"
		echo "a $((1000 + i)) 600 site=2 domain=obj at=$((0x7f1000000000 + i * 1024))"
	done
	echo 'mark interpreter shuts down'
	echo '#: census blocks=200 bytes=2060000 step=512'
	echo '#: owner 1 blocks=100 bytes=2000000 items=100 type=dict name=svc.cache'
	seq 0 99 | while read -r i; do
		printf '#: kept 1 %x\n#: kept 0 %x\n' $((0x7f0000000000 + i * 32768)) $((0x7f1000000000 + i * 1024))
	done
} >large.rep
"$arenascope" report --below glibc --rows 3 large.rep | sed -n '/^what would help/,/setting/p'
# Two of three lines keep most; variables lead to a third of their blocks, which is more than half of what the first line keeps.
{
	echo 'info python 3.9.2'
	for i in 1 2 3; do
		printf 'name 0x800000000000000%d line (svc.py:%d)\nsite %d 0x800000000000000%d\n' $i $i $i $i
	done
	seq 0 8999 | awk '{ printf "a %d 500 site=%d domain=obj at=0x%x\n", $1, 1 + int($1 / 3000), 268435456 + $1 * 512 }'
	seq 0 8999 | awk '$1 % 60 { print "f " $1 " domain=obj" }'
	echo 'mark interpreter shuts down'
	echo '#: census blocks=150 bytes=75000 step=512'
	echo '#: owner 1 blocks=50 bytes=25000 items=50 type=dict name=svc.rows'
	seq 0 60 8999 | awk 'NR % 3 == 0 { printf "#: kept 1 %x\n", 268435456 + $1 * 512 }'
} >thirds.rep
"$arenascope" report --below glibc --rows 3 --whatif never thirds.rep | sed -n '/^who keeps/,/^$/p; /^what would/,/^$/p'
# A line with less than a hundredth of what the variable keeps is freed as well: its pools are in every other arena.
echo "small ones beside large ones:"
{
	echo 'info python 3.9.2'
	printf 'name 0x8000000000000001 rows (svc.py:5)\nsite 1 0x8000000000000001\n'
	printf 'name 0x8000000000000002 fill (svc.py:10)\nsite 2 0x8000000000000002\n'
	seq 0 5999 | awk '{
		printf "a %d 500 site=1 domain=obj at=0x7f00%08x\n", $1, $1 * 512
		if ($1 % 4 == 0) printf "a %d 16 site=2 domain=obj at=0x7e00%08x\n", 10000 + $1, $1 * 4
	}'
	echo 'mark interpreter shuts down'
	echo '#: census blocks=7500 bytes=3096000 step=16'
	echo '#: owner 1 blocks=7500 bytes=3096000 items=6000 type=dict name=svc.rows'
	seq 0 5999 | awk '{
		printf "#: kept 1 7f00%08x\n", $1 * 512
		if ($1 % 4 == 0) printf "#: kept 1 7e00%08x\n", $1 * 4
	}'
} >small.rep
"$arenascope" report --below glibc --rows 3 small.rep | sed -n '/^what would help/,/setting/p'
