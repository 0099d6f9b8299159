# Other settings for a trace, and the one that helps most.
{
	i=0
	while [ $i -lt 60 ]; do
		echo "a $i 3000"
		i=$((i + 1))
	done
	i=0
	while [ $i -lt 59 ]; do
		echo "f $i"
		i=$((i + 1))
	done
	echo 'a 60 200000'
	echo 'f 60'
	echo 'a 61 200000'
} >trace.rep
"$arenascope" whatif --engine glibc trace.rep
"$arenascope" whatif --engine pymalloc --format csv trace.rep
"$arenascope" whatif --engine glibc --glibc 2.43 --tcache-max 4K trace.rep | sed -n '/not played/,$p'
"$arenascope" whatif --engine pymalloc --below glibc --format csv trace.rep | sed -n '/^pymalloc:top/p; /^pymalloc:glibc=2.41/p; /^pymalloc:3.8/p'
echo 'a 0 10' >first.rep
"$arenascope" whatif first.rep | sed -n '/lowest/p; /least/p'
