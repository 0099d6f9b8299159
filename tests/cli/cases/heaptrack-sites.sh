# Who allocated, in a file of heaptrack: interpreted with names, raw with modules; damage costs only its own line.
here=$traces/../tests/cli/foreign
echo '== interpreted: its own words for the frames'
"$arenascope" convert --to text "$here/heaptrack.log" - | sed -n '/main_impl/,/^a 3/p'
echo '== raw: the same stacks, as addresses of modules'
for log in heaptrack heaptrack-raw; do
	"$arenascope" convert --to text "$here/$log.log" $log.text
	sed -n '/^site/p; s/^a.*\(site=.*\)/\1/p' $log.text >$log.sites
done
cmp heaptrack.sites heaptrack-raw.sites && wc -l <heaptrack.sites
grep -E '/requests$|libm' heaptrack-raw.text
echo '== no lengths before format 3; a place without words, and one that has some put into it'
cat >old.log <<'L'
v 10100 2
s parse
s /src/a b/csv.c
i 401010 0 1 2 c
i 401020 0
i 401030 0 1 2 d 1 2 e
t 1 0
t 2 1
t 3 2
a 10 3
+ 0
L
"$arenascope" convert --to text old.log -
echo '== modules once, however often they are listed; what is damaged'
cat >raw.log <<'L'
v 10400 3
x 8 /bin/one
m 1 -
m 1 x 400000 0 1000 2000 10
m 8 /bin/two 500000 0 1000
t 400010 0
+ 8 1 9000
m 1 -
m 1 x 400000 0 1000 2000 10
m 8 /bin/ten 500000 0 1000
m 99 /bin/cut 600000 0 1000
m 8 /bin/nil
t 500010 1
t 500020 77
t what 1
t 0 2
t 500030 5
+ 8 2 9100
+ 8 3 9200
+ 8 6 9300
+ 8 77 9400
L
"$arenascope" convert --to text raw.log -
