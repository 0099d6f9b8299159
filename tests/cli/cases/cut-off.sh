# What is cut off says so wherever a figure depends on the end, and so does a copy of it.
{
	echo 'info libc glibc 2.36'
	seq 0 99 | sed 's/.*/a & 100/'
	echo 'mark recording cut off: the disk was full'
} >disk.rep
said()
{
	"$arenascope" "$@" 2>&1 | grep -a -e 'the disk was full' -e 'end is missing' | grep -v '^ '
}
for command in info stats report dump whatif 'diff --to 50%'; do
	echo "$command:"
	# shellcheck disable=SC2086	# words
	said $command --engine glibc disk.rep 2>&1 || said $command disk.rep
done
"$arenascope" stats --engine glibc --at 50 disk.rep 2>/dev/null | sed -n '/^cut off/p; /^at the moment/p'
echo "verify:"
{
	printf 'info libc glibc 2.36\ninfo break 0x10000000\n'
	seq 0 9 | awk '{ printf "a %d 100 at=0x%x\n", $1, 268436112 + $1 * 112 }'
	echo 'mark recording cut off: the disk was full'
} >libc.rep
said verify libc.rep
# A file whose end is gone: its copy has one event more.
grep -v "^mark" disk.rep >whole.rep
"$arenascope" convert --to binary whole.rep whole.trace 2>/dev/null
head -c "$(($(wc -c <whole.trace) - 10))" whole.trace >cut.trace
"$arenascope" convert --to binary cut.trace copy.trace
said report copy.trace
"$arenascope" convert --to text copy.trace copy.rep
"$arenascope" convert --to text copy.rep - 2>/dev/null | tail -n 2
# The kind of cut that is known already is not said twice.
"$arenascope" convert --to text disk.rep - 2>/dev/null | grep -c cut
