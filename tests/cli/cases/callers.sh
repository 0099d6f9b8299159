# Who called, in logs that say it: an address, an address in a file, or the functions that were entered.
foreign=$(dirname "$0")/../foreign
callers() {
	echo "== $1"
	"$arenascope" convert --to text "$1" converted
	grep -v '^#' converted
}

cp "$foreign/ltrace-callers.log" ltrace.log
callers ltrace.log | sed 8q

cat >halves.log <<'L'
10683 [0x5569819601df] threads->malloc(10 <unfinished ...>
10684 [0x5569819601f2] threads->free(0x9000 <unfinished ...>
10683 [0x5569819601df] <... malloc resumed> )    = 0x7000
10684 [0x5569819601f2] <... free resumed> )      = <void>
10684 23:51:23.541217 [0x5569819601ea] malloc(20) = 0x8000
10684 [0x55698196 malloc(30) = 0xa000
L
callers halves.log

cat >strace.log <<'L'
[00007fcaa9fbdca3] mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7fcaa9f93000
[????????????????] munmap(0x7fcaa9f93000, 8192) = 0
L
callers strace.log

cp "$foreign/lttng-callers.log" lttng.log
callers lttng.log | grep -v ust | sed 8q

cat >uftrace.log <<'L'
            [  5848] | main() {
            [  5848] |   outer(10) {
            [  5848] |     std::make<int, std::allocator<int>, a_name_that_is_longer_than_any_other_of_this_log>(10) {
   2.439 us [  5848] |       malloc(10) = 0x1000;
   2.439 us [  5849] |   malloc(12) = 0x3000;
            [  5848] |       realloc(0x1000, 11) {
   0.439 us [  5848] |         memcpy();
   3.341 us [  5848] |       } = 0x2000; /* realloc */
   3.341 us [  5848] |     } = 0x2000; /* std::make */
   1.137 us [  5848] |     free(0x2000);
   6.625 us [  5848] |   } = 0x2000; /* outer */
   0.434 us [  5848] |   malloc(20) = 0x1000;
  10.266 us [  5848] | } = 0; /* main */
  10.266 us [  5848] | } = 0; /* one that had begun before the log did */
   0.434 us [  5848] | malloc(30) = 0x4000;
L
callers uftrace.log
echo '== in a report'
"$arenascope" report uftrace.log | sed -n '/^who has most/,/^$/p'
