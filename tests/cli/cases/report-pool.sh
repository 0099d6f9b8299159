# Slabs that a program cuts by itself; its own file made them, which is no library.
{
	printf 'info libc glibc 2.36\nmodule 0x400000 0x401000 0x409000 - /bin/no-such-program\nsite 1 0x401234\n'
	i=0
	while [ $i -lt 100 ]; do
		echo "a $i 32768 site=1"
		i=$((i + 1))
	done
} >slabs.rep
"$arenascope" report --engine glibc --whatif never slabs.rep | sed -n "/^who keeps/,/Clears/p"
sed "s,/bin/no-such-program,/lib/no-such-library.so.1," slabs.rep >library.rep
"$arenascope" report --engine glibc --whatif never library.rep | sed -n '/^who keeps/,/record --depth/p'
