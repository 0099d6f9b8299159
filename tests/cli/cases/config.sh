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
play --config none | head -n 1
