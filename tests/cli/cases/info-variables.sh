# The variable that keeps what a line has made stands beside it, as in the report; of an older census, how old it is.
{
	cat <<'T'
info python 3.9.2
name 0x8000000000000001 load (svc.py:8)
name 0x8000000000000002 merge (svc.py:9)
name 0x8000000000000003 scratch (svc.py:10)
site 1 0x8000000000000001
site 2 0x8000000000000002
site 3 0x8000000000000003
T
	seq 0 999 | awk '{ printf "a %d 500 site=%d domain=obj at=0x7f00%08x time=%d\n", $1, 1 + ($1 % 4 == 0), $1 * 512, $1 * 1000000 }'
	seq 5000 5999 | awk '{ printf "a %d 500 site=3 domain=obj at=0x7f1000000000 time=1000000000\nf %d domain=obj time=1000000000\n", $1, $1 }'
	echo 'mark loaded'
	echo '#: census blocks=1000 bytes=512000 step=512'
	echo '#: owner 1 blocks=900 bytes=460800 items=900 type=dict name=svc.CACHE'
	echo '#: owner 2 blocks=100 bytes=51200 items=100 type=list name=svc.queue'
	seq 0 999 | awk '{ printf "#: kept %d 7f00%08x\n", 1 + ($1 % 8 == 0), $1 * 512 }'
	seq 1000 9999 | awk '{ printf "a %d 500 site=1 domain=obj at=0x7f00%08x time=%d\n", $1, $1 * 512, $1 * 2000000 }'
} >t.rep
for by in bytes live; do
	"$arenascope" info --by $by --at loaded t.rep | sed -n '/^call sites/,/^$/p'
done
"$arenascope" report --whatif never --at loaded --below glibc t.rep | sed -n '/^who has most/,/^$/p'
echo "later:"
"$arenascope" info --by live t.rep | sed -n '/^call sites/,/^$/p'
"$arenascope" info --by live --format json t.rep | sed -n '/"call sites"/,/}/p'
