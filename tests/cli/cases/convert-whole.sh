# A file that cannot be converted to its end leaves an older one as it was, and nothing of its own.
awk 'BEGIN { for (i = 0; i < 40000; i++) print "a", i, i * 7919 % 5000 }' >t
"$arenascope" convert --to binary t u 2>/dev/null
size=$(wc -c <u)
printf 'damaged' | dd of=u bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null
echo older >v
"$arenascope" convert --to text u v 2>&1 | sed 's/byte [0-9]*/byte N/'
cat v
"$arenascope" convert --to text u w 2>/dev/null || ls
# One that is complete keeps the mode, and a link stays one.
chmod 640 v
ln -s v x
"$arenascope" convert --to text t x 2>/dev/null && cmp t v && stat -c '%a %F' v x
