# Files that people try: each is named, with what to do instead.
for begin in '{"dhatFileVersion":2' 'desc: (none)\ncmd: ls\ntime_unit: i' 'heap profile: 1: 2' 'heap_v2/524288' '\200\004tracemalloc' \
	'\012\004xinuse_space' 'PERFILE2' '\177ELF' '<!DOCTYPE html>' '{"x": 1}' '#include <stdio.h>' 'int main(void)'; do
	# shellcheck disable=SC2059  # the beginnings have escapes
	printf "$begin\n" >stranger
	"$arenascope" info stranger
done
printf 'a 0 16\nf 0\n' >t.rep
"$arenascope" info --from text t.rep | sed -n 2p
"$arenascope" info --from memory_replay t.rep
"$arenascope" info --from nothing t.rep 2>&1 | head -n 1
