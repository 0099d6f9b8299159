# Figures are the same whatever the locale: a comma in them would break CSV and JSON.
localedef -i de_DE -f UTF-8 ./de_DE.UTF-8 >/dev/null 2>&1	# where it cannot be made, this tests less
LOCPATH=$PWD LC_ALL=de_DE.UTF-8
export LOCPATH LC_ALL
"$arenascope" stats --format json "$traces/lessons/first-fit.rep" | grep fragmentation
"$arenascope" stats --format csv "$traces/lessons/first-fit.rep" | grep fragmentation
"$arenascope" stats "$traces/lessons/first-fit.rep" | grep fragmentation
printf 'speed 0.5\nsize 40x5\n' >script
"$arenascope" play --script script --speed 2.5 "$traces/lessons/first-fit.rep"; echo $?
