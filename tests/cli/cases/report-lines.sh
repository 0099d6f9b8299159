# What one line of the source has made through several functions of a library is that line's; and what several lines have made that share what is live.

# One line fills a map, through three functions, while another's strings come and go between.
{
	cat <<'T'
info program ./maps
info libc glibc 2.36
name 0x8000000000000001 add (m.cc:7) through operator new
name 0x8000000000000002 add (m.cc:7) through std::string::_M_construct
name 0x8000000000000003 add (m.cc:7) through std::allocator::allocate
name 0x8000000000000004 ask (m.cc:8) through operator new
name 0x8000000000000005 fill (m.cc:5)
site 1 0x8000000000000001
site 2 0x8000000000000002
site 3 0x8000000000000003
site 4 0x8000000000000004
site 5 0x8000000000000005
T
	i=0
	while [ $i -lt 2000 ]; do
		echo "a $i 72 site=1"
		echo "a 1$i 64 site=2"
		[ $((i % 5)) -ne 0 ] || echo "a 2$i 96 site=3"
		[ $((i % 100)) -ne 0 ] || echo "a 3$i 48 site=4"
		i=$((i + 1))
	done
	echo 'a 999999 20 site=4'
} | awk '/^a/ { $2 = ++n } { print }' >maps.rep
"$arenascope" report --engine glibc maps.rep | sed -n '/^who keeps/,/^why/p;/^what would/,/^suspected/p'
"$arenascope" report --engine glibc --whatif never maps.rep | sed -n '/^what would/,/^$/p'

# A tree of objects is made in three lines, of which none has half.
sed -e 's/ (m.cc:7) through operator new/ (tree.c:4)/' -e 's/ (m.cc:7) through std::string.*/_name (tree.c:6)/' \
	-e 's/ (m.cc:7) through std::alloc.*/_list (tree.c:8)/' maps.rep | sed '/site=3/s/ 96/ 400/' >tree.rep
"$arenascope" report --engine glibc tree.rep | sed -n '/^who keeps/,/made by/p;/^what would/,/^suspected/p'

# A block that is mapped alone has most: the list has its line, and not all of it may be in memory.
sed '$a a 999999 9000000 site=5' maps.rep >mapped.rep
"$arenascope" report --engine glibc mapped.rep | sed -n '/^who keeps/,/^why/p;/^what would/,/^suspected/p'
