# What a program maps by itself (record --mmap) is no block of the allocator's: the report says how much it is, and whose.
{
	echo 'info libc glibc 2.36'
	printf 'info program ./table\n'
	printf 'name 0x401000 map_table (m.c:5)\nname 0x402000 main (m.c:9)\nname 0x403000 map_log (m.c:7)\n'
	printf 'site 1 0x401000\nsite 2 0x402000\nsite 3 0x403000\n'
	echo 'a 10 1000 site=2 at=0x555555559010'
	echo 'm 0 52428800 call=mmap site=1 at=0x7fb1af600000'
	echo 'm 1 20971520 call=mmap site=1 at=0x7fb1ae200000'
	echo 'm 2 8388608 call=mmap site=3 at=0x7fb1ad200000'
	echo 'm 3 8388608 call=mmap site=3 at=0x7fb1ac200000'
	echo 'u 1 call=munmap at=0x7fb1ae200000'
	echo 'mark main() returned'
} >t.rep
"$arenascope" report --whatif never t.rep | grep -e '^live bytes' -e '^held bytes' -e '^mapped'
"$arenascope" report --whatif never t.rep | sed -n '/^who keeps/,/^$/p'
"$arenascope" report --whatif never --format csv t.rep | sed -n '/^caller,bytes ever/,/^caller,blocks/p' | sed '$d'
