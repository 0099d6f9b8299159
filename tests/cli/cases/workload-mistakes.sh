try()
{
	echo "$ workload $*"
	status=0
	"$arenascope" workload "$@" >out 2>&1 || status=$?
	sed "1s|; there are pymalloc .*|; there are ...|; 1q" out
	echo "$status"
}
try lur
try nothing-like-it
try lru --text x
try lru array-list --element 7
try lru --capacity 0
try lru --sizes 0-4
try lru --sizes 9-3
try lru --zipf x
try lru --keys often
try lru -n 10000001
try lru vector -o x.trace
try all --play
try lru --play
try lru --live
try lru --live --play --script x
try lists --live --script x
try lru --live --rate 0
try lru --engines heap,
try lru --engines nothing
try lru --memory 20000
try lru -o /none/there
try lz4-cache --text /none/there
rm -f out; ls
