printf '3 4\n# hi\na 0 10 # ten\nnote x\nf 0\n' >t
"$arenascope" convert --to binary t - >t.bin
"$arenascope" convert --to text - - <t.bin
"$arenascope" info t.bin | sed 's/^trace .*/trace/'
gzip <t | "$arenascope" convert --to text - -
