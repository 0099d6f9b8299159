# Lessons whose events were written by a command: it writes them again. (compressed-cache depends on the version of LZ4.)
cd "$traces/lessons" || exit
made_again()
{
	words=$(sed -n 's/^info program arenascope workload //p' "$1")
	play=$(sed -n 's/^info play //p' "$1")
	# shellcheck disable=SC2086  # lists of words
	"$arenascope" workload $words $play -o - | grep -v -e '^note' -e '^mark' >"$work/made"
	grep -v -e '^note' -e '^mark' -e '^#' "$1" | diff - "$work/made" && echo "$1: $words"
}
work=$OLDPWD
for lesson in lru-cache vector-doubling vector-half; do
	made_again $lesson.rep
done
