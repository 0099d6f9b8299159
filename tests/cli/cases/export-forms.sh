# Every form of export, of traces with and without times, callers, marks and faults: what is in it, or that it is there.
# tests/export opens them with what others open them with.
cat >timed.rep <<'R'
info program made by hand
name 0x10 load
name 0x20 main
site 1 0x10
site 2 0x20 0x10
note One, two "three".
a 0 20 site=1 time=1000
a 1 5000 site=2 time=5000 thread=3
mark here
f 0 time=12000
f 0 time=15000
a 2 100000 time=70000
R
cat >plain.rep <<'R'
note One, two "three".
a 0 20
mark here
f 0
f 0
f -1
a 1 100000
R
for trace in timed plain; do
	echo "# $trace"
	for form in csv jsonl sqlite rep folded pprof speedscope perfetto html cast; do
		"$arenascope" export --$form out.$form $trace.rep
		case $form in
		perfetto) echo "$form: $(grep -o '"ts":[0-9.]*' out.perfetto | sort -u | tr '\n' ' ')" ;;
		csv | jsonl | rep | folded) echo "$form:"; sed 's/^/  /' out.$form ;;
		*) echo "$form: $([ -s out.$form ] && echo written)" ;;
		esac
	done
done
