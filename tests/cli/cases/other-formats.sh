# Logs of other programs: recognised or forced, with lines of others, and of several processes.
cp "$(dirname "$0")"/../foreign/*.log .
convert() {
	echo "-- $*" >&2
	"$arenascope" convert "$@" -
}

echo '== threads'
convert ltrace-threads.log
convert strace-threads.log

echo '== a pipe, packed, cut off'
gzip -c mtrace.log | head -c 200 | "$arenascope" convert - - | tail -n 5

echo '== what examples/allocations.bt writes'
cat >bpftrace.log <<'L'
Attaching 11 probes...
812 malloc(24) = 0x55e8cfc7b330
813 calloc(3, 20) = 0x55e8cfc7b350
812 realloc(0x55e8cfc7b330, 2000) = 0x55e8cfc7b440
812 memalign(64, 96) = 0x55e8cfc7bc40
813 free(0x55e8cfc7b350) = <void>
812 malloc(9999999999999999) = 0x0
L
convert bpftrace.log

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

echo '== parts of mappings'
cat >parts.log <<'L'
strace: Process 7 attached
10:00:00.000001 brk(NULL) = 0x10000
10:00:00.000002 brk(0x13000) = 0x13000
10:00:00.000003 mmap(NULL, 40960, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000
10:00:00.000004 munmap(0x7f0000002000, 8192) = 0
10:00:00.000005 mmap(0x7f0000000000, 4096, PROT_READ, MAP_PRIVATE|MAP_FIXED, 3, 0) = 0x7f0000000000
10:00:00.000006 mmap(0x7f0000001000, 8192, PROT_READ, MAP_PRIVATE|MAP_FIXED, 3, 0) = 0x7f0000001000
10:00:00.000007 mremap(0x7f0000004000, 24576, 4096, MREMAP_MAYMOVE) = 0x7f0000100000
10:00:00.000008 brk(0x12000) = 0x12000
10:00:00.000009 mmap(NULL, 99999999999999, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = -1 ENOMEM (Cannot allocate memory)
10:00:00.000010 munmap(0x7e0000000000, 4096) = 0
10:00:00.000011 munmap(0x7f0000001001, 4096) = -1 EINVAL (Invalid argument)
10:00:00.000012 munmap(0x7f0000100000, 4096) = 0
L
convert parts.log

# The break may be anywhere in a page; nothing else may.
echo '== edges within a page'
cat >edges.log <<'L'
brk(NULL) = 0x10010
brk(0x12abc) = 0x12abc
brk(0x12def) = 0x12def
brk(0x11001) = 0x11001
brk(0x10011) = 0x10011
mmap(NULL, 12288, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7fd
mmap(NULL, 12288, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x1abc
munmap(0x1abd, 10) = 0
mmap(NULL, 12288, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x20000
munmap(0x21001, 4096) = 0
mremap(0x20001, 4096, 8192, MREMAP_MAYMOVE) = 0x30000
munmap(0x21000, 1) = 0
L
convert edges.log

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

echo '== logalloc, as it is and munged'
cat >logalloc.log <<'L'
7 8 malloc(32)=0x7f0c5d100040
7 9 calloc(1,148)=0x7f0c5d100080
7 8 realloc(0x7f0c5d100040,64)=0x7f0c5d100200
7 9 posix_memalign(256,240)=0x7f0c5d100100
7 8 jemalloc_stats()
7 8 free(0x7f0c5d100080)
11 8 malloc(5)=0x7f0c5d100040
7 8 free(0x0)
L
convert logalloc.log
cat >munged.log <<'L'
1 1 malloc(32)=#1
1 1 realloc(#1,64)=#1
1 2 memalign(64,100)=#2
1 1 free(#1)
1 1 malloc(8)=#1
1 1 free(#2)
L
convert munged.log
sed 's/^\(.\) ./\1/' munged.log >munged-without-threads.log
convert munged-without-threads.log

echo '== uftrace: others are inside of a call'
cat >uftrace.log <<'L'
# DURATION     TID     FUNCTION
            [ 19212] | main() {
   2.581 us [ 19212] |   malloc(24) = 0x5000;
            [ 19212] |   realloc(0x5000, 2000) {
   0.100 us [ 19213] |     calloc(0x10, 3) = 0x6000;
   0.838 us [ 19212] |     memcpy();
   3.213 us [ 19212] |   } = 0x7000; /* realloc */
            [ 19212] |   free(0x7000) {
   3.213 us [ 19212] |   } /* free */
  40.389 us [ 19212] | } = 0; /* main */
L
convert uftrace.log

echo '== memray parse'
cat >memray.log <<'L'
MEMORY_RECORD time=1757101101880 memory=1024
CONTEXT_SWITCH tid=1
THREAD MainThread
CODE_OBJECT code_id=1 function_name=a filename=a.py firstlineno=1 linetable_size=0
FRAME_PUSH code_object_id=1 instruction_offset=12 is_entry_frame=1
ALLOCATION address=0x1000 size=1024 allocator=malloc native_frame_id=1
ALLOCATION address=0x2000 size=48 allocator=pymalloc_malloc native_frame_id=0
MEMORY_RECORD time=1757101102880 memory=2048
CONTEXT_SWITCH tid=2
ALLOCATION address=0x2000 size=0 allocator=pymalloc_free native_frame_id=0
ALLOCATION address=0x1000 size=0 allocator=free
ALLOCATION address=0x7f0000000000 size=4096 allocator=mmap native_frame_id=2
ALLOCATION address=0x3000 size=4096 allocator=new native_frame_id=2
ALLOCATION address=0x7f0000000000 size=4096 allocator=munmap native_frame_id=2
TRAILER
L
convert memray.log

echo '== names of records that begin like those of memray, or are as long'
cat >records.log <<'L'
MEMORY_RECORD time=1757101101880 memory=1024
CONTEXT_SWITCH tid=1
ALLOCATION address=0x1000 size=1024 allocator=malloc native_frame_id=1
HEADER
TRAILERS
SEGMENTS 4
12345678 9
CONTEXT_SWITCHED tid=2
MEMORY_RECORDS time=1 memory=2
ALLOCATIONS address=0x2000 size=1024 allocator=malloc native_frame_id=1
ALLOCATION address=0x1000 size=0 allocator=free
L
convert records.log

echo '== an old mtrace, without @; a nested call of ltrace -n'
printf '= Start\n[0x8048209] - 0x8064cc8\n[0x80481eb] + 0x8064c48 0x14\n' >old.log
convert old.log
printf 'main(1, 0x7ffe <unfinished ...>\n  f(2 <unfinished ...>\n    malloc(24) = 0x1000\n' >nested.log
printf '12 [0x401136]   free(0x1000) = <void>\n' >>nested.log
convert nested.log

echo '== forced'
echo 'free(0x10) = <void>' >late.log
echo 'something' >>late.log
convert late.log
convert --from ltrace late.log
convert --from mtrace late.log
