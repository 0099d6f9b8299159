# A person's settings: options and commands, one per line; typed options take precedence; a wrong line is reported by number.
"$arenascope" help config
cat >likes <<'END'
# what I like
theme colour-blind
speed 20

bind K step
expert
END
printf 'key K K\ndump\n' >keys
play() { "$arenascope" play --script keys --size 70x12 "$@" "$traces/lessons/first-fit.rep"; }
play --config likes | head -n 1
play --config likes --speed 3 | head -n 1
# A script ignores the settings, unless a file is named.
mkdir -p home/.config/arenascope
cp likes home/.config/arenascope/config
HOME=$PWD/home play | head -n 1
echo "theme pink" >wrong
play --config wrong; echo $?
printf '\nfly north\n' >wrong
play --config wrong; echo $?
echo "bind K fly" >wrong
play --config wrong; echo $?
echo "bind PagDn step" >wrong
play --config wrong; echo $?
play --config missing; echo $?
# What cannot be read at all has no line; what Windows puts before the first one is none of its words.
play --config .; echo $?
printf '\357\273\277theme mono\r\n' >from-windows
play --config from-windows | head -n 1
play --config none | head -n 1
# Where it is: in a folder that XDG_CONFIG_HOME names from the root on, or else below HOME; without either there is none.
for folder in home/.config relative absolute; do
	mkdir -p "$folder/arenascope"
	echo "theme $folder" >"$folder/arenascope/config"
done
in_batch() { "$arenascope" play "$traces/lessons/first-fit.rep" 2>&1 </dev/null | head -n 1 | sed "s|$PWD|.|"; }
for place in "" relative "$PWD/absolute" /nowhere; do
	HOME=$PWD/home XDG_CONFIG_HOME=$place in_batch
done
(unset HOME XDG_CONFIG_HOME && in_batch)
# Nobody writes into a pipe that is there: it is no file of settings, and is not waited for.
mkdir -p piped/arenascope
mkfifo piped/arenascope/config
XDG_CONFIG_HOME=$PWD/piped in_batch
