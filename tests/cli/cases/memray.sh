# Files of memray are what `memray parse` prints of them, and the stacks of Python besides.
cp "$(dirname "$0")"/../foreign/memray-* .
events() {
	"$arenascope" convert "$@" --to text - 2>>messages | grep -v '^info\|^name\|^site' | sed 's/ site=[0-9]*//'
}

for version in 11 13; do
	events memray-frames-$version.log >parsed
	events memray-frames-$version.bin | cmp - parsed && wc -l <parsed
done
cat messages

echo '== who called'
"$arenascope" convert memray-frames-13.bin --to text - | grep '^name'
"$arenascope" info memray-frames-11.bin | sed -n '/call sites/,$p'

events memray-13.bin >parsed-13

echo '== a pipe'
events - <memray-13.bin | head -n 3

echo '== packed, though memray has packed them already; and packed again'
gzip -c memray-13.bin >once.gz
xz -c once.gz >twice.xz
for file in once.gz twice.xz; do
	events $file | cmp - parsed-13 && events - <$file | cmp - parsed-13 && echo same
done
head -c 300 once.gz >cut.gz
"$arenascope" info cut.gz

echo '== what cannot be read'
printf 'memray\000\011\000\000\000rest' >old.bin
printf 'memray\000\012\000\000\000\000\001rest, of which a number follows another, long enough' >sums.bin
printf 'memray\000\012\000\000\000\000\000                \000\000\000\000\000\000\000\000        p\000\001\000\000\000\001\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\001\054\001\000\000\000\000\000\000\000\021\004\007\377' >damaged.bin
head -c 40 sums.bin | tr '\001' '\000' >cut.bin
for file in old sums damaged cut; do
	"$arenascope" info $file.bin
done
"$arenascope" convert --salvage damaged.bin --to text -
