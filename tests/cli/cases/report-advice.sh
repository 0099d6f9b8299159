# What would help, as a list for programs: each with whose blocks, what is held then, and how that is known; text has it in sentences.
{
	echo 'name 0x8000000000000001 keep (svc.py:1)'
	echo 'site 1 0x8000000000000001'
	i=0
	while [ $i -lt 40 ]; do
		echo "a $i 90000"
		echo "a $((100 + i)) 40 site=1"
		i=$((i + 1))
	done
	while [ $i -gt 0 ]; do
		i=$((i - 1))
		echo "f $i"
	done
} >keeps.rep
"$arenascope" report --engine glibc --format csv keeps.rep | sed -n '/^advice,/,/^caller,/{/^caller,/d;p;}'
"$arenascope" report --engine glibc --format json keeps.rep | sed -n '/"advice": \[/,/\]/p'
"$arenascope" report --engine glibc --format html keeps.rep | grep -c -e '<h2>advice' -e '<td>make them before what is freed'
"$arenascope" report --engine glibc keeps.rep | grep -c '^advice'
echo
echo 'not played:'
"$arenascope" report --engine glibc --format csv --whatif never keeps.rep | sed -n '/^advice,/,/^caller,/{/^caller,/d;p;}'
