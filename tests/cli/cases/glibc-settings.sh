# A block of the recorded heap that is a mapping under other settings does not stand in the way of the break.
{
	echo 'info libc glibc 2.36'
	echo 'info break 0x5586354ee000'
	i=0 at=$((0x5586354ee2a0))
	while [ $i -lt 60 ]; do
		size=$((i % 3 == 2 ? 65528 : 32000))
		echo "a $i $size at=$(printf '0x%x' $at)"
		at=$((at + (size + 8 + 15) / 16 * 16)) i=$((i + 1))
	done
} >heap.rep
for threshold in 16K 32K 64K 128K; do
	echo "$threshold $("$arenascope" placements --engine glibc --mmap-threshold $threshold heap.rep | awk '{ print $5 ~ /^[0-9]/ ? "heap" : $5 }' | sort | uniq -c | tr -s ' \n' ' ')"
done
