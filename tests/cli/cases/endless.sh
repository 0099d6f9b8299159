# A stream that is not a trace is refused, even if it never ends.
"$arenascope" info /dev/zero; echo $?
yes hello | "$arenascope" info -; echo $?
tr '\000' a </dev/zero | "$arenascope" info -; echo $?
{ echo 'a 0 16'; yes '# no event'; } | head -n 100000 | "$arenascope" placements --engine heap -
{ yes '# no event' | head -n 100000; echo 'f zero'; } | "$arenascope" info -; echo $?
