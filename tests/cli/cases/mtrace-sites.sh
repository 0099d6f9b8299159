# Who called, in a log of mtrace: an address in a file, each of which has a range of its own.
cat >t.log <<'L'
= Start
@ ./a.out:(main+0x12)[0x11b0] + 0x9000 0x18
@ /lib/x [1]:y.so:[0x11b0] + 0x9100 0x18
@ ./a.out:[0x11c0] < 0x9000
@ ./a.out:[0x11c0] > 0x9200 0x20
@ ./a.out:(main+0x12)[0x11b0] + 0x9300 0x18
@ [0x7f0000001234] - 0x9300
@ ./a.out:[0x10000000000] - 0x9200
@ ./a.out:[what] - 0x9100
+ 0x9400 0x8
= End
L
"$arenascope" convert --to text t.log -
echo '== in a report'
"$arenascope" report "$traces/../tests/cli/foreign/mtrace.log" | sed -n '/^who has most/,/^$/p'
