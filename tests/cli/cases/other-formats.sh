# Logs of other programs: recognised or forced, with lines of others, and of several processes.
cp "$(dirname "$0")"/../foreign/*.log .
convert() {
	echo "-- $*" >&2
	"$arenascope" convert "$@" -
}

echo '== threads'
convert ltrace-threads.log

echo '== a pipe, packed, cut off'
gzip -c mtrace.log | head -c 200 | "$arenascope" convert - - | tail -n 3

echo '== C++: new calls malloc, delete calls free'
cat >new.log <<'L'
_Znwm(24 <unfinished ...>
malloc(24)            = 0x1000
<... _Znwm resumed> ) = 0x1000
_ZdlPv(0x1000 <unfinished ...>
free(0x1000)          = <void>
<... _ZdlPv resumed> ) = <void>
_Znam(48, 1, 2)       = 0x2000
operator delete[](void*)(0x2000) = <void>
L
convert new.log

echo '== several processes'
cat >processes.log <<'L'
hello
--12-- malloc(24) = 0x4A42040
--13-- malloc(5) = 0x4A42040
--13-- free(0x4A42040)
--14-- realloc(0x0,7)malloc(7) = 0x4A42040
--00:00:00:00.312 12-- realloc(0x4A42040,0)free(0x4A42040)
L
convert processes.log
convert --pid 14 processes.log

echo '== forced'
echo 'free(0x10) = <void>' >late.log
echo 'something' >>late.log
convert late.log
convert --from ltrace late.log
convert --from mtrace late.log
