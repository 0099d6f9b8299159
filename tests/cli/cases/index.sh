# The index of a trace: what the first opening has surveyed, the second one knows at once.
export XDG_CACHE_HOME="$PWD/cache"
awk 'BEGIN { for (i = 0; i < 30000; i++) print i % 3 == 2 ? "f " i - 1 : "a " i " " i * 7919 % 3000 }' >long.text
printf 'seek 20000\ndump timeline\n' >keys
play() { "$arenascope" play --script keys --size 100x20 "$@" long.text; }
files() { find cache -type f 2>/dev/null | wc -l; }
play >first; echo "a script keeps no index: $(files)"
play --index --no-index >first; echo "--no-index: $(files)"
printf 'settle\nseek 20000\ndump timeline\n' >keys
play --index >first; echo "settled: $(files)"
stat -c %a cache/arenascope cache/arenascope/*
printf 'seek 20000\ndump timeline\n' >keys
play --index >second; cmp first second && echo "the second opening has it at once"
printf 'settle\nseek 20000\ndump timeline\n' >keys
cp -r cache kept
play --index --engine heap >other; echo "another engine has its own: $(files)"
find cache -type f ! -name "$(ls kept/arenascope)" -delete
for place in head body; do # a pack is looked at when it is wanted
	for file in cache/arenascope/*; do
		at=40
		[ $place = head ] || at=$(($(stat -c %s "$file") - 5000))
		printf 'x' | dd of="$file" bs=1 seek=$at conv=notrunc 2>/dev/null
	done
	play --index | cmp - first && echo "with a damaged $place it is not used"
	cmp cache/arenascope/* kept/arenascope/* && echo "it is written again: $(files)"
done
rm -r cache
mkdir cache && chmod 500 cache
play --index | cmp - first && echo "a folder that cannot be written to is no trouble"
chmod 700 cache
"$arenascope" play --memory 10 long.text; echo $?
# Where it is: in a folder that XDG_CACHE_HOME names from the root on, or else below such a HOME; without either there is none.
indexes() { find . -name '*.index' -printf '%h' -delete; }
rm -r cache kept
mkdir home cache
for place in "" relative "$PWD/cache"; do
	HOME=$PWD/home XDG_CACHE_HOME=$place play --index >first
	echo "XDG_CACHE_HOME=$place: $(indexes)" | sed "s|$PWD|.|"
done
(unset XDG_CACHE_HOME && HOME=home play --index >first && unset HOME && play --index >first)
echo "neither: $(indexes)"
# Of more than 2 GiB those go that were not used for the longest time; nothing else in the folder does.
truncate -s 700M cache/arenascope/a.index cache/arenascope/b.index cache/arenascope/c.index
truncate -s 3G cache/arenascope/index cache/arenascope/.index cache/arenascope/a.index.kept
touch -d '3 hours ago' cache/arenascope/b.index
touch -d '2 hours ago' cache/arenascope/c.index cache/arenascope/index
play --index >first
# shellcheck disable=SC2012
ls -A cache/arenascope | sed 's/^[0-9a-f]\{16\}/KEY/' | LC_ALL=C sort
