"$arenascope" workload lists
"$arenascope" workload lru weak-cache collecting-cache producer-consumer --engines heap,heap:best --heap-header 16
"$arenascope" workload vector -n 5000 --growth 1.5 --engines heap --format csv
"$arenascope" workload vector --through region --vectors 1 --engines pymalloc:3.8 --format json
echo "--- text of one's own, whatever the libraries make of it"
"$arenascope" workload zlib-cache lz4-cache --text "$traces/src/demo.py" --page 512 -n 100 --engines heap | sed 's/[0-9.-]* *[0-9.-]*  *[0-9.-]*$/N/; s/[0-9.]\{3,\}/N/g; s/  *N/ N/g'
echo "--- the example of the documentation"
"$arenascope" workload array-list linked-list >now
sed -n '/^requests/,/^```/p' "$traces/../docs/workloads.md" | sed '$d' >then; sed '/./,$!d' now | diff then - && echo "is what is printed"
