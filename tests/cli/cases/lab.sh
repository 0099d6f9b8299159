# An allocator graded with traces; running times vary, and are left out.
cp "$traces"/../tests/plugin/*.c .
cp "$traces/lessons/realloc.rep" "$traces/lessons/first-fit.rep" .
CC='cc -s'	# without names of functions: tests/symbols has those, if they can be read here
export CC
lab() { "$arenascope" lab "$@" >out; status=$?; sed 's/ [0-9]*\.[0-9]*  *[0-9]*$//; s/ns","calls.*//; s/,[0-9]*,[0-9]*$//' out; echo "status $status"; }

lab correct.c realloc.rep first-fit.rep
lab overlaps.c first-fit.rep
cp crashes.c "my mm.c"
printf '%s\n' 'a 0 24' 'a 1 100' 'f 0' >small.rep
lab "my mm.c" realloc.rep small.rep
printf '%s\n' 'a 0 0' 'a 1 9000' >large.rep
lab correct.c --plugin-heap 8K large.rep
lab correct.c --format csv realloc.rep
lab "$traces/../examples/mm-with-a-mistake.c" realloc.rep | grep -v /
"$arenascope" lab correct.c nowhere.rep; echo $?
"$arenascope" lab nowhere.c small.rep; echo $?
"$arenascope" lab correct.c; echo $?
"$arenascope" lab; echo $?
"$arenascope" lab --help
