# An existing file stays as it is until the new one is complete, whatever goes wrong.
trap '' XFSZ
printf 'a 0 1\n' >small.rep
"$arenascope" convert "$traces/recorded/python-dict.trace" big.rep >/dev/null 2>&1
for output in old.trace old.csv old.svg; do
	echo precious >$output
done
(
	ulimit -f 1
	"$arenascope" convert big.rep old.trace 2>/dev/null; echo $?
	"$arenascope" export --csv old.csv big.rep 2>/dev/null; echo $?
	"$arenascope" draw big.rep --size 200x60 -o old.svg 2>/dev/null; echo $?
)
cat old.trace old.csv old.svg
printf 'a zero\n' >bad.rep
"$arenascope" convert bad.rep old.trace; echo $?
cat old.trace
# Its mode and its place stay; a link stays a link.
mkdir folder
echo precious >folder/real.rep
chmod 640 folder/real.rep
ln -s folder/real.rep link.rep
"$arenascope" convert small.rep link.rep
stat -c '%A %h' folder/real.rep
cat link.rep
[ -L link.rep ] && echo 'still a link'
# A file with two names keeps both.
echo precious >one.rep
ln one.rep two.rep
"$arenascope" convert small.rep one.rep
cat two.rep
umask 027
"$arenascope" convert small.rep new.rep
stat -c '%A' new.rep
ls
