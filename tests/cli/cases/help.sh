"$arenascope" --help
"$arenascope" placements --help

# The panels that help lists are those that there are, in their order.
{ "$arenascope" draw --help | tr -s ' \n' ' ' | sed 's/.*one panel: \(.*\) (default screen).*/\1/'; echo; } >listed
"$arenascope" draw "$traces/lessons/first-fit.rep" --view nothing -o x.svg 2>&1 | sed -n 's/.*choose one of //p' >there
diff listed there && echo "panels: the same"
